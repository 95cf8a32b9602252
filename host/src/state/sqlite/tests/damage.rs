//! Files that are no state any more, and disks that are full.

use std::error::Error;
use std::fs;

use futures::future::join_all;
use rusqlite::Connection;

use super::*;
use crate::state::StoreError;
use crate::state::suite::{LEASE, P, intent, noted, tickets};

fn is_damaged(error: &StoreError) {
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    let sentence = error.to_string();
    assert!(
        sentence.contains("otai.db is damaged or is no otai state: restore it from a backup"),
        "{sentence}"
    );
    let cause = error.source().unwrap().to_string();
    assert!(!sentence.contains(&cause), "{sentence} / {cause}");
}

#[test]
fn a_text_file_is_refused() {
    let (_folder, path) = place();
    fs::write(&path, "ticket_systems:\n  freshdesk: {}\n".repeat(100)).unwrap();
    let before = fs::read(&path).unwrap();
    is_damaged(&refusal(&path));
    is_damaged(&SqliteStore::in_memory_copy(Some(&path)).err().unwrap());
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_cut_file_is_refused() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.note(P, tickets(500), "c".to_owned()).await.unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    for keep in [
        50,
        1000,
        4096,
        5000,
        whole.len() / 2,
        whole.len() - 4096,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..keep]).unwrap();
        is_damaged(&refusal(&path));
        is_damaged(&SqliteStore::in_memory_copy(Some(&path)).err().unwrap());
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(
        SqliteStore::open(&path).unwrap().cursor(P).await.unwrap().as_deref(),
        Some("c")
    );
}

#[tokio::test]
async fn an_overwritten_page_is_refused() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.note(P, tickets(500), "c".to_owned()).await.unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    for page in 1..whole.len() / 4096 {
        let mut bad = whole.clone();
        bad[page * 4096..(page + 1) * 4096].fill(0xff);
        fs::write(&path, bad).unwrap();
        is_damaged(&refusal(&path));
    }
}

#[tokio::test]
async fn a_row_that_nobody_understands_is_damage() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store.note(P, tickets(1), "c".to_owned()).await.unwrap();
    let spoil = |db: &super::super::actor::Db| Ok(db.sql.execute("UPDATE jobs SET intent = '{'", [])?);
    store.actor.call(spoil).await.unwrap();
    is_damaged(&store.explain(P, "t0").await.unwrap_err());
    is_damaged(&store.claim(P, 1, LEASE).await.unwrap_err());
    let mend = |db: &super::super::actor::Db| Ok(db.sql.execute("UPDATE jobs SET intent = NULL", [])?);
    store.actor.call(mend).await.unwrap();
    assert_eq!(
        store.claim(P, 1, LEASE).await.unwrap()[0].epoch,
        1,
        "the refused claim took nothing"
    );
}

#[test]
fn what_cannot_be_written_is_said() {
    let (folder, path) = place();
    fs::create_dir(&path).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
    assert!(
        error.to_string().contains("otai.db cannot be opened or written: check"),
        "{error}"
    );
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refusal(&file.join("otai.db"));
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
}

/// A file that lost its write permission, whoever we are.
#[tokio::test]
async fn a_read_only_medium_is_said() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).unwrap();
    store
        .actor
        .call(|db| Ok(db.sql.pragma_update(None, "query_only", true)?))
        .await
        .unwrap();
    let error = store.note(P, tickets(1), "c".to_owned()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Unwritable { .. }) && !error.is_passing(),
        "{error:?}"
    );
}

#[tokio::test]
async fn p15_a_full_disk_is_everybodys_error_and_passes() {
    let (_folder, path) = place();
    let clock = ManualClock::new();
    let store = open(&path, &clock);
    store.note(P, tickets(50), "before".to_owned()).await.unwrap();
    let jobs = store.claim(P, 50, LEASE).await.unwrap();
    let limit = |pages: &'static str| {
        store.actor.call(move |db| {
            let now: i64 = db.sql.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let most = if pages == "none" { 1 << 30 } else { now + 8 };
            Ok(db
                .sql
                .query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(()))?)
        })
    };
    limit("few").await.unwrap();
    let page = |number: usize| {
        (0..100)
            .map(|row| noted(&format!("page{number}-{row}"), &"r".repeat(100)))
            .collect()
    };
    let noting = (0..32).map(|number| store.note(P, page(number), format!("cursor{number}")));
    let intending = jobs.iter().map(|job| store.intend(job, intent(&"long ".repeat(200))));
    let (noted_pages, intended) = futures::join!(join_all(noting), join_all(intending));
    let full = noted_pages
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect::<Vec<_>>();
    assert!(!full.is_empty() && full.len() < 33);
    for error in full
        .iter()
        .copied()
        .chain(intended.iter().filter_map(|result| result.as_ref().err()))
    {
        assert!(
            matches!(error, StoreError::Full { .. }) && error.is_passing(),
            "{error:?}"
        );
        assert!(error.to_string().starts_with("no room left for "), "{error}");
    }
    let check = async |store: &SqliteStore| {
        for (number, result) in noted_pages.iter().enumerate() {
            for row in [0, 99] {
                let found = store.explain(P, &format!("page{number}-{row}")).await.unwrap();
                assert_eq!(found.is_some(), result.is_ok(), "page {number}: all of it or nothing");
            }
        }
        for (job, result) in jobs.iter().zip(&intended) {
            let row = store.explain(P, &job.ticket).await.unwrap().unwrap();
            assert_eq!(row.intent.is_some(), result.is_ok(), "{}", job.ticket);
        }
        let cursor = store.cursor(P).await.unwrap().unwrap();
        let told = (0..32)
            .filter(|number| noted_pages[*number].is_ok())
            .map(|number| format!("cursor{number}"));
        assert!(
            told.chain(["before".to_owned()]).any(|told| told == cursor),
            "{cursor} belongs to a lost page"
        );
    };
    check(&store).await;
    limit("none").await.unwrap();
    store.note("other", tickets(100), "resumed".to_owned()).await.unwrap();
    drop(store);
    let sound: String = Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    check(&open(&path, &clock)).await;
}
