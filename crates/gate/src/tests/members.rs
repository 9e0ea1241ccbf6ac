//! The people of Clients: how they come in, how far they reach, and that they reach nothing where their account has ended.

mod addresses;
mod entrances;

use domain::{AccountId, AccountKind, MemberRole, Scope, staff::Browser};
use jiff::SignedDuration;

use super::world::{Process, World};
use crate::{
    Applicant, Caller, Determination, GateError, Invitation, KeyRequest, NewMember, NewSubject, Says,
    SignedIn,
};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");
const INES: &str = "ines@example.com";
const PASSWORD: &str = "twelve chars";

impl Process {
    /// A Client that has accepted the policy.
    async fn accepted(&self) -> Caller {
        let opened = self.open_account(&self.operator, "Harbour Radio", None).await.unwrap();
        Caller::system(self.accept_policy(&self.operator, opened.id, None).await.unwrap())
    }

    async fn invite(&self, account: AccountId, role: MemberRole) -> Result<Invitation, GateError> {
        let email = format!("{}@{account}.example", role.as_str());
        self.invite_at(&self.operator, account, &email, role).await
    }

    async fn invite_at(
        &self,
        caller: &Caller,
        account: AccountId,
        email: &str,
        role: MemberRole,
    ) -> Result<Invitation, GateError> {
        let (email, name) = (email.to_owned(), "Ines Moreau".to_owned());
        let new = NewMember { email, name, role, is_mailed: false };
        self.invite_member(caller, account, &new, None).await
    }

    /// Somebody of a Client, signed in, and their cookie.
    async fn member(&self, account: AccountId, role: MemberRole) -> (SignedIn, String) {
        let invited = self.invite(account, role).await.unwrap();
        self.set_password(&invited.link.unwrap(), PASSWORD).await.unwrap();
        let email = format!("{}@{account}.example", role.as_str());
        self.sign_in(&email, PASSWORD, Browser::Firefox).await.unwrap().unwrap()
    }

    /// The secrets of the links that are to be mailed now, none for a mail without one.
    async fn links(&self) -> Vec<Option<String>> {
        let mut links = Vec::new();
        for message in self.due_messages(9).await.unwrap() {
            let letter = self.begin_message(message).await.unwrap().unwrap();
            let Says::Password(link) = &letter.says else { panic!("another mail") };
            links.push(link.as_ref().map(|(secret, _)| secret.reveal().clone()));
            self.end_message(letter.message, Ok(())).await.unwrap();
        }
        links
    }

    async fn apply(&self, email: &str) {
        let (company, name) = ("Harbour Radio".to_owned(), "Ines Moreau".to_owned());
        self.sign_up(&Applicant { company, name, email: email.to_owned() }).await.unwrap();
    }

    fn clients(&self) -> Vec<String> {
        let clients = self.accounts().into_iter().filter(|account| account.kind == AccountKind::Client);
        clients.map(|account| account.name).collect()
    }
}

fn why() -> Determination {
    Determination { by: Some("Cleo".to_owned()), because: "It sent what nobody had asked for".to_owned() }
}

#[tokio::test]
async fn an_account_is_there_once_a_password_is_set_and_not_before() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    process.apply(INES).await;
    assert_eq!(process.clients(), Vec::<String>::new(), "strangers fill nothing that is kept in memory");
    // A message that is lost on its way is sent with the same link once more.
    let message = process.due_messages(9).await.unwrap().pop().unwrap();
    let first = process.begin_message(message).await.unwrap().unwrap();
    world.pass(SignedDuration::from_mins(2));
    let link = process.links().await.pop().flatten().unwrap();
    let Says::Password(Some((secret, _))) = first.says else { panic!("another mail") };
    assert_eq!(secret.reveal(), &link);
    process.set_password(&link, PASSWORD).await.unwrap();
    assert_eq!(process.clients(), ["Harbour Radio"]);
    assert!(matches!(process.set_password(&link, PASSWORD).await, Err(GateError::NotFound(_))));
    let (signed_in, _) = process.sign_in(INES, PASSWORD, Browser::Safari).await.unwrap().unwrap();
    let new = NewSubject { role: "end_user".to_owned(), region: None, age: domain::Told::OfAge };
    let early = process.create_subject(&signed_in.caller, &new, None).await;
    assert!(matches!(early, Err(GateError::NotAccepted)), "{early:?}");
    process.apply(INES).await;
    assert_eq!(process.links().await, [None], "whoever has an account is told so, and gets no link");
}

#[tokio::test]
async fn whoever_does_not_use_the_link_is_erased_and_can_be_invited_again() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let first = process.invite(client.account_id(), MemberRole::Developer).await.unwrap();
    assert!(matches!(
        process.invite(client.account_id(), MemberRole::Developer).await,
        Err(GateError::Exists)
    ));
    world.pass_days(3);
    while process.wake(9).await.unwrap() > 0 {}
    let subject = process.subject(&process.operator, first.staff.subject).await.unwrap();
    assert_eq!(subject.state, domain::SubjectState::Erased);
    process.invite(client.account_id(), MemberRole::Developer).await.unwrap();
}

