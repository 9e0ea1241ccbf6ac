//! Breaking the glass: a member of staff says why they open somebody for what the policy does not name as ordinary.

use domain::{Action, SubjectId};

use super::{searches::so_far, world::World};
use crate::{Caller, GateError};

const REFERENCE: &str = include_str!("../../../../policies/influxis-2018.toml");
const WHY: &str = "The court asked for it";

#[tokio::test]
async fn whoever_works_here_says_why_and_it_is_shown_to_whoever_goes_through_it() {
    let world = World::under(REFERENCE).await;
    let process = world.open().await;
    let ada = process.person_for(&process.operator, "client").await.id;
    let staff = Caller { staff: Some(SubjectId::from_bytes([7; 16])), ..process.operator.clone() };
    let open =
        async |caller: &Caller, purpose: &str| process.list_records(caller, ada, purpose, None, 9).await;
    let silent = open(&staff, "marketing").await;
    assert!(matches!(silent, Err(GateError::Malformed(_))), "{silent:?}");
    for why in [" ".to_owned(), "x".repeat(4_001)] {
        let nothing = open(&staff.clone().breaking_the_glass(why), "marketing").await;
        assert!(matches!(nothing, Err(GateError::Malformed(_))), "{nothing:?}");
    }
    let lookup = process.lookup(&staff, "email", "ada@example.com", "marketing").await;
    assert!(matches!(lookup, Err(GateError::Malformed(_))), "nor is anybody looked up: {lookup:?}");
    let broken = staff.clone().breaking_the_glass(WHY.to_owned());
    open(&broken, "marketing").await.unwrap();
    // What is ordinary keeps no reason, and a key is asked for none.
    open(&broken, "support").await.unwrap();
    open(&process.operator, "marketing").await.unwrap();

    let found = process.access_between(&process.operator, so_far(&world)).await.unwrap();
    assert_eq!(found.broken_glass.len(), 1, "{:?}", found.broken_glass);
    let (_, detail) = &found.broken_glass[0];
    assert_eq!((detail.action, detail.subject, detail.staff), (Action::SubjectRead, Some(ada), staff.staff));
    assert_eq!(detail.case.as_ref().and_then(|said| said.because.as_deref()), Some(WHY));
    assert!(process.needs_reason(&staff, "marketing").unwrap());
    for (caller, purpose) in
        [(&staff, "support"), (&staff, "no such purpose"), (&process.operator, "marketing")]
    {
        assert!(!process.needs_reason(caller, purpose).unwrap(), "{purpose}");
    }
}
