mod told;

use domain::{
    Contact, Message, MessageState, Request, Right, SubjectId,
    message::{Template, Topic, Unsent},
    request::Channel,
};
use jiff::SignedDuration;
use serde_json::json;

use super::world::{Process, World, new_record, new_subject, object};
use crate::{
    Attempt, Determination, GateError, Letter, Named, NewHold, NewIncident, NewRequest, Patch, Report, Says,
};

/// A policy that takes requests.
const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");
const ADA: &str = "ada@example.com";

fn said() -> Determination {
    Determination { by: None, because: "the archive is being moved".to_owned() }
}

impl Process {
    async fn asks(&self, right: Right, named: Named) -> Request {
        let new = NewRequest {
            right,
            channel: Channel::Api,
            received_at: None,
            named,
            client: None,
            message: None,
            scan: None,
        };
        self.open_request(&self.operator, &new, None).await.unwrap().0
    }

    pub(super) async fn asks_by_email(&self, right: Right) -> Request {
        self.asks(right, Named::By(vec![("email".to_owned(), ADA.to_owned())])).await
    }

    /// A visitor with an address.
    async fn visitor(&self) -> SubjectId {
        let subject = self.create_subject(&self.operator, &new_subject("visitor"), None).await.unwrap().0.id;
        let contact = new_record("visitor_contact", json!({ "email": ADA }));
        self.create_record(&self.operator, subject, "communication", &contact, None).await.unwrap();
        subject
    }

    pub(super) async fn vouched(&self, right: Right) -> (SubjectId, Request) {
        let subject = self.visitor().await;
        (subject, self.asks(right, Named::Vouched(subject, said())).await)
    }

    /// The messages that wait, or those that do not.
    pub(super) async fn messages(&self, is_open: bool) -> Vec<Message> {
        self.all_of(&self.operator, is_open).await.unwrap()
    }

    pub(super) async fn templates(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.messages(true).await.iter().map(|one| one.template.as_str()).collect();
        all.sort_unstable();
        all
    }

    /// The letter of the one message that waits with a template.
    pub(super) async fn begin(&self, template: &str) -> Result<Option<Letter>, GateError> {
        let due = self.due_messages(99).await.unwrap();
        let mut named = due.into_iter().filter(|message| message.template.as_str() == template);
        let message = named.next().unwrap_or_else(|| panic!("no `{template}` is due"));
        assert_eq!(named.next(), None);
        self.begin_message(message).await
    }

    /// Why the last message with a template was not sent.
    pub(super) async fn why_failed(&self, template: &str) -> Option<Unsent> {
        let failed = self.messages(false).await.into_iter().rev();
        failed.filter(|one| one.template.as_str() == template).find_map(|one| match one.state {
            MessageState::Failed { why, .. } => Some(why),
            _ => None,
        })
    }
}

#[tokio::test]
async fn what_was_in_flight_when_a_process_ended_is_sent_once_more_under_the_same_id() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.asks_by_email(Right::Access).await;
    let letter = process.begin("received").await.unwrap().unwrap();
    drop(process);
    let process = world.open().await;
    assert_eq!(process.due_messages(9).await.unwrap(), [], "whoever sends it may be about to end");
    world.pass(SignedDuration::from_mins(1));
    let again = process.begin("received").await.unwrap().unwrap();
    assert_eq!((again.message.id, again.to.reveal().as_str()), (letter.message.id, ADA));
    process.end_message(again.message, Ok(())).await.unwrap();
    world.pass_days(1);
    assert_eq!(process.due_messages(9).await.unwrap(), [], "what is sent is sent");
}

#[tokio::test]
async fn of_two_processes_one_sends_a_message() {
    let world = World::under(POLICY).await;
    let [one, other] = world.open_two().await;
    one.asks_by_email(Right::Access).await;
    let (first, second) = (one.due_messages(9).await.unwrap(), other.due_messages(9).await.unwrap());
    assert_eq!(first, second);
    assert!(one.begin_message(first[0].clone()).await.unwrap().is_some());
    assert!(matches!(other.begin_message(second[0].clone()).await, Err(GateError::Busy)));
}

#[tokio::test]
async fn a_mailed_code_proves_and_stands_nowhere() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let request = process.asks_by_email(Right::Access).await;
    process.mail_code(&process.operator, request.id, 0).await.unwrap();
    let letter = process.begin("code").await.unwrap().unwrap();
    let Says::Code(_, code, until) = &letter.says else { panic!("{letter:?}") };
    assert_eq!(until.duration_since(process.now()), SignedDuration::from_hours(24));
    let code = code.reveal().clone();
    for file in std::fs::read_dir(world.folder.path()).unwrap().map(|file| file.unwrap().path()) {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        for secret in [code.as_bytes(), ADA.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.display());
        }
    }
    let attempt = process.try_code(&process.operator, request.id, 0, &code).await.unwrap();
    assert!(matches!(attempt, Attempt::Proved(..)));
}