#[tokio::test]
async fn another_password_ends_what_the_old_one_began() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (signed_in, cookie) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    let email = format!("client_owner@{}.example", client.account_id());
    process.recover(&email).await.unwrap();
    process.recover("nobody@example.com").await.unwrap();
    let link = process.links().await.pop().flatten().unwrap();
    world.pass(SignedDuration::from_mins(59));
    assert!(process.opens_invitation(&link).await.unwrap());
    process.set_password(&link, "another password").await.unwrap();
    assert!(process.signed_in(&cookie).await.unwrap().is_none());
    assert!(process.own_sessions(&signed_in.session).await.unwrap().is_empty(), "and they say so");
    assert!(process.sign_in(&email, PASSWORD, Browser::Edge).await.unwrap().is_none());
    process.recover(&email).await.unwrap();
    let late = process.links().await.pop().flatten().unwrap();
    world.pass(SignedDuration::from_hours(1));
    assert!(!process.opens_invitation(&late).await.unwrap(), "it opens for an hour");
}

#[tokio::test]
async fn whoever_is_let_in_no_more_does_nothing_in_the_request_that_is_under_way() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (signed_in, cookie) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    let request = KeyRequest { name: "x", scopes: &[Scope::DataRead], expires_at: None };
    let made = process.create_key(&signed_in.caller, client.account_id(), &request, None).await.unwrap();
    let key = made.secret.unwrap();
    process.suspend_account(&process.operator, client.account_id(), true, &why()).await.unwrap();
    let late = process.create_key(&signed_in.caller, client.account_id(), &request, None).await;
    assert!(matches!(late, Err(GateError::Closed)));
    assert!(process.signed_in(&cookie).await.unwrap().is_none());
    let caller = process.authenticate(&key).await.unwrap();
    assert!(!process.lets_in(&caller));
    let own = process.suspend_account(&caller, client.account_id(), false, &why()).await;
    assert!(matches!(own, Err(GateError::NotFound(_))), "no Client opens itself again: {own:?}");
    process.suspend_account(&process.operator, client.account_id(), false, &why()).await.unwrap();
    assert!(process.lets_in(&caller));
}

#[tokio::test]
async fn what_a_client_cancelled_is_read_and_nothing_else_and_its_clocks_run() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let new = NewSubject { role: "end_user".to_owned(), region: None, age: domain::Told::OfAge };
    let (fan, ..) = process.create_subject(&client, &new, None).await.unwrap();
    let (owner, _) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    let request = KeyRequest { name: "x", scopes: Scope::ALL, expires_at: None };
    let key = process.create_key(&client, client.account_id(), &request, None).await.unwrap().secret.unwrap();
    process.cancel_account(&owner.caller).await.unwrap();
    let left = process.authenticate(&key).await.unwrap();
    assert_eq!(left.scopes, [Scope::DataRead, Scope::AuditRead, Scope::EventsRead]);
    assert!(matches!(process.cancel_account(&client).await, Err(GateError::Gone(_))), "once");
    let fan = process.subject(&client, fan.id).await.unwrap();
    assert!(fan.triggers.at(domain::Trigger::Account).is_some(), "the clock runs");
    let owner = process.subject(&process.operator, owner.staff.subject).await.unwrap();
    assert!(owner.triggers.at(domain::Trigger::Account).is_some());
}

#[tokio::test]
async fn whoever_lost_an_account_to_a_violation_is_known_again_after_an_erasure() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let (owner, _) = process.member(client.account_id(), MemberRole::ClientOwner).await;
    process.end_account(&process.operator, client.account_id(), &why()).await.unwrap();
    let erasure = process.erase(&process.operator, owner.staff.subject).await.unwrap();
    let kept = format!("{:?}", erasure.state);
    assert!(kept.contains("barred_person") && kept.contains("violation"), "{kept}");
    process.apply(&format!("CLIENT_OWNER@{}.example", client.account_id())).await;
    assert_eq!(process.links().await, []);
    process.apply("edith@example.com").await;
    assert_eq!(process.links().await.len(), 1);
}

#[tokio::test]
async fn a_key_says_once_a_day_that_it_is_used() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let client = process.accepted().await;
    let request = KeyRequest { name: "x", scopes: &[Scope::DataRead], expires_at: None };
    let made = process.create_key(&client, client.account_id(), &request, None).await.unwrap();
    let caller = process.authenticate(&made.secret.unwrap()).await.unwrap();
    let used = || process.keys(client.account_id())[0].used_at;
    assert_eq!(used(), None);
    process.note_key_use(&caller).await.unwrap();
    let first = used().unwrap();
    world.pass(SignedDuration::from_hours(23));
    process.note_key_use(&caller).await.unwrap();
    assert_eq!(used(), Some(first));
    world.pass(SignedDuration::from_hours(1));
    process.note_key_use(&caller).await.unwrap();
    assert!(used().unwrap() > first);
}
