//! What strangers, and the owner of another Client, can do with somebody's address at the doors: learn nothing, and keep nothing from
//! them.

use domain::{
    AccountState, MailCount, MessageState, Staff,
    message::{TO_PEOPLE_A_DAY, Unsent},
};
use store::{Change, Unit};

use super::*;

/// The templates of what waits to be sent.
async fn waiting(process: &Process) -> Vec<&'static str> {
    let due = process.due_messages(99).await.unwrap();
    let mut templates: Vec<_> = due.iter().map(|message| message.template.as_str()).collect();
    templates.sort_unstable();
    templates
}

async fn by_client(process: &Process, owner: &SignedIn, email: &str) -> Result<Invitation, GateError> {
    process.invite_at(&owner.caller, owner.caller.account_id(), email, MemberRole::Developer).await
}

#[tokio::test]
async fn a_client_that_invites_does_not_learn_who_is_known() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (ours, theirs) = (process.accepted().await, process.accepted().await);
    let (owner, _) = process.member(ours.account_id(), MemberRole::ClientOwner).await;
    process.member(theirs.account_id(), MemberRole::Developer).await;
    let known = format!("developer@{}.example", theirs.account_id());
    let mut seen = Vec::new();
    for email in [known.as_str(), "nobody@example.com"] {
        let invited = by_client(&process, &owner, email).await.unwrap();
        let listed = process.members(&owner.caller, true, None, 9).await.unwrap();
        let listed = listed.into_iter().find(|one| one.subject == invited.staff.subject).unwrap();
        let card = process.name_card(&owner.caller, listed.subject).await.unwrap();
        assert_eq!(card.email, email);
        seen.push((invited.link, listed.role, listed.state.as_str(), card.name));
        let again = by_client(&process, &owner, email).await;
        assert!(matches!(again, Err(GateError::Exists)), "a colleague is no secret");
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(waiting(&process).await, ["invitation", "invited_elsewhere"]);
    let mut links = process.links().await;
    links.sort();
    assert!(links[0].is_none() && links[1].is_some(), "whoever is known gets no link");
    // It keeps nothing from whoever is known.
    assert!(process.sign_in(&known, PASSWORD, Browser::Edge).await.unwrap().is_some());
    process.recover(&known).await.unwrap();
    process.apply(&known).await;
    assert_eq!(waiting(&process).await, ["known", "recovery"]);
    assert_eq!(process.links().await.iter().filter(|link| link.is_some()).count(), 1);
    world.pass_days(3);
    while process.wake(9).await.unwrap() > 0 {}
    assert_eq!(
        process.members(&owner.caller, true, None, 9).await.unwrap().len(),
        1,
        "both are forgotten alike"
    );
}

#[tokio::test]
async fn whoever_may_not_return_is_invited_in_vain() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let (ours, ended) = (process.accepted().await, process.accepted().await);
    let (owner, _) = process.member(ours.account_id(), MemberRole::ClientOwner).await;
    process.member(ended.account_id(), MemberRole::ClientOwner).await;
    process.end_account(&process.operator, ended.account_id(), &why()).await.unwrap();
    while process.wake(9).await.unwrap() > 0 {}
    let barred = format!("client_owner@{}.example", ended.account_id());
    let invited = by_client(&process, &owner, &barred).await.unwrap();
    assert_eq!((invited.link, invited.staff.state.as_str()), (None, "invited"));
    assert_eq!(waiting(&process).await, Vec::<&str>::new(), "nobody writes to them");
}

#[tokio::test]
async fn invitations_by_mail_are_counted() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (owner, _) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    for number in 0..20 {
        by_client(&process, &owner, &format!("{number}@example.com")).await.unwrap();
    }
    let before = process.members(&owner.caller, true, None, 99).await.unwrap().len();
    let more = by_client(&process, &owner, "more@example.com").await;
    assert!(matches!(more, Err(GateError::TooManyToday(_))), "{:?}", more.err());
    assert_eq!(
        process.members(&owner.caller, true, None, 99).await.unwrap().len(),
        before,
        "nobody was taken in"
    );
    // Whom the operator shows the link counts with nobody.
    process.invite(client.account_id(), MemberRole::PrivacyContact).await.unwrap();
    world.pass_days(1);
    let email = format!("client_owner@{}.example", client.account_id());
    let (owner, _) = process.sign_in(&email, PASSWORD, Browser::Edge).await.unwrap().unwrap();
    by_client(&process, &owner, "more@example.com").await.unwrap();
}

