//! Another address with which somebody signs in: by a link only, told at the old one, and nothing of it tells who is known.

use domain::{Address, Message};

use super::*;

const NEW: &str = "ines@new.example";

/// A Client with an owner, signed in, and the address with which they do.
async fn owner(process: &Process) -> (SignedIn, String, String) {
    let client = process.accepted().await;
    let (owner, cookie) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    let email = format!("client_owner@{}.example", client.account_id());
    (owner, cookie, email)
}

/// What is to be mailed now, to whom, and the secret of the link in it.
async fn mails(process: &Process) -> Vec<(&'static str, String, Option<String>)> {
    let mut all = Vec::new();
    for message in process.due_messages(9).await.unwrap() {
        let Some(letter) = process.begin_message(message).await.unwrap() else { continue };
        let Says::Password(link) = &letter.says else { panic!("another mail") };
        let link = link.as_ref().map(|(secret, _)| secret.reveal().clone());
        all.push((letter.message.template.as_str(), letter.to.reveal().clone(), link));
        process.end_message(letter.message, Ok(())).await.unwrap();
    }
    all
}

async fn signs_in(process: &Process, email: &str) -> bool {
    process.sign_in(email, PASSWORD, Browser::Edge).await.unwrap().is_some()
}

#[tokio::test]
async fn one_signs_in_with_another_address_once_its_link_is_opened() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (owner, cookie, old) = owner(&process).await;
    process.write_to_member(&owner.caller, owner.staff.subject).await.unwrap();
    process.ask_to_move(&owner, NEW).await.unwrap();
    let sent = mails(&process).await;
    let [("address", to, Some(link))] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(to, NEW);
    assert!(process.leads_to_address(link).await.unwrap() && signs_in(&process, &old).await);
    assert!(!signs_in(&process, NEW).await, "nothing has changed yet");
    assert!(!process.opens_invitation(link).await.unwrap(), "it sets no password");
    process.move_by_link(link).await.unwrap();
    assert!(matches!(process.move_by_link(link).await, Err(GateError::NotFound(_))), "once");
    assert!(signs_in(&process, NEW).await && !signs_in(&process, &old).await);
    assert!(process.signed_in(&cookie).await.unwrap().is_none(), "signed out everywhere");
    assert_eq!(mails(&process).await, [("address_changed", old.clone(), None)], "told at the old one");
    let (moved, _) = process.sign_in(NEW, PASSWORD, Browser::Edge).await.unwrap().unwrap();
    assert_eq!(moved.staff.subject, owner.staff.subject);
    let contact = moved.caller.account.contact.clone().unwrap();
    assert_eq!(contact.record, moved.staff.record, "and is written to there");
    let again = process.ask_to_move(&moved, "third@new.example").await;
    assert!(matches!(again, Err(GateError::Malformed(_))), "{again:?}");
    // The old record keeps no password, and goes.
    let purpose = "secure_access";
    let kept = process.read_record(&process.operator, owner.staff.record, purpose, None).await.unwrap();
    assert!(!kept.fields.reveal().contains_key("password_hash"));
    world.pass_days(5);
    while process.wake(9).await.unwrap() > 0 {}
    let gone = process.read_record(&process.operator, owner.staff.record, purpose, None).await;
    assert!(matches!(gone, Err(GateError::NotFound(_) | GateError::Gone(_))), "{:?}", gone.err());
    assert!(signs_in(&process, NEW).await);
}

#[tokio::test]
async fn an_address_that_is_not_proved_is_forgotten_and_keeps_nothing_from_whose_it_is() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (owner, ..) = owner(&process).await;
    process.ask_to_move(&owner, INES).await.unwrap();
    let link = mails(&process).await.remove(0).2.unwrap();
    process.apply(INES).await;
    let sign_up = mails(&process).await.remove(0);
    assert_eq!((sign_up.0, sign_up.1.as_str()), ("sign_up", INES));
    process.set_password(&sign_up.2.unwrap(), "another password").await.unwrap();
    let late = process.move_by_link(&link).await;
    assert!(matches!(late, Err(GateError::NotFound(_))), "somebody signs in with it by now: {late:?}");
    world.pass(SignedDuration::from_hours(1));
    while process.wake(9).await.unwrap() > 0 {}
    let staff = process.member_of_account(&owner).await;
    assert_eq!(staff.spare, None);
    let records = process.store.records(owner.staff.subject, None, 9).await.unwrap();
    assert_eq!(records.len(), 1, "{records:?}");
}

#[tokio::test]
async fn whoever_is_known_by_the_other_address_plays_no_part_in_the_answer() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ((owner, _, old), other) = (owner(&process).await, process.accepted().await);
    process.member(other.account_id(), MemberRole::Developer).await;
    let known = format!("developer@{}.example", other.account_id());
    process.ask_to_move(&owner, &known).await.unwrap();
    assert_eq!(mails(&process).await, [], "nothing goes there");
    assert_eq!(process.member_of_account(&owner).await.spare, None);
    assert!(signs_in(&process, &known).await && signs_in(&process, &old).await);
    let own = process.ask_to_move(&owner, &old).await;
    assert!(matches!(own, Err(GateError::Malformed(_))), "{own:?}");
    for _ in 0..3 {
        process.ask_to_move(&owner, NEW).await.unwrap();
    }
    let links: Vec<_> = mails(&process).await.into_iter().filter_map(|(.., link)| link).collect();
    let mut open = 0;
    for link in &links {
        open += usize::from(process.leads_to_address(link).await.unwrap());
    }
    assert_eq!((links.len(), open), (1, 1), "only the last one is sent, and opens");
    let more = process.ask_to_move(&owner, NEW).await;
    assert!(matches!(more, Err(GateError::TooManyToday(_))), "{more:?}");
}

#[tokio::test]
async fn another_password_ends_what_was_asked_for_with_the_old_one() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (owner, _, old) = owner(&process).await;
    process.ask_to_move(&owner, NEW).await.unwrap();
    let link = mails(&process).await.remove(0).2.unwrap();
    process.recover(&old).await.unwrap();
    let recovery = mails(&process).await.remove(0).2.unwrap();
    process.set_password(&recovery, "another password").await.unwrap();
    assert!(!process.leads_to_address(&link).await.unwrap());
    let messages: Vec<Message> = process.all_of(&process.operator, true).await.unwrap();
    assert!(messages.iter().all(|message| matches!(message.to, Address::Record { .. })));
}

impl Process {
    /// How whoever is signed in stands now.
    async fn member_of_account(&self, signed_in: &SignedIn) -> domain::Staff {
        let all = self.members(&signed_in.caller, true, None, 9).await.unwrap();
        all.into_iter().find(|one| one.subject == signed_in.staff.subject).unwrap()
    }
}
