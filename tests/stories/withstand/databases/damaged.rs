//! Rows and slots that are not what was written: reported, and never served as truth.

use serde_json::json;
use stories::{Databases, Server, eventually};

use super::{on, postgres};

#[test]
fn what_was_altered_in_the_database_is_damage_and_is_not_served() {
    let postgres = postgres(&[]);
    let server = Server::with(on(&postgres, ""));
    let databases = server.databases().unwrap();
    for (statement, of_keys) in [
        ("UPDATE record SET fields = '\\xffffffff'", false),
        ("UPDATE record SET fields = overlay(fields placing '\\x00'::bytea from length(fields))", false),
        ("UPDATE record_metadata SET collected_for = '{'", false),
        ("DELETE FROM record_metadata", false),
        ("UPDATE key_slot SET image = overlay(image placing '\\x00ff'::bytea from 3)", true),
        ("UPDATE key_slot SET image = NULL", true),
        ("DELETE FROM key_slot", true),
    ] {
        // A new account has keys made ahead that were not damaged with the last one's.
        let client = server.client();
        let ada = client.profile(&json!({ "full_name": "Ada Lovelace" }));
        client.read(&ada.record).expect(200);
        if of_keys {
            databases.keys_sql(statement);
        } else {
            databases.sql(statement);
        }
        let read = client.read(&ada.record);
        read.problem(500, "damaged");
        assert!(!read.everything().contains("Lovelace"), "{statement}: {}", read.everything());
    }
}

/// What an assessment says of an installation in which something was damaged, and how it exits.
fn assessed_after(damage: impl FnOnce(&Databases)) -> (Option<i32>, String) {
    let postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, ""));
    let client = server.client();
    for name in ["Ada", "Grace"] {
        let erased = client.profile(&json!({ "full_name": name }));
        client.erase(&erased.subject).expect(200);
    }
    client.profile(&json!({ "full_name": "Ada Lovelace" }));
    server.stop();
    damage(server.databases().unwrap());
    let assessed = server.run(&["assess", "--json"]);
    let said = [assessed.stdout, assessed.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(!said.contains("Lovelace") && !said.contains("panicked"), "{said}");
    (assessed.status.code(), said)
}

#[test]
fn a_journal_whose_line_was_altered_is_reported() {
    let alter = "UPDATE deletion_journal SET line = regexp_replace(line, '\"slot\":[0-9]+', '\"slot\":1000')
                 WHERE sequence = 1";
    let (code, said) = assessed_after(|databases| drop(databases.keys_sql(alter)));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("stored data is damaged: the deletion journal of the key store"), "{said}");
}

#[test]
fn a_damaged_row_is_reported() {
    let damage = "UPDATE record SET fields = '\\xffffffff'";
    let (code, said) = assessed_after(|databases| drop(databases.sql(damage)));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("stored data is damaged: a row of the data store"), "{said}");
}

#[test]
fn a_damaged_slot_of_someone_who_lives_is_reported() {
    let damage = "UPDATE key_slot SET image = overlay(image placing '\\x00ff'::bytea from 3)
                  WHERE image IS NOT NULL";
    let (code, said) = assessed_after(|databases| drop(databases.keys_sql(damage)));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("its key is damaged or missing"), "{said}");
}

#[test]
fn an_altered_log_does_not_verify() {
    let postgres = postgres(&[]);
    let mut server = Server::with(on(&postgres, ""));
    server.client().end_user();
    eventually("a log in which everything has its place", || {
        let waiting =
            server.databases().unwrap().sql("SELECT count(*) FROM audit_bundle WHERE first_index IS NULL");
        (waiting == "0").then_some(())
    });
    server.stop();
    assert!(server.run(&["audit", "verify"]).status.success());
    let alter = "UPDATE audit_bundle SET leaves =
                     set_byte(leaves, length(leaves) - 1, get_byte(leaves, length(leaves) - 1) # 1)
                 WHERE number = (SELECT min(number) FROM audit_bundle)";
    server.databases().unwrap().sql(alter);
    let verified = server.run(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(1), "{}", String::from_utf8_lossy(&verified.stdout));
}