#[tokio::test]
async fn a_strangers_sign_up_keeps_nobody_from_being_invited_nor_an_invitation_from_signing_up() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (owner, _) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    process.apply(INES).await;
    let invited = by_client(&process, &owner, INES).await.unwrap();
    process.apply(INES).await;
    assert_eq!(waiting(&process).await, ["invitation", "sign_up", "sign_up"], "the same sign-up once more");
    let mut links: Vec<String> = process.links().await.into_iter().flatten().collect();
    links.sort();
    links.dedup();
    let [one, other] = links.try_into().unwrap();
    // A link begins with whom it is for.
    let is_of_client = one.starts_with(&invited.staff.subject.to_string()[4..]);
    let (invitation, sign_up) = if is_of_client { (one, other) } else { (other, one) };
    process.set_password(&invitation, PASSWORD).await.unwrap();
    let late = process.set_password(&sign_up, "another password").await;
    assert!(matches!(late, Err(GateError::NotFound("invitation"))), "one address signs in for one: {late:?}");
    let (signed_in, _) = process.sign_in(INES, PASSWORD, Browser::Edge).await.unwrap().unwrap();
    assert_eq!(signed_in.caller.account_id(), client.account_id());
    assert_eq!(process.clients().len(), 1, "no account was opened");
}

/// As many mails of a kind were sent today as may be in all.
async fn fill(process: &Process, kind: &str) {
    let count = process.mail_count(process.account_id(), kind.as_bytes()).await.unwrap();
    let full = MailCount { count: TO_PEOPLE_A_DAY, version: 1, ..count };
    let changes = vec![Change::OpenCase(domain::Case::of(&full).unwrap())];
    process.commit(Unit { changes, ..Unit::default() }).await.unwrap();
}

#[tokio::test]
async fn what_strangers_have_sent_takes_nothing_from_recovery_and_waits_for_another_day() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    process.member(client.account_id(), MemberRole::Developer).await;
    fill(&process, "sign up").await;
    process.apply("stranger@example.com").await;
    process.recover(&format!("developer@{}.example", client.account_id())).await.unwrap();
    let mut sent = Vec::new();
    for message in process.due_messages(9).await.unwrap() {
        if let Some(letter) = process.begin_message(message).await.unwrap() {
            sent.push(letter.message.template.as_str());
            process.end_message(letter.message, Ok(())).await.unwrap();
        }
    }
    assert_eq!(sent, ["recovery"]);
    let waiting: Vec<domain::Message> = process.all_of(&process.operator, true).await.unwrap();
    let [MessageState::Waiting { why, next_at, .. }] = [waiting[0].state] else { panic!("{waiting:?}") };
    assert_eq!((why, next_at.to_string().as_str()), (Some(Unsent::DayFull), "2026-03-02T00:00:00Z"));
    world.pass_days(1);
    assert_eq!(process.links().await.len(), 1, "it is sent later, and not lost");
}

#[tokio::test]
async fn one_address_is_written_to_five_times_a_day_of_each_kind() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    for _ in 0..7 {
        process.apply(INES).await;
    }
    let mut sent = 0;
    for message in process.due_messages(9).await.unwrap() {
        sent += usize::from(process.begin_message(message).await.unwrap().is_some());
    }
    assert_eq!(sent, 5);
}

#[tokio::test]
async fn a_name_in_an_address_leads_to_the_client_that_was_opened_first() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let first = process.accepted().await;
    world.pass(SignedDuration::from_secs(1));
    let second = process.accepted().await;
    let at = || process.client_called("harbour-radio").map(|account| account.id);
    assert_eq!(at(), Some(first.account_id()), "who came later takes nothing away");
    let id = second.account_id().to_string();
    assert_eq!(process.client_called(&id).unwrap().id, second.account_id(), "and comes in by its id");
    process.suspend_account(&process.operator, first.account_id(), true, &why()).await.unwrap();
    assert_eq!(at(), Some(second.account_id()));
    process.suspend_account(&process.operator, first.account_id(), false, &why()).await.unwrap();
    assert_eq!(at(), Some(first.account_id()));
    // Whoever was opened before takes no name of somebody else.
    let third = process.open_account(&process.operator, "Coast & Radio", None).await.unwrap();
    let third = Caller::system(process.accept_policy(&process.operator, third.id, None).await.unwrap());
    let taken = process.rename_account(&first, "COAST radio").await;
    assert!(matches!(taken, Err(GateError::Malformed(_))), "{taken:?}");
    process.rename_account(&third, "Coast Radio").await.unwrap();
    assert_eq!(third.account.state, AccountState::Active);
}

#[tokio::test]
async fn whoever_signs_in_is_found_by_the_record_with_which_they_do_and_by_no_other() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (owner, _) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    let held =
        process.read_record(&process.operator, owner.staff.record, "secure_access", None).await.unwrap();
    let mut fields = held.fields.into_revealed();
    fields.insert("email".to_owned(), INES.into());
    let other = crate::NewRecord {
        record_type: held.record.record_type,
        fields,
        collected_for: Vec::new(),
        source: domain::Source::ThirdParty,
    };
    let subject = owner.staff.subject;
    process.create_record(&process.operator, subject, "secure_access", &other, None).await.unwrap();
    assert!(process.sign_in(INES, PASSWORD, Browser::Edge).await.unwrap().is_none());
    process.apply(INES).await;
    assert_eq!(waiting(&process).await, ["sign_up"]);
    let staff: Vec<Staff> = process.members(&owner.caller, true, None, 9).await.unwrap();
    assert_eq!(staff.len(), 1);
}
