mod account;

use std::collections::BTreeSet;

use self::account::{Account, Dice, Host, by, quiet};
use super::*;

#[test]
fn ten_thousand_tickets_take_little_more_than_a_hundred_requests() {
    let mut account = Account::new((0..10_000).map(|n| 1000 + n));
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    host.assert_knows(&account);
    assert_eq!(host.given, 10_000, "something was given twice");
    assert!(account.calls <= 102, "{} calls", account.calls);
}

#[test]
fn our_own_writes_at_the_end_of_the_list_are_not_read_again() {
    let mut account = Account::new((0..10_000).map(|n| 1000 + n));
    let mut host = Host::default();
    host.walk(&mut account, 90, |account, host| {
        account.clock += 1;
        let clock = account.clock;
        let given: Vec<i64> = host
            .known
            .keys()
            .copied()
            .filter(|id| !account.own.contains_key(id))
            .collect();
        for id in given {
            account.touch(id);
            account.own.insert(id, clock);
        }
    });
    assert_eq!(host.known.len(), 10_000);
    assert!(account.calls <= 103, "{} calls", account.calls);
}

#[test]
fn what_was_there_at_the_start_is_read_even_if_it_moves_behind_the_end_mark() {
    let mut account = Account::new((0..300).map(|n| 1000 + n / 200));
    account.clock = 1002;
    let mut host = Host::default();
    let mut first = true;
    host.walk(&mut account, 90, |account, _| {
        if std::mem::take(&mut first) {
            // The due dates are set: a new stamp for what was just created.
            account.clock += 2;
            (101..=300).for_each(|id| account.touch(id));
        }
    });
    host.assert_knows(&account);
}

#[test]
fn a_full_last_page_costs_nothing_more_where_the_server_names_next_pages() {
    // 100 rows, then 99 new ones and the repeated one: two full pages.
    let mut account = Account::new((0..199).map(|n| 1000 + n));
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    assert_eq!((account.calls, host.given), (2, 199));

    let mut silent = Account::new((0..100).map(|n| 1000 + n));
    silent.links = false;
    let mut host = Host::default();
    host.walk(&mut silent, 90, quiet);
    assert_eq!(
        (silent.calls, host.given),
        (2, 100),
        "without Link a full page may not be the last"
    );
}

#[test]
fn a_busy_minute_is_read_again_now_and_then_and_not_at_every_poll() {
    let mut account = Account::new((0..300).map(|n| 100_000 + n / 10));
    account.clock = 100_031;
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    let first = account.calls;
    for _ in 0..40 {
        account.clock += 2;
        host.walk(&mut account, 90, quiet);
    }
    assert_eq!(
        account.calls,
        first + 40,
        "80 seconds of polls, none of them overlapping"
    );
    account.clock += 20;
    let (calls, given) = (account.calls, host.given);
    host.walk(&mut account, 90, quiet);
    assert!(account.calls > calls + 1 && host.given > given, "now it begins earlier");
}

#[test]
fn a_quiet_account_is_not_read_again_for_ever() {
    let mut account = Account::new((0..5000).map(|n| 1000 + n / 100));
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    account.calls = 0;
    host.given = 0;
    host.walk(&mut account, 90, quiet);
    assert_eq!((account.calls, host.given), (1, 0));
}

#[test]
fn a_whole_account_in_one_second_is_given_once() {
    let mut account = Account::new((0..250).map(|_| 5000).chain([5001, 5002]));
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    host.assert_knows(&account);
    assert_eq!(host.given, 252);
    assert!(account.calls <= 7, "{} calls", account.calls);
}

#[test]
fn turning_pages_of_one_second_survives_our_own_writes() {
    for seed in 0..50 {
        let mut dice = Dice(seed);
        let mut account = Account::new((0..250 + dice.below(300)).map(|n| if n < 20 { 4990 } else { 5000 }));
        let untouched: BTreeSet<i64> = account.tickets.keys().copied().filter(|_| dice.below(3) == 0).collect();
        let mut host = Host::default();
        host.walk(&mut account, 90, |account, host| {
            account.clock += 1;
            for _ in 0..dice.below(70) {
                // The host writes what it was given; never the ones that must then be found by walking alone.
                let known: Vec<i64> = host
                    .known
                    .keys()
                    .copied()
                    .filter(|id| !untouched.contains(id))
                    .collect();
                if let Some(id) = known.get(dice.below(known.len().max(1))) {
                    account.touch(*id);
                }
            }
        });
        for id in &untouched {
            assert!(host.known.contains_key(id), "seed {seed}: ticket {id} was skipped");
        }
        host.walk(&mut account, 90, quiet);
        host.assert_knows(&account);
    }
}

#[test]
fn pages_of_one_second_are_turned_until_a_way_back_brings_nothing_new() {
    // Forwards 201 to 350 are missed, on the first way back 301 to 350.
    let mut account = Account::new((0..350).map(|_| 5000));
    account.other_way = vec![4, 5, 7];
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    host.assert_knows(&account);
}

