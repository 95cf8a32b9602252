//! Who may do what, and in which words it is refused.

use serde_json::json;

use crate::client::{KEY, TOKEN, call, call_as, error, get, post, put, sim, switch};

const JSON: &str = "Accept: application/json\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_refused_in_zammads_words() {
    let sim = sim(5).await;
    let with = |authorization: &str| {
        let headers = match authorization {
            "" => JSON.to_owned(),
            value => format!("Authorization: {value}\r\n{JSON}"),
        };
        call_as(&sim, &headers, "GET", "/users/me", None)
    };
    assert_eq!(error(&with("")), (403, "Authentication required".into()));
    assert_eq!(with("").header("x-failure"), Some("Authentication required"));
    assert_eq!(
        error(&with("Token token=bad")),
        (401, "Can't find User for Token".into())
    );
    assert_eq!(
        error(&with("Bearer bad")),
        (401, "The provided token is invalid.".into())
    );
    assert_eq!(
        error(&with("Basic eDp5")),
        (401, "Invalid BasicAuth credentials".into())
    );
    // otai.bot@northwind.example:test-token
    let basic = "Basic b3RhaS5ib3RAbm9ydGh3aW5kLmV4YW1wbGU6dGVzdC10b2tlbg==";
    let bearer = format!("Bearer {KEY}");
    for right in [
        "Token token=test-token",
        "Token token=\"test-token\"",
        bearer.as_str(),
        basic,
    ] {
        assert_eq!(with(right).json()["login"], "otai.bot@northwind.example", "{right}");
    }
    let token = || with("Token token=test-token");
    for (switches, back, want) in [
        (
            json!({"api_token_access": false}),
            json!({"api_token_access": true}),
            (403, "API token access disabled!"),
        ),
        (
            json!({"token_expired": true}),
            json!({"token_expired": false}),
            (401, "Not authorized (token expired)!"),
        ),
        (
            json!({"maintenance": true}),
            json!({"maintenance": false}),
            (403, "Maintenance mode enabled!"),
        ),
    ] {
        switch(&sim, switches);
        assert_eq!(error(&token()), (want.0, want.1.to_owned()));
        switch(&sim, back);
    }
    switch(&sim, json!({"user_active": false}));
    assert_eq!(token().status, 401);
    switch(&sim, json!({"user_active": true, "api_password_access": false}));
    assert_eq!(error(&with(basic)), (403, "API password access disabled!".into()));
    assert_eq!(sim.counts()["unauthorized"], 10);
    assert!(!json!(sim.journal(0, None)).to_string().contains(KEY));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_needs_its_permission_and_its_user_the_groups() {
    let sim = sim(5).await;
    assert_eq!(
        error(&call(&sim, "GET", "/object_manager_attributes", None)),
        (403, "Not authorized (token)!".into())
    );
    switch(&sim, json!({"token_permissions": []}));
    assert_eq!(
        error(&call(&sim, "GET", "/tickets/5", None)),
        (403, "Not authorized (token)!".into())
    );
    assert_eq!(get(&sim, "/users/me")["id"], 2, "who one is may always be asked");
    switch(
        &sim,
        json!({"token_permissions": ["ticket.agent", "admin.object"], "user_permissions": ["ticket.agent"]}),
    );
    assert_eq!(
        error(&call(&sim, "GET", "/object_manager_attributes", None)),
        (403, "Not authorized".into())
    );
    switch(&sim, json!({"user_permissions": ["ticket.agent", "admin"]}));
    let attributes = get(&sim, "/object_manager_attributes");
    let kind = |name: &str| {
        let found = attributes.as_array().unwrap().iter().find(|a| a["name"] == name);
        found.map(|a| a["data_type"].clone()).unwrap()
    };
    assert_eq!(
        (kind("type"), kind("topics"), kind("category")),
        (json!("select"), json!("multiselect"), json!("tree_select"))
    );
    assert_eq!(attributes.as_array().unwrap().last().unwrap()["object"], "User");
    switch(&sim, json!({"user_permissions": ["ticket.agent"]}));

    switch(&sim, json!({"group_rights": {"Users": ["read"]}}));
    assert_eq!(get(&sim, "/tickets/5")["group_id"], 1);
    assert_eq!(
        error(&put(&sim, "/tickets/5", json!({"priority": "3 high"}))),
        (403, "Not authorized".into())
    );
    let tag = json!({"object": "Ticket", "o_id": 5, "item": "x"});
    assert_eq!(post(&sim, "/tags/add", tag).status, 403);
    switch(
        &sim,
        json!({"group_rights": {"Users": ["read", "change"], "Billing": ["read"]}}),
    );
    let moved = put(&sim, "/tickets/5", json!({"group": "Billing"}));
    assert_eq!(moved.status, 422);
    assert!(error(&moved).1.ends_with("Please contact your administrator."));
    assert_eq!(put(&sim, "/tickets/5", json!({"group": "Hardware"})).status, 200);
    switch(&sim, json!({"group_rights": {"Hardware": []}}));
    assert_eq!(call(&sim, "GET", "/tickets/5", None).status, 403);
    let readable = get(&sim, "/tickets");
    let all = readable.as_array().unwrap();
    assert!(
        !all.is_empty() && all.iter().all(|t| t["id"] != 5),
        "lists leave out what may not be read"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_are_pages_unless_json_is_asked_for() {
    let sim = sim(5).await;
    for (accept, json) in [
        ("", false),
        ("Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n", false),
        ("Accept: */*\r\n", true),
        (JSON, true),
    ] {
        let got = call_as(&sim, &format!("{TOKEN}{accept}"), "GET", "/tickets/999", None);
        assert_eq!(got.status, 404);
        let kind = got.header("content-type").unwrap();
        assert_eq!(kind.starts_with("application/json"), json, "{accept}");
    }
    assert_eq!(
        error(&call(&sim, "GET", "/tickets/999", None)),
        (404, "Couldn't find Ticket with 'id'=999".into())
    );
    assert_eq!(
        error(&call(&sim, "GET", "", None)),
        (404, "No route matches [GET] /api/v1".into())
    );
    let broken = format!(
        "PUT /api/v1/tickets/5 HTTP/1.1\r\nHost: x\r\n{TOKEN}Content-Type: application/json\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{{"
    );
    let got = crate::client::raw(sim.addr(), broken.as_bytes(), std::time::Duration::from_secs(5)).unwrap();
    assert_eq!(got.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acting_for_others_needs_a_permission() {
    let sim = sim(5).await;
    let me = |who: &str| {
        call_as(
            &sim,
            &format!("{TOKEN}{JSON}X-On-Behalf-Of: {who}\r\n"),
            "GET",
            "/users/me",
            None,
        )
    };
    assert_eq!(me("3").status, 403);
    switch(&sim, json!({"user_permissions": ["ticket.agent", "admin.user"]}));
    assert_eq!(me("ida.bergmann@northwind.example").json()["id"], 3);
    assert_eq!(me("nobody@example.test").status, 403);
}
