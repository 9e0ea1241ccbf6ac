//! To whom what is told goes, and how much.

use domain::{Address, Case, EventKind, MailCount, RecordId};
use store::{Change, Unit};

use super::*;
use crate::Caller;

/// Lets the code that was mailed last prove an identifier.
pub(super) async fn prove_by_code(process: &Process, request: &Request) {
    process.mail_code(&process.operator, request.id, 0).await.unwrap();
    let letter = process.begin("code").await.unwrap().unwrap();
    let Says::Code(_, code, _) = &letter.says else { panic!("{letter:?}") };
    let code = code.reveal().clone();
    process.end_message(letter.message, Ok(())).await.unwrap();
    let attempt = process.try_code(&process.operator, request.id, 0, &code).await.unwrap();
    assert!(matches!(attempt, Attempt::Proved(..)));
}

#[tokio::test]
async fn free_text_goes_only_to_whoever_proved_by_a_code_that_they_read_it() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let operator = &process.operator;
    let by_hand = process.asks_by_email(Right::Access).await;
    process.verify_by_hand(operator, by_hand.id, 0, &said()).await.unwrap();
    process.refuse_request(operator, by_hand.id, None, &said()).await.unwrap();
    let letter = process.begin("refused").await.unwrap().unwrap();
    assert!(matches!(&letter.says, Says::Request(_, None)), "{letter:?}");
    process.end_message(letter.message, Ok(())).await.unwrap();
    let by_code = process.asks_by_email(Right::Access).await;
    prove_by_code(&process, &by_code).await;
    process.refuse_request(operator, by_code.id, None, &said()).await.unwrap();
    let letter = process.begin("refused").await.unwrap().unwrap();
    assert!(matches!(&letter.says, Says::Request(_, Some(_))), "{letter:?}");
}

#[tokio::test]
async fn a_mailed_link_proves_as_its_code_does_and_once() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let operator = &process.operator;
    let mailed = async |request: &Request| {
        process.mail_code(operator, request.id, 0).await.unwrap();
        let letter = process.begin("code").await.unwrap().unwrap();
        let link = letter.link.as_ref().unwrap().reveal().clone();
        process.end_message(letter.message, Ok(())).await.unwrap();
        link
    };
    let request = process.asks_by_email(Right::Access).await;
    let first = mailed(&request).await;
    let link = mailed(&request).await;
    assert!(!process.is_proof(&first).await.unwrap(), "another one took its place");
    assert!(process.is_proof(&link).await.unwrap() && process.is_proof(&link).await.unwrap());
    let half = link.len() / 3;
    for nothing in [format!("{}{}", &link[..half], "0".repeat(2 * half)), String::new(), "5e".to_owned()] {
        assert_eq!(process.prove_by_link(&nothing).await.unwrap(), None, "{nothing}");
    }
    let proved = process.prove_by_link(&link).await.unwrap().unwrap();
    assert!(proved.is_proved_by_code(0) && proved.id == request.id);
    assert_eq!(process.prove_by_link(&link).await.unwrap(), None, "once");
    // Whoever guessed the code as often as they may has used up its link.
    let request = process.asks_by_email(Right::Erasure).await;
    let link = mailed(&request).await;
    for _ in 0..domain::request::CODE_ATTEMPTS {
        process.try_code(operator, request.id, 0, "0000000000").await.unwrap();
    }
    assert_eq!(process.prove_by_link(&link).await.unwrap(), None);
    let late = mailed(&request).await;
    world.pass_days(1);
    assert_eq!(process.prove_by_link(&late).await.unwrap(), None, "too late");
}