#[tokio::test]
async fn a_code_that_is_good_no_more_is_not_sent() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let operator = &process.operator;
    // Another one takes its place.
    let request = process.asks_by_email(Right::Access).await;
    process.mail_code(operator, request.id, 0).await.unwrap();
    let (_, _, handed_over) = process.make_code(operator, request.id, 0).await.unwrap();
    assert!(process.begin("code").await.unwrap().is_none());
    assert_eq!(process.why_failed("code").await, Some(Unsent::Superseded));
    assert!(matches!(process.try_code(operator, request.id, 0, &handed_over).await, Ok(Attempt::Proved(..))));
    // Another address is put in the place of the one that it was made for.
    let request = process.asks_by_email(Right::Erasure).await;
    process.mail_code(operator, request.id, 0).await.unwrap();
    let patch = Patch { version: None, fields: object(json!({ "email": "bob@example.com" })) };
    process.update_record(operator, request.record.unwrap(), "requests", &patch).await.unwrap();
    assert!(process.begin("code").await.unwrap().is_none());
}

#[tokio::test]
async fn only_an_address_is_mailed_to() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let phone = Named::By(vec![("phone".to_owned(), "+49 30 901820".to_owned())]);
    let request = process.asks(Right::Access, phone).await;
    let mailed = process.mail_code(&process.operator, request.id, 0).await;
    assert!(matches!(mailed, Err(GateError::Malformed(_))), "{mailed:?}");
    assert_eq!(process.templates().await, Vec::<&str>::new());
    let nowhere = Named::By(vec![("email".to_owned(), "a@somewhere.Invalid".to_owned())]);
    process.asks(Right::Access, nowhere).await;
    assert!(process.begin("received").await.unwrap().is_none());
    assert_eq!(process.why_failed("received").await, Some(Unsent::NoAddress));
}

#[tokio::test]
async fn whoever_proved_nothing_is_told_nothing_but_the_receipt() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (operator, said) = (&process.operator, said());
    let request = process.asks_by_email(Right::Access).await;
    process.extend_request(operator, request.id, &said).await.unwrap();
    process.pause_request(operator, request.id, &said).await.unwrap();
    process.resume_request(operator, request.id).await.unwrap();
    process.refuse_request(operator, request.id, None, &said).await.unwrap();
    assert_eq!(process.templates().await, ["received"]);
    // Once it is proved, it is told all that.
    let request = process.asks_by_email(Right::Access).await;
    told::prove_by_code(&process, &request).await;
    process.extend_request(operator, request.id, &said).await.unwrap();
    process.pause_request(operator, request.id, &said).await.unwrap();
    assert_eq!(process.templates().await, ["extended", "paused", "received", "received"]);
    let letter = process.begin("extended").await.unwrap().unwrap();
    let Says::Request(_, Some(because)) = &letter.says else { panic!("{letter:?}") };
    assert_eq!((because.reveal().as_str(), letter.to.reveal().as_str()), (said.because.as_str(), ADA));
    // What is not so any more is not told.
    process.resume_request(operator, request.id).await.unwrap();
    assert!(process.begin("paused").await.unwrap().is_none());
    assert_eq!(process.why_failed("paused").await, Some(Unsent::Superseded));
}

#[tokio::test]
async fn whom_the_account_vouches_for_is_told_where_it_would_write_until_they_are_erased() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (subject, request) = process.vouched(Right::Restriction).await;
    let letter = process.begin("received").await.unwrap().unwrap();
    assert_eq!(letter.to.reveal(), ADA);
    process.end_message(letter.message, Ok(())).await.unwrap();
    process.extend_request(&process.operator, request.id, &said()).await.unwrap();
    process.erase(&process.operator, subject).await.unwrap();
    assert!(process.begin("extended").await.unwrap().is_none());
    assert_eq!(process.why_failed("extended").await, Some(Unsent::Erased));
}

#[tokio::test]
async fn the_erased_are_told_that_they_are_at_the_address_they_proved() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.visitor().await;
    let request = process.asks_by_email(Right::Erasure).await;
    process.verify_by_hand(&process.operator, request.id, 0, &said()).await.unwrap();
    let how = crate::Fulfilment { decision: said(), ..crate::Fulfilment::default() };
    process.fulfil_request(&process.operator, request.id, &how).await.unwrap();
    assert_eq!(process.begin("fulfilled").await.unwrap().unwrap().to.reveal(), ADA);
}

#[tokio::test]
async fn what_waits_in_vain_is_given_up_and_what_is_closed_is_forgotten() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    process.asks_by_email(Right::Access).await;
    let message = process.messages(true).await.remove(0);
    process.put_message_off(message).await.unwrap();
    assert_eq!(process.due_messages(9).await.unwrap(), []);
    world.pass(SignedDuration::from_hours(5 * 24 - 1));
    assert_eq!(process.tidy_outbox().await.unwrap(), 0);
    assert_eq!(process.waiting_messages().await.unwrap(), 1);
    world.pass(SignedDuration::from_hours(1));
    assert_eq!(process.tidy_outbox().await.unwrap(), 1);
    assert_eq!(process.why_failed("received").await, Some(Unsent::GivenUp));
    let failed = process.messages(false).await.remove(0);
    let retried = process.retry_message(&process.operator, failed.id).await.unwrap();
    assert!(retried.is_open());
    let letter = process.begin("received").await.unwrap().unwrap();
    let again = process.retry_message(&process.operator, failed.id).await;
    assert!(matches!(again, Err(GateError::NothingToRetry)), "it may be on its way");
    process.end_message(letter.message, Err(Unsent::Refused)).await.unwrap();
    world.pass_days(90);
    process.tidy_outbox().await.unwrap();
    assert_eq!(process.messages(false).await, []);
}

