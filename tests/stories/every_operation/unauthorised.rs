//! No operation can be called without a key, with a key that may do everything else, or on another's data.

use std::collections::BTreeSet;

use stories::{Server, Setup, operations};

use super::table::{Fixture, Row, rows};

const SCOPES: [&str; 12] = [
    "data:read",
    "data:write",
    "data:erase",
    "policy:write",
    "accounts:write",
    "audit:read",
    "incidents:read",
    "incidents:write",
    "events:read",
    "webhooks:write",
    "access_log:read",
    "access_log:write",
];

fn table() -> (Server, Vec<Row>) {
    // Each row calls without a key more than once, and there are many rows.
    let server = Server::with(Setup { limits: "open_per_second = 100000", ..Setup::default() });
    let about = Fixture::of(&server.client(), &server.operator());
    (server, rows(&about))
}

#[test]
fn the_table_has_every_operation_and_agrees_on_the_open_doors() {
    let (server, rows) = table();
    let documented = operations(&server);
    let names = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(
        names(documented.iter().map(|one| one.id.as_str()).collect()),
        names(rows.iter().map(|row| row.operation).collect())
    );
    assert_eq!(
        names(documented.iter().filter(|one| one.is_open).map(|one| one.id.as_str()).collect()),
        names(rows.iter().filter(|row| row.scope.is_none()).map(|row| row.operation).collect())
    );
}

#[test]
fn without_a_key_or_with_a_false_one_only_open_doors_open() {
    let (server, rows) = table();
    for row in &rows {
        if row.scope.is_none() {
            assert_eq!(row.call(&server).send().status, 200, "{}", row.operation);
            continue;
        }
        let false_key = format!("bailee_{}", "0".repeat(96));
        for call in [row.call(&server), row.call(&server).key(&false_key), row.call(&server).key("bailee_")] {
            let reply = call.send();
            reply.problem(401, "unauthenticated");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{}", row.operation);
        }
    }
}

#[test]
fn a_key_with_every_other_scope_is_refused() {
    let (server, rows) = table();
    let (operator, client) = (server.operator(), server.client());
    for row in &rows {
        let Some(scope) = row.scope else { continue };
        let others: Vec<&str> = SCOPES.into_iter().filter(|other| *other != scope).collect();
        let lacking = operator.key_for(&client.account, &others);
        let problem = row.call(&server).key(lacking.key()).send().problem(403, "scope");
        assert!(
            problem["detail"].as_str().is_some_and(|text| text.contains(scope)),
            "{}: {problem}",
            row.operation
        );
    }
}

#[test]
fn another_account_reaches_nothing_by_its_id() {
    let (server, rows) = table();
    // A Client, and the operator too: that a Client's data is its own holds against the operator's keys.
    for stranger in [server.client(), server.operator()] {
        let is_operator = stranger.account == server.operator().account;
        for row in rows.iter().filter(|row| row.is_private || row.is_operators) {
            let is_operators_right =
                row.is_operators || ["acceptPolicy", "revokeKey"].contains(&row.operation);
            if is_operator && is_operators_right {
                continue;
            }
            let reply = row.call(&server).key(stranger.key()).send();
            assert_eq!(reply.status, 404, "{}: {}", row.operation, reply.everything());
            reply.problem(404, "not-found");
        }
    }
}
