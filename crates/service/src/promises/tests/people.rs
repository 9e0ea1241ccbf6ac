//! Who: roles, children, consent, custodian, and Clients apart from one another.

use domain::{AccountKind, MemberRole};
use gate::{Determination, NewMember};
use jiff::Span;
use policy::{Promise, document::Document};

use super::world::{POLICY, World};
use crate::{Status, promises::checks};

#[tokio::test]
async fn roles() {
    let world = World::new().await;
    world.assert_kept(Promise::Roles).await;
    world.sabotage("UPDATE subject SET role = 'end_user' WHERE role = 'client'");
    world.assert_broken(Promise::Roles, "role that its account may not have").await;
}

#[tokio::test]
async fn roles_of_a_client_that_accepted_nothing_that_was_published() {
    let world = World::new().await;
    world.sabotage("UPDATE account SET accepted_policy = 99 WHERE kind = 'client'");
    let world = world.restart().await;
    world.assert_broken(Promise::Roles, "never published").await;
}

/// A version that permits more, and every Client accepts it in the books alone.
#[tokio::test]
async fn roles_of_a_client_whose_acceptance_was_made_up() {
    let world = World::new().await;
    let wider = POLICY.replace(r#"then = "P7Y""#, r#"then = "P9Y""#);
    let gate = world.service.gate();
    gate.publish_policy_urgently(&world.operator(), &wider, "a court ordered it", None).await.unwrap();
    world.run_jobs().await;
    world.move_clock(Span::new().minutes(5));
    let evidence = world.assert_kept(Promise::Roles).await;
    assert!(evidence.contains("1 Client turned away"), "{evidence}");
    world.sabotage("UPDATE account SET accepted_policy = 2 WHERE kind = 'client'");
    let world = world.restart().await;
    world.assert_broken(Promise::Roles, "no entry of the log says").await;
}

/// Somebody who signs in for the Client.
async fn member(world: &World) -> domain::AccountId {
    let (gate, operator) = (world.service.gate(), world.operator());
    let client = gate.accounts().into_iter().find(|account| account.kind == AccountKind::Client).unwrap();
    let new = NewMember {
        email: "ines@client.example".to_owned(),
        name: "Ines Moreau".to_owned(),
        role: MemberRole::ClientOwner,
        is_mailed: false,
    };
    let invited = gate.invite_member(&operator, client.id, &new, None).await.unwrap();
    gate.set_password(&invited.link.unwrap(), "four plain little words").await.unwrap();
    client.id
}

#[tokio::test]
async fn account() {
    let world = World::new().await;
    member(&world).await;
    let evidence = world.assert_kept(Promise::Account).await;
    assert!(evidence.contains("1 person who sign in"), "{evidence}");
    world.sabotage(
        r#"UPDATE case_file SET facts = replace(facts, '"client_owner"', '"owner"') WHERE kind = 'staff'"#,
    );
    world.assert_broken(Promise::Account, "none of its account’s kind").await;
}

#[tokio::test]
async fn account_of_people_who_are_somebody_elses() {
    let world = World::new().await;
    member(&world).await;
    world.sabotage("UPDATE subject SET role = 'visitor' WHERE id = (SELECT subject_id FROM case_file WHERE kind = 'staff')");
    world.assert_broken(Promise::Account, "no person of the operator").await;
}

#[tokio::test]
async fn account_that_has_ended_and_lets_somebody_in() {
    let world = World::new().await;
    let account = member(&world).await;
    let why = Determination { by: None, because: "It sent what nobody had asked for".to_owned() };
    world.service.gate().end_account(&world.operator(), account, &why).await.unwrap();
    world.move_clock(Span::new().minutes(5));
    world.assert_kept(Promise::Account).await;
    world.sabotage(
        r#"UPDATE case_file SET is_open = 1, facts = replace(facts, '"state":"suspended"', '"state":"active","credential":"5e"')
           WHERE kind = 'staff'"#,
    );
    world.assert_broken(Promise::Account, "has ended").await;
}

#[tokio::test]
async fn children() {
    let world = World::new().await;
    world.assert_kept(Promise::Children).await;
    world.sabotage("UPDATE subject SET age = 2 WHERE role = 'client'");
    world.assert_broken(Promise::Children, "known to be a child").await;
}

#[tokio::test]
async fn children_who_are_discovered_and_forgotten_to_be_children() {
    let world = World::new().await;
    world.trigger(
        "AFTER UPDATE OF age ON subject WHEN NEW.age = 2 BEGIN UPDATE subject SET age = 0 WHERE id = NEW.id; END",
    );
    world.assert_broken(Promise::Children, "names someone").await;
}

#[tokio::test]
async fn children_of_whom_something_is_kept() {
    let world = World::new().await;
    world.trigger(
        r#"AFTER INSERT ON erasure BEGIN UPDATE erasure SET kept = '[{"record_type":"access_log","class":"access_log",
           "records":1,"exception":"network","ground":"","until":null}]' WHERE id = NEW.id; END"#,
    );
    world.assert_broken(Promise::Children, "was kept").await;
}

#[tokio::test]
async fn consent() {
    let world = World::new().await;
    world.assert_kept(Promise::Consent).await;
    world.sabotage(
        r#"UPDATE record_metadata SET collected_for = '["information"]' WHERE record_type = 'visitor_contact'"#,
    );
    world.assert_broken(Promise::Consent, "nobody said yes to").await;
}

#[tokio::test]
async fn consent_that_was_refused() {
    let world = World::new().await;
    world.sabotage(
        r#"UPDATE record_metadata SET collected_for = '["information"]' WHERE record_type = 'visitor_contact'"#,
    );
    world.sabotage(
        r#"UPDATE subject SET choices = '{"purposes.information":{"state":"denied","policy":1}}' WHERE role = 'visitor'"#,
    );
    world.assert_broken(Promise::Consent, "nobody said yes to").await;
}

#[tokio::test]
async fn user_choice() {
    let world = World::new().await;
    world.assert_kept(Promise::UserChoice).await;
    world.sabotage(
        r#"UPDATE subject SET choices = '{"purposes.information":{"state":"granted","policy":1}}' WHERE role = 'visitor'"#,
    );
    world.assert_broken(Promise::UserChoice, "not what they said last").await;
}

#[tokio::test]
async fn end_user_data() {
    let world = World::new().await;
    world.assert_kept(Promise::EndUserData).await;
    for table in ["record", "record_metadata"] {
        world.sabotage(&format!(
            "UPDATE {table} SET account_id = (SELECT id FROM account WHERE kind = 'operator')
             WHERE record_type = 'end_user_profile'"
        ));
    }
    world.assert_broken(Promise::EndUserData, "another account").await;
}

#[tokio::test]
async fn custodian() {
    let world = World::new().await;
    world.assert_kept(Promise::Custodian).await;
    // The compiler lets no such policy into a gate, so the check is shown the document itself.
    let mut document = Document::parse(POLICY).unwrap();
    document.custodian = None;
    assert_eq!(checks::custodian::look(&document, "is mailed").status, Status::Broken);
}