#[tokio::test]
async fn an_address_that_nobody_proved_gets_five_mails_a_day_from_however_many_servers() {
    let world = World::under(POLICY).await;
    let processes = world.open_two().await;
    for _ in 0..6 {
        processes[0].asks_by_email(Right::Access).await;
    }
    let due = processes[0].due_messages(9).await.unwrap();
    assert_eq!(due.len(), 6);
    let mut left = Vec::new();
    for (place, message) in due.into_iter().enumerate() {
        left.extend(processes[place % 2].begin_message(message).await.unwrap());
    }
    assert_eq!(left.len(), 5);
    let [process, _] = &processes;
    assert_eq!(process.why_failed("received").await, Some(Unsent::TooMany));
    let failed = process.messages(false).await.remove(0);
    process.retry_message(&process.operator, failed.id).await.unwrap();
    assert!(process.begin("received").await.unwrap().is_none(), "nor by trying anew");
    // What is tried once more counts once.
    for letter in left {
        process.end_message(letter.message, Err(Unsent::Later)).await.unwrap();
    }
    world.pass(SignedDuration::from_mins(1));
    for message in process.due_messages(9).await.unwrap() {
        assert!(process.begin_message(message).await.unwrap().is_some());
    }
    // Another address is another's, and tomorrow is another day.
    let bob = Named::By(vec![("email".to_owned(), "bob@example.com".to_owned())]);
    process.asks(Right::Access, bob).await;
    assert!(process.begin("received").await.unwrap().is_some());
    world.pass_days(1);
    process.retry_message(&process.operator, failed.id).await.unwrap();
    let due = process.due_messages(9).await.unwrap();
    let again = due.into_iter().find(|message| message.id == failed.id).unwrap();
    assert!(process.begin_message(again).await.unwrap().is_some());
    // The counts are forgotten as well.
    assert_eq!(process.all_of::<MailCount>(&process.operator, false).await.unwrap().len(), 5);
    world.pass_days(3);
    process.tidy_outbox().await.unwrap();
    assert_eq!(process.all_of::<MailCount>(&process.operator, false).await.unwrap(), []);
}

#[tokio::test]
async fn the_erased_are_written_to_only_about_their_erasure() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (subject, request) = process.vouched(Right::Restriction).await;
    let how = crate::Fulfilment { decision: said(), ..crate::Fulfilment::default() };
    process.fulfil_request(&process.operator, request.id, &how).await.unwrap();
    process.erase(&process.operator, subject).await.unwrap();
    assert!(process.begin("fulfilled").await.unwrap().is_none());
    assert_eq!(process.why_failed("fulfilled").await, Some(Unsent::Erased));
}

#[tokio::test]
async fn whom_the_account_vouches_for_is_told_at_their_newest_address_or_somebody_sees_that_nobody_was() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let subject = process.visitor().await;
    let newer = new_record("visitor_contact", json!({ "email": "ada@new.example" }));
    process.create_record(&process.operator, subject, "communication", &newer, None).await.unwrap();
    process.asks(Right::Access, Named::Vouched(subject, said())).await;
    assert_eq!(process.begin("received").await.unwrap().unwrap().to.reveal(), "ada@new.example");
    let unknown =
        process.create_subject(&process.operator, &new_subject("visitor"), None).await.unwrap().0.id;
    process.asks(Right::Access, Named::Vouched(unknown, said())).await;
    assert_eq!(process.why_failed("received").await, Some(Unsent::NoAddress));
}

#[tokio::test]
async fn an_address_by_which_nobody_is_found_is_not_written_to() {
    let (found, unfound) = ("required = true, lookup = true }", "required = true }");
    // Staff are found still, and nobody else signs in: otherwise the policy would not compile.
    let (before, members) = POLICY.split_once("[members]").unwrap();
    let (_, after) = members.split_once("[systems").unwrap();
    // Nor does anything lead to a visitor.
    let link = "link = { purpose = \"linking\", record = \"visit_link\" }\n";
    let without_members = [before, "[systems", after].concat().replace(link, "");
    let (people, staff) = without_members.split_once("[records.staff_login.fields]").unwrap();
    let (login, others) = staff.split_once("[records").unwrap();
    let unfindable = [&people.replace(found, unfound), "[records.staff_login.fields]", login, "[records"]
        .concat()
        + &others.replace(found, unfound);
    let world = World::under(&unfindable).await;
    let process = world.open().await;
    process.vouched(Right::Access).await;
    assert_eq!(process.why_failed("received").await, Some(Unsent::NoAddress));
}