#[test]
fn no_change_is_ever_lost_whatever_happens_between_two_pages() {
    for seed in 0..50 {
        let mut dice = Dice(seed ^ 0xabcd);
        let spread = 1 + dice.below(400);
        let count = dice.below(900);
        let mut account = Account::new((0..count).map(|_| 1000 + dice.below(spread) as i64));
        account.exclusive = dice.below(2) == 0;
        account.links = dice.below(3) > 0;
        account.dates = dice.below(3) > 0;
        let overlap = [0, 1, 90][dice.below(3)];
        let mut next_id = 100_000;
        let mut host = Host::default();
        for _ in 0..4 {
            let mut budget = 2000;
            host.walk(&mut account, overlap, |account, _| {
                account.clock += dice.below(3) as i64;
                for _ in 0..dice.below(60).min(budget) {
                    budget -= 1;
                    let ids: Vec<i64> = account.tickets.keys().copied().collect();
                    let id = ids.get(dice.below(ids.len().max(1))).copied();
                    match (dice.below(10), id) {
                        (0, Some(id)) => drop(account.tickets.remove(&id)),
                        (1, _) => {
                            next_id += 1;
                            account.tickets.insert(next_id, (account.clock, 0));
                        }
                        (_, Some(id)) => account.touch(id),
                        _ => {}
                    }
                }
            });
            account.clock += dice.below(200) as i64;
        }
        host.walk(&mut account, overlap, quiet);
        // An exclusive "changed since" was perhaps never noticed within so short an overlap; one more second shows.
        host.walk(&mut account, overlap.max(2), quiet);
        host.assert_knows(&account);
    }
}

#[test]
fn a_list_that_leaves_out_its_own_second_loses_nothing() {
    let mut account = Account::new((0..1000).map(|n| 1000 + n / 7));
    account.exclusive = true;
    let mut host = Host::default();
    host.walk(&mut account, 90, quiet);
    host.assert_knows(&account);
    assert_eq!(host.given, 1000);
    assert!(
        account.calls <= 14,
        "{} calls: it must be noticed once, not at every page",
        account.calls
    );
}

#[test]
fn a_clock_that_stands_still_in_the_past_cannot_stop_the_walk() {
    let mut account = Account::new((0..2000).map(|n| 100_000 + n / 10));
    account.clock = 5;
    let mut host = Host::default();
    for _ in 0..60 {
        host.walk(&mut account, 90, quiet);
    }
    host.assert_knows(&account);
}

#[test]
fn what_changes_after_the_first_page_belongs_to_the_next_walk() {
    let mut account = Account::new((0..300).map(|n| 1000 + n));
    let mut host = Host::default();
    let mut rounds = 0;
    host.walk(&mut account, 90, |account, _| {
        rounds += 1;
        account.clock += 10;
        // A server that is always ahead of us.
        for id in 1..=150 {
            account.touch(id);
        }
    });
    assert!(rounds <= 6, "{rounds} pages: the walk ran after its own tail");
    host.walk(&mut account, 90, quiet);
    host.assert_knows(&account);
}

#[test]
fn a_second_with_more_than_thirty_thousand_tickets_never_asks_for_page_301() {
    let full = |first: i64| Answer {
        rows: (first..first + 100)
            .map(|id| Seen {
                id: Some(id),
                at: Some(5000),
                own: false,
            })
            .collect(),
        next: true,
        date: None,
        moved: false,
    };
    let at = |place: &str| {
        Cursor::resume(
            &format!(r#"{{"v":1,"since":5000,"place":{place},"until":9000}}"#),
            90,
            1,
        )
        .unwrap()
    };
    let pages = |page, since| Query { since, page };

    let cursor = at(r#"{"ahead":{"page":299}}"#).advance(&full(1), &by(90)).cursor;
    assert_eq!(cursor.query(), pages(300, 5000));
    let cursor = cursor.advance(&full(101), &by(90)).cursor;
    assert_eq!(cursor.query(), pages(299, 5000));
    let seen = (1..=100).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let place = format!(r#"{{"back":{{"page":1,"top":300,"fresh":false}}}},"seen":[{seen}]"#);
    let step = at(&place).advance(&full(1), &by(90));
    assert_eq!(
        (step.cursor.query(), step.more),
        (pages(1, 5001), true),
        "the walk must go on behind that second"
    );
}

#[test]
fn unreadable_rows_do_not_hold_the_walk() {
    let rows = vec![
        Seen {
            id: None,
            at: None,
            own: false
        };
        100
    ];
    let mut cursor = Cursor::first(1000, 1);
    for page in 2..5 {
        let answer = Answer {
            rows: rows.clone(),
            next: true,
            date: Some(9000),
            moved: false,
        };
        cursor = cursor.advance(&answer, &by(90)).cursor;
        assert_eq!(cursor.query().page, page);
    }
}

#[test]
fn a_cursor_of_another_age_is_not_guessed_at() {
    for text in [
        "",
        "{}",
        "17",
        "null",
        r#"{"v":2,"since":5,"place":"rest"}"#,
        r#"{"v":1,"since":-5,"place":"rest"}"#,
    ] {
        assert_eq!(Cursor::resume(text, 90, 1), None, "{text}");
    }
    let rest = r#"{"v":1,"since":1000,"place":"rest","later":1}"#;
    assert_eq!(
        Cursor::resume(rest, 90, 5000).unwrap().query(),
        Query { since: 820, page: 1 }
    );
}
