//! Clients are told of a change by mail, once, and reminded a week before it applies when they must accept it.

use domain::{Contact, message::Unsent};
use serde_json::json;

use super::world::{Process, World, new_record, new_subject};
use crate::{Caller, Says};

/// A policy that gives notice by mail, thirty days ahead.
const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");

/// The policy with orders kept for another time, from a day on.
fn keeping_orders(term: &str, day: &str) -> String {
    let changed = POLICY.replace("then = \"P7Y\"", &format!("then = \"{term}\""));
    changed.replacen("effective = 2018-05-25", &format!("effective = {day}"), 1)
}

/// A Client that is written to at an address.
async fn client_at(process: &Process, email: &str) -> Caller {
    let (operator, client) = (&process.operator, process.client().await);
    let person = process.create_subject(operator, &new_subject("client"), None).await.unwrap().0.id;
    let profile = new_record("client_profile", json!({ "full_name": "Cyd", "email": email }));
    let record = process.create_record(operator, person, "orders", &profile, None).await.unwrap().record.id;
    let contact = Contact { record, field: "email".to_owned() };
    process.set_contact(operator, client.account_id(), contact).await.unwrap();
    client
}

#[tokio::test]
async fn clients_are_told_once_and_reminded_while_they_have_not_accepted() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let client = client_at(&process, "cyd@client.example").await;
    process.client().await;
    process.publish_policy(&process.operator, &keeping_orders("P9Y", "2026-04-10"), None).await.unwrap();
    assert_eq!(process.templates().await, ["must_accept", "policy_change"], "one address, one notice");
    let letter = process.begin("policy_change").await.unwrap().unwrap();
    assert_eq!((letter.to.reveal().as_str(), letter.message.subject), ("cyd@client.example", None));
    let Says::Policy(told) = &letter.says else { panic!("{letter:?}") };
    assert!(told.must_accept && told.version == 2 && told.day.to_string() == "2026-04-10");
    assert!(told.sentences.concat().contains("9 years instead of 7 years"), "{told:?}");
    process.end_message(letter.message, Ok(())).await.unwrap();
    // The third of April, at noon.
    world.pass_days(32);
    assert_eq!(process.due_messages(9).await.unwrap(), []);
    world.pass_days(1);
    let letter = process.begin("must_accept").await.unwrap().unwrap();
    let Says::Policy(told) = &letter.says else { panic!("{letter:?}") };
    assert!(told.must_accept);
    process.end_message(letter.message, Ok(())).await.unwrap();
    process.accept_policy(&client, client.account_id(), None).await.unwrap();
    world.pass_days(30);
    assert_eq!(process.messages(true).await, []);
}

#[tokio::test]
async fn nobody_is_reminded_who_has_accepted_nor_of_what_does_not_come() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let client = client_at(&process, "cyd@client.example").await;
    let day = "2026-04-10";
    process.publish_policy(&process.operator, &keeping_orders("P9Y", day), None).await.unwrap();
    process.accept_policy(&client, client.account_id(), None).await.unwrap();
    world.pass_days(34);
    assert!(process.begin("must_accept").await.unwrap().is_none());
    assert_eq!(process.why_failed("must_accept").await, Some(Unsent::Superseded));

    let another = client_at(&process, "eve@client.example").await;
    process.publish_policy(&process.operator, POLICY, None).await.unwrap();
    let waiting = process.templates().await;
    assert_eq!(waiting, ["policy_change"], "the first notice, which is untold; nothing changes now");
    assert!(process.begin("policy_change").await.unwrap().is_none());
    assert!(process.must_accept(&another.account).is_none());
}

#[tokio::test]
async fn without_mail_in_the_policy_nothing_is_mailed() {
    let silent = POLICY.replace("notice = [\"site\", \"email\"]", "notice = [\"site\"]");
    assert_ne!(silent, POLICY);
    let world = World::under(&silent).await;
    let process = world.open().await;
    client_at(&process, "cyd@client.example").await;
    let shorter = silent.replace("then = \"P7Y\"", "then = \"P6Y\"");
    process.publish_policy(&process.operator, &shorter, None).await.unwrap();
    assert_eq!(process.messages(true).await, []);
}

/// One server sends what another has published, and has not heard of the version yet.
#[tokio::test]
async fn a_notice_is_sent_by_whichever_server() {
    let world = World::under(POLICY).await;
    let [one, other] = world.open_two().await;
    client_at(&one, "cyd@client.example").await;
    other.refresh().await.unwrap();
    one.publish_policy(&one.operator, &POLICY.replace("then = \"P7Y\"", "then = \"P6Y\""), None)
        .await
        .unwrap();
    let letter = other.begin("policy_change").await.unwrap().expect("a letter");
    let Says::Policy(told) = &letter.says else { panic!("{letter:?}") };
    assert!(!told.must_accept && told.version == 2, "{told:?}");
}