/// A Client with a contact, and a request that was passed on to it and proved.
async fn passed_on(process: &Process) -> (Caller, RecordId, Request) {
    let (operator, client) = (&process.operator, process.client().await);
    let person = process.create_subject(operator, &new_subject("client"), None).await.unwrap().0.id;
    let fields = json!({ "full_name": "Cyd", "email": "cyd@client.example" });
    let profile = new_record("client_profile", fields);
    let record = process.create_record(operator, person, "orders", &profile, None).await.unwrap().record.id;
    let contact = Contact { record, field: "email".to_owned() };
    process.set_contact(operator, client.account_id(), contact).await.unwrap();
    let new = NewRequest {
        right: Right::Access,
        channel: Channel::Email,
        received_at: None,
        named: Named::By(vec![("email".to_owned(), ADA.to_owned())]),
        client: Some(client.account_id()),
        message: None,
        scan: None,
    };
    let (request, _) = process.open_request(operator, &new, None).await.unwrap();
    (client, record, request)
}

#[tokio::test]
async fn what_the_contact_of_a_client_cannot_be_told_the_custodian_is() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (_, record, request) = passed_on(&process).await;
    process.delete_record(&process.operator, record, None).await.unwrap();
    assert!(process.begin("passed_on").await.unwrap().is_none());
    assert_eq!(process.why_failed("passed_on").await, Some(Unsent::Gone));
    let letter = process.begin("passed_on").await.unwrap().unwrap();
    assert_eq!(letter.to.reveal(), "privacy@influxis.com");
    assert_eq!(letter.message.about, Some(Topic::Request(request.id)));
    // It ends there.
    process.end_message(letter.message, Err(Unsent::Refused)).await.unwrap();
    assert_eq!(process.templates().await, Vec::<&str>::new());
}

#[tokio::test]
async fn a_request_that_is_taken_over_is_told_to_both() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (client, _, request) = passed_on(&process).await;
    process.verify_by_hand(&client, request.id, 0, &said()).await.unwrap();
    world.pass_days(40);
    while process.wake(9).await.unwrap() > 0 {}
    let taken: Request = process.filed(*request.id.as_bytes()).await.unwrap();
    assert!(taken.is_taken_over);
    let due = Template::RequestClock { milestone: domain::request::Milestone::Due };
    let messages = process.messages(true).await;
    let told: Vec<_> = messages.iter().filter(|message| message.template == due).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|message| message.to == Address::Custodian));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_stops_no_other() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.asks_by_email(Right::Access).await;
    let message = process.messages(true).await.remove(0);
    world.pass(SignedDuration::from_secs(1));
    process.asks_by_email(Right::Access).await;
    let case = Case { facts: "{}".to_owned(), version: 2, ..Case::of(&message).unwrap() };
    let unit = Unit { changes: vec![Change::ReplaceCase(case)], ..Unit::default() };
    process.stores.data.commit(unit).await.unwrap();
    assert_eq!(process.due_messages(1).await.unwrap(), []);
    assert_eq!(process.due_messages(1).await.unwrap().len(), 1, "it was put off");
    assert_eq!(process.waiting_messages().await.unwrap(), 2);
    world.pass_days(6);
    assert!(process.tidy_outbox().await.is_err(), "it is told of");
    assert_eq!(process.why_failed("received").await, Some(Unsent::GivenUp));
}

#[tokio::test]
async fn that_half_of_the_72_hours_are_over_is_not_told_when_all_are() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let report = Report { what_happened: "a laptop is gone".to_owned(), reported_by: None };
    process.open_incident(&process.operator, &NewIncident { report, aware_at: None }, None).await.unwrap();
    world.pass(SignedDuration::from_hours(40));
    process.remind_of_incidents().await.unwrap();
    world.pass(SignedDuration::from_hours(40));
    assert!(process.begin("incident_clock").await.unwrap().is_none());
    assert_eq!(process.why_failed("incident_clock").await, Some(Unsent::Superseded));
}

#[tokio::test]
async fn no_event_of_a_request_names_a_child_that_was_discovered() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (subject, request) = process.vouched(Right::Access).await;
    process.discover_child(&process.operator, subject).await.unwrap();
    process.refuse_request(&process.operator, request.id, None, &said()).await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
    let events = process.events(&process.operator, None, 99).await.unwrap();
    let of = |kind| events.iter().find(|event| event.told.kind == kind).unwrap().told.facts.subjects.clone();
    assert_eq!(of(EventKind::RequestOpened), [subject], "nobody knew");
    assert_eq!(of(EventKind::RequestRefused), []);
}
