//! Promises that nothing keeps yet are said to be unchecked, and why.

use super::world::World;
use crate::{
    Assessment, Status,
    promises::{Check, REGISTRY},
};

#[tokio::test]
async fn what_is_not_there_is_unchecked_and_the_rest_is_kept() {
    let world = World::new().await;
    let assessment = world.service.assess().await.unwrap();
    for (registered, finding) in REGISTRY.iter().zip(&assessment.findings) {
        let (status, enforced) = match registered.check {
            Check::Live(_) => (Status::Kept, true),
            Check::Missing(_) => (Status::Unchecked, false),
        };
        assert_eq!(finding.status, status, "{}: {}", finding.promise, finding.evidence);
        assert_eq!(registered.enforced_by.is_some(), enforced, "{}", finding.promise);
        assert!(!finding.evidence.is_empty() && finding.section.is_some(), "{}", finding.promise);
    }
    assert_eq!(assessment.headline(), format!("{} of 30 kept", assessment.count(Status::Kept)));
}

#[tokio::test]
async fn an_assessment_is_stored_and_leaves_nobody_behind() {
    let world = World::new().await;
    let living = "SELECT count(*) FROM subject WHERE state = 0";
    let before = world.count(living);
    let assessment = world.service.assess().await.unwrap();
    assert_eq!(world.count(living), before);
    assert_eq!(world.service.latest_assessment(), Some(assessment.clone()));
    let stored = world.service.gate().stored_assessment().await.unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<Assessment>(&stored).unwrap(), assessment);
}
