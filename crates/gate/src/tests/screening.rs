//! Free text on its way in: flagged or refused as the policies say.

use domain::{Action, Outcome, metadata::Selection};
use policy::decide::Reason;
use serde_json::{Value, json};

use super::world::{POLICY, Process, World, new_record};
use crate::{Caller, GateError, Screened, Stored};

const ILL: &str = "I was diagnosed with something in May";

/// The policy of the world with a rule for free text, and a second field for it.
fn policy(free_text: &str) -> String {
    let rule = format!(
        "[sensitive]\nclasses = [\"health\", \"religion\", \"national_identifier\"]\naccounts = \"flag\"\n\
         free_text = \"{free_text}\"\n[age]"
    );
    let field = "body = { category = \"message_text\", type = \"text\", required = true }\n\
                 title = { category = \"message_text\" }\n";
    POLICY.replacen("[age]", &rule, 1).replacen(
        "body = { category = \"message_text\", type = \"text\", required = true }\n",
        field,
        1,
    )
}

async fn write(process: &Process, caller: &Caller, role: &str, fields: Value) -> Result<Stored, GateError> {
    let person = process.person_for(caller, role).await;
    process.create_record(caller, person.id, "support", &new_record("message", fields), None).await
}

async fn flags(process: &Process, fields: Value) -> Vec<String> {
    write(process, &process.operator, "client", fields).await.unwrap().record.metadata.flags
}

fn screened(outcome: Result<Stored, GateError>) -> Screened {
    match outcome {
        Err(GateError::Screened(screened)) => *screened,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_found_is_flagged_and_found_by_its_flag() {
    let world = World::under(&policy("flag")).await;
    let process = world.open().await;
    assert_eq!(flags(&process, json!({ "body": "Where is my parcel?" })).await, Vec::<String>::new());
    assert_eq!(flags(&process, json!({ "body": ILL })).await, ["sensitive:health"]);
    assert_eq!(flags(&process, json!({ "body": "x", "title": "my religion" })).await, ["sensitive:religion"]);
    let both = json!({ "body": "I am 11 years old", "title": "12345678Z" });
    assert_eq!(flags(&process, both).await, ["children:stated_age", "sensitive:national_identifier"]);
    assert_eq!(flags(&process, json!({ "body": "I am 13 years old" })).await, Vec::<String>::new());
    assert_eq!(
        flags(&process, json!({ "body": "a trade union" })).await,
        Vec::<String>::new(),
        "no class of this policy"
    );
    let page =
        process.query_metadata(&process.operator, &Selection::Flagged, "support", None, 99).await.unwrap();
    assert_eq!(page.rows.len(), 3);
    let detail = process.open_entry(&process.operator, page.entry, None).await.unwrap().unwrap();
    assert_eq!(detail.note.as_deref(), Some("3 records in which something was found"));
}

#[tokio::test]
async fn a_patch_is_screened_and_what_it_mends_loses_its_flag() {
    let world = World::under(&policy("flag")).await;
    let process = world.open().await;
    let stored = write(&process, &process.operator, "client", json!({ "body": "hello" })).await.unwrap();
    let patch = async |fields: Value| {
        process.patch(stored.record.id, None, fields).await.unwrap().record.metadata.flags
    };
    assert_eq!(patch(json!({ "body": ILL })).await, ["sensitive:health"]);
    assert_eq!(patch(json!({ "title": "my religion" })).await, ["sensitive:health", "sensitive:religion"]);
    // Which of the two brought which is not known apart, so the flags stay until both are written anew.
    assert_eq!(patch(json!({ "title": null })).await, ["sensitive:health", "sensitive:religion"]);
    assert_eq!(patch(json!({ "body": "hello" })).await, Vec::<String>::new());
    let page =
        process.query_metadata(&process.operator, &Selection::Flagged, "support", None, 99).await.unwrap();
    assert!(page.rows.is_empty());
}

#[tokio::test]
async fn what_the_policy_refuses_is_refused_by_class_and_field_and_recorded() {
    let world = World::under(&policy("refuse")).await;
    let process = world.open().await;
    let refused = screened(
        write(&process, &process.operator, "client", json!({ "body": ILL, "title": "hello" })).await,
    );
    let found: Vec<String> =
        refused.findings.iter().map(|found| format!("{} {}", found.field, found.flag)).collect();
    assert_eq!(found, ["body sensitive:health"]);
    assert_eq!(refused.refusals[0].reason, Reason::SensitiveText);
    let child =
        screened(write(&process, &process.operator, "client", json!({ "body": "i am 11 years old" })).await);
    assert_eq!((child.refusals[0].reason, child.refusals[0].clause.section), (Reason::StatedAge, 8));
    assert!(child.entry.is_some());
    assert!(!format!("{child:?}").contains("11 years"));

    let stored = write(&process, &process.operator, "client", json!({ "body": "hello" })).await.unwrap();
    let patched = screened(process.patch(stored.record.id, None, json!({ "body": ILL })).await);
    let entry = patched.entry.unwrap();
    let detail =
        process.open_entry(&process.operator, entry, Some(stored.record.subject)).await.unwrap().unwrap();
    assert_eq!((detail.action, detail.outcome), (Action::RecordUpdated, Outcome::Refused));
    assert_eq!(detail.reason.as_deref(), Some("sensitive_text"));
    assert_eq!(process.read(stored.record.id).await.unwrap(), json!({ "body": "hello" }));
}

#[tokio::test]
async fn the_stricter_of_two_policies_has_its_way() {
    let account = include_str!("account.toml").replacen(
        "[[sections]]",
        "[sensitive]\nclasses = [\"health\", \"religion\", \"national_identifier\", \"trade_union\"]\n\
         accounts = \"flag\"\nfree_text = \"refuse\"\n[age]\nminimum = 16\nunknown = \"allow\"\n[[sections]]",
        1,
    );
    let world = World::under(&policy("flag")).await;
    let process = world.open().await;
    let client = process.client().await;
    let fields = || json!({ "body": "our trade union" });
    write(&process, &client, "end_user", fields()).await.unwrap();
    process.publish_policy(&client, &account, None).await.unwrap();
    screened(write(&process, &client, "end_user", fields()).await);
    screened(write(&process, &client, "end_user", json!({ "body": "I am 15 years old" })).await);
    // The operator's own people are under its policy alone.
    assert_eq!(flags(&process, json!({ "body": "I am 15 years old" })).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_field_that_a_client_declares_to_hold_it_is_flagged() {
    let account = include_str!("account.toml").replacen("class = \"content\"", "class = \"special\"", 1);
    let world = World::under(&policy("refuse")).await;
    let process = world.open().await;
    let client = process.client().await;
    process.publish_policy(&client, &account, None).await.unwrap();
    let stored = write(&process, &client, "end_user", json!({ "body": "hello" })).await.unwrap();
    assert_eq!(stored.record.metadata.flags, ["sensitive:message_text"]);
    screened(write(&process, &client, "end_user", json!({ "body": ILL })).await);
}

#[tokio::test]
async fn without_a_rule_only_a_childs_age_is_flagged() {
    let world = World::new().await;
    let process = world.open().await;
    assert_eq!(flags(&process, json!({ "body": ILL })).await, Vec::<String>::new());
    assert_eq!(flags(&process, json!({ "body": "I am 11 years old" })).await, ["children:stated_age"]);
}
