//! What a person attests: not yet, in time, too long ago, taken back.

use domain::AttestationState;
use gate::Determination;
use jiff::Span;
use policy::Promise;

use super::world::{POLICY, World};
use crate::Status;

fn found() -> Determination {
    Determination { by: Some("the auditor".to_owned()), because: "a door stood open".to_owned() }
}

#[tokio::test]
async fn what_nobody_has_attested_is_unchecked_and_what_lapsed_is_broken() {
    let world = World::under(POLICY).await;
    let finding = world.finding(Promise::Security).await;
    assert_eq!(finding.status, Status::Unchecked, "{}", finding.evidence);
    assert!(finding.evidence.contains("nobody has attested yet that entry"), "{}", finding.evidence);
    world.attest_all().await;
    assert!(world.assert_kept(Promise::Security).await.contains("until 2027-03-01T12:00:30Z"));
    world.move_clock(Span::new().days(364));
    world.run_jobs().await;
    world.assert_kept(Promise::Verification).await;
    world.move_clock(Span::new().days(2));
    // Whether the clock has noticed already or not.
    world.assert_broken(Promise::Verification, "and not again by the Custodian of Records").await;
    world.run_jobs().await;
    world.assert_broken(Promise::Security, "and not again by the head of operations").await;
    let given = world.service.gate().attestations(&world.operator()).await.unwrap();
    assert_eq!(given.len(), 3);
    assert!(given.iter().all(|one| matches!(one.state, AttestationState::Lapsed { .. })));
    world.attest_all().await;
    world.assert_kept(Promise::Security).await;
}

#[tokio::test]
async fn what_was_attested_in_other_words_or_for_longer_than_the_policy_says_now_is_over() {
    for (from, to, why) in [
        (
            "label = \"everyone who handles",
            "label = \"everybody who handles",
            "is not any more that everybody",
        ),
        (
            "owner = \"the head of operations\"\nevery = \"P1Y\"",
            "owner = \"the head of operations\"\nevery = \"P1M\"",
            "and not again",
        ),
    ] {
        let world = World::new().await;
        world.move_clock(Span::new().days(60));
        world.run_jobs().await;
        world.assert_kept(Promise::Security).await;
        let changed = POLICY.replacen(from, to, 1);
        assert_ne!(changed, POLICY);
        world.service.gate().publish_policy(&world.operator(), &changed, None).await.unwrap();
        world.assert_broken(Promise::Security, why).await;
    }
}

#[tokio::test]
async fn what_was_taken_back_is_broken_until_it_is_attested_again() {
    let world = World::new().await;
    let (gate, operator) = (world.service.gate(), world.operator());
    let given = gate.attestations(&operator).await.unwrap();
    let premises = given.iter().find(|one| one.measure == "premises").unwrap();
    gate.withdraw_attestation(&operator, premises.id, &found()).await.unwrap();
    gate.withdraw_attestation(&operator, premises.id, &found()).await.unwrap_err();
    world.assert_broken(Promise::Security, "was attested and taken back").await;
    world.assert_kept(Promise::Verification).await;
    world.move_clock(Span::new().days(1));
    world.run_jobs().await;
    world.attest_all().await;
    world.assert_kept(Promise::Security).await;
    let given = gate.attestations(&operator).await.unwrap();
    let replaced = given.iter().filter(|one| matches!(one.state, AttestationState::Replaced { .. }));
    assert_eq!(
        (given.len(), replaced.count()),
        (6, 2),
        "what was given anew takes the place of the one before"
    );
}

#[tokio::test]
async fn an_attestation_says_no_more_than_the_policy_lets_it() {
    let world = World::new().await;
    let (gate, operator) = (world.service.gate(), world.operator());
    let in_years = |years| world.now().checked_add(Span::new().hours(years * 365 * 24 + 48)).ok();
    for (measure, until, why) in [
        ("premises", in_years(1), "at most"),
        ("premises", Some(world.now()), "over already"),
        ("weather", None, "measure"),
    ] {
        let error = gate.attest(&operator, &World::attestation(measure, until), None).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}
