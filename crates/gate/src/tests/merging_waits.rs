//! What waits when two subjects become one: a mail goes on, to the address where it is held by then; an open session does not; and
//! what must be answered first keeps them apart.

use domain::{Right, Unmergeable, staff::Browser};
use serde_json::json;

use super::{
    merging::said,
    world::{Process, World, new_record, new_subject},
};
use crate::{Determination, GateError, Named, NewRequest, Says};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");
const ADA: &str = "ada@example.com";

async fn person(process: &Process, email: &str) -> domain::SubjectId {
    let operator = &process.operator;
    let subject = process.create_subject(operator, &new_subject("client"), None).await.unwrap().0.id;
    let profile = new_record("client_profile", json!({ "full_name": "Ada", "email": email }));
    process.create_record(operator, subject, "orders", &profile, None).await.unwrap();
    subject
}

async fn asks(process: &Process, subject: domain::SubjectId) -> domain::Request {
    let how = Determination { by: None, because: "signed in".to_owned() };
    let new = NewRequest {
        right: Right::Restriction,
        channel: domain::request::Channel::Voice,
        received_at: None,
        named: Named::Vouched(subject, how),
        client: None,
        message: None,
        scan: None,
    };
    process.open_request(&process.operator, &new, None).await.unwrap().0
}

#[tokio::test]
async fn a_mail_that_waits_goes_to_the_address_where_it_is_held_by_then() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (one, other) = (person(&process, ADA).await, person(&process, "byron@example.com").await);
    let request = asks(&process, one).await;
    let open = process.merge_subjects(&process.operator, (one, other), &said()).await;
    assert!(matches!(open, Err(GateError::Unmergeable(Unmergeable::Open))), "it must be answered: {open:?}");
    process.refuse_request(&process.operator, request.id, None, &said()).await.unwrap();
    assert_eq!(process.due_messages(9).await.unwrap().len(), 2, "received, and refused");
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    let due = process.due_messages(9).await.unwrap();
    assert_eq!(due.len(), 2);
    for message in due {
        assert_eq!(message.subject, Some(other));
        let letter = process.begin_message(message).await.unwrap().unwrap();
        assert_eq!(letter.to.reveal(), ADA);
        process.end_message(letter.message, Ok(())).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_is_signed_in_as_the_one_is_out_and_as_the_other_is_not() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (one, other) = (person(&process, ADA).await, person(&process, "byron@example.com").await);
    let mut cookies = Vec::new();
    for email in [ADA, "byron@example.com"] {
        process.ask_for_link(&process.operator.account, email).await.unwrap();
        let message = process.due_messages(9).await.unwrap().remove(0);
        let letter = process.begin_message(message).await.unwrap().unwrap();
        let Says::Link(secret, _) = &letter.says else { panic!("another mail") };
        let opened = process.open_link(secret.reveal(), 0, Browser::Other).await.unwrap().unwrap();
        cookies.push(opened.1);
        process.end_message(letter.message, Ok(())).await.unwrap();
    }
    process.merge_subjects(&process.operator, (one, other), &said()).await.unwrap();
    let is_in = async |cookie: &str| process.person_signed_in(cookie).await.unwrap().is_some();
    assert!(!is_in(&cookies[0]).await && is_in(&cookies[1]).await);
    let entries = process.entries_of(&process.operator, one, None, 50).await.unwrap();
    let ended = entries.iter().find(|entry| entry.detail.action == domain::Action::SessionEnded).unwrap();
    assert_eq!(ended.detail.note.as_deref(), Some("the person was merged"));
}
