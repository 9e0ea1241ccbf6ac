//! The registry says something of every promise, once.

use policy::Promise;

use super::world::POLICY;
use crate::promises::REGISTRY;

#[test]
fn every_promise_is_registered_once_in_order_and_made_by_the_reference_policy() {
    let registered: Vec<Promise> = REGISTRY.iter().map(|registered| registered.promise).collect();
    assert_eq!(registered, Promise::ALL);
    assert_eq!(registered.len(), 30);
    let today = jiff::civil::date(2026, 3, 1);
    let policy = policy::Policy::compile(POLICY, today, None).unwrap();
    let sections = &policy.document().sections;
    let made = |id: &str| {
        let mut promises = sections.iter().flat_map(|section| &section.get_ref().promises);
        promises.any(|made| made.get_ref() == id)
    };
    let unmade: Vec<_> = registered.iter().filter(|promise| !made(promise.id())).collect();
    assert_eq!(unmade, Vec::<&Promise>::new());
}