#[tokio::test]
async fn whoever_must_answer_is_reminded() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (_, request) = process.vouched(Right::Access).await;
    world.pass_days(16);
    process.wake(9).await.unwrap();
    let letter = process.begin("request_clock").await.unwrap().unwrap();
    assert_eq!((letter.message.about, letter.message.subject), (Some(Topic::Request(request.id)), None));
    assert_eq!(letter.to.reveal(), "privacy@influxis.com");
}

#[tokio::test]
async fn a_client_is_written_to_where_the_operator_holds_its_address() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (operator, client) = (&process.operator, process.client().await);
    let person = process.create_subject(operator, &new_subject("client"), None).await.unwrap().0.id;
    let fields = json!({ "full_name": "Cyd", "email": "cyd@client.example" });
    let profile = new_record("client_profile", fields);
    let record = process.create_record(operator, person, "orders", &profile, None).await.unwrap().record.id;
    let contact = |field: &str| Contact { record, field: field.to_owned() };
    let named = process.set_contact(operator, client.account_id(), contact("full_name")).await;
    assert!(matches!(named, Err(GateError::Malformed(_))), "{named:?}");
    let named = process.set_contact(&client, client.account_id(), contact("email")).await;
    assert!(matches!(named, Err(GateError::NotFound("account"))), "{named:?}");
    process.set_contact(operator, client.account_id(), contact("email")).await.unwrap();
    let by_email = Named::By(vec![("email".to_owned(), ADA.to_owned())]);
    let new = NewRequest {
        right: Right::Access,
        channel: Channel::Email,
        received_at: None,
        named: by_email,
        client: Some(client.account_id()),
        message: None,
        scan: None,
    };
    let (request, _) = process.open_request(operator, &new, None).await.unwrap();
    let letter = process.begin("passed_on").await.unwrap().unwrap();
    assert_eq!(letter.to.reveal(), "cyd@client.example");
    // Proved, so that the clock reminds of it.
    process.verify_by_hand(&client, request.id, 0, &said()).await.unwrap();
    world.pass_days(16);
    process.wake(9).await.unwrap();
    let letter = process.begin("request_clock").await.unwrap().unwrap();
    assert_eq!(letter.to.reveal(), "cyd@client.example");
    // The operator sees that it was told, and never whom the request is about.
    assert!(process.messages(true).await.iter().all(|message| message.subject.is_none()));
}

#[tokio::test]
async fn reviews_and_the_72_hours_are_told_once() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let subject = process.visitor().await;
    let new = NewHold { subject, exception: "fraud".to_owned(), determined: said() };
    process.place_hold(&process.operator, &new, None).await.unwrap();
    world.pass_days(200);
    process.wake(9).await.unwrap();
    assert_eq!(process.templates().await, ["hold_review"]);
    assert!(process.begin("hold_review").await.unwrap().is_some());
    let report = Report { what_happened: "a laptop is gone".to_owned(), reported_by: None };
    let new = NewIncident { report, aware_at: None };
    process.open_incident(&process.operator, &new, None).await.unwrap();
    let mut written = Vec::new();
    for _ in 0..8 {
        written.push(process.remind_of_incidents().await.unwrap());
        world.pass(SignedDuration::from_hours(12));
    }
    assert_eq!(written, [0, 0, 0, 1, 0, 0, 0, 1]);
    let due = process.due_messages(9).await.unwrap();
    let clocks = due.iter().filter(|one| matches!(one.template, Template::IncidentClock { .. }));
    assert_eq!(clocks.count(), 2);
}

#[tokio::test]
async fn every_end_of_a_message_is_in_the_log() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (subject, _) = process.vouched(Right::Access).await;
    let letter = process.begin("received").await.unwrap().unwrap();
    let id = letter.message.id.to_string();
    process.end_message(letter.message, Err(Unsent::Later)).await.unwrap();
    world.pass(SignedDuration::from_mins(2));
    let letter = process.begin("received").await.unwrap().unwrap();
    process.end_message(letter.message, Ok(())).await.unwrap();
    let entries = process.entries_of(&process.operator, subject, None, 99).await.unwrap();
    let sent = entries.iter().find(|entry| entry.detail.action == domain::Action::MessageSent).unwrap();
    assert_eq!(sent.detail.case.as_ref().unwrap().case, id);
    let reads = entries.iter().filter(|entry| entry.detail.action == domain::Action::RecordRead).count();
    assert_eq!(reads, 2, "each attempt that opens the address says so");
}
