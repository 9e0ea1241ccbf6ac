//! What visits serve besides being counted: a sentence when it comes, and one when it goes.

use super::*;

const CHECKED: &str = include_str!("../../../tests/checked/operator.toml");
const USES: &str =
    "link = { purpose = \"offers\", record = \"tie\" }\ninterests = { hosting = [\"/hosting/\"] }\n";

fn sentences(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|change| change.sentence.as_str()).collect()
}

#[test]
fn what_visits_serve_is_said_when_it_comes_and_when_it_goes() {
    let without = CHECKED.replacen(USES, "", 1);
    assert_ne!(without, CHECKED, "the fixture no longer holds the uses");
    let (with, without) = (Policy::unchecked(CHECKED), Policy::unchecked(&without));
    let come = diff(&without, &with);
    assert_eq!(
        sentences(&come.newly_permitted),
        [
            "Visits of the shop may now be tied to a person, for sending you offers.",
            "Looking at /hosting/ of the shop may now be taken for an interest in hosting."
        ]
    );
    let gone = diff(&with, &without);
    assert_eq!(
        sentences(&gone.no_longer_permitted),
        [
            "Visits of the shop are no longer tied to a person.",
            "Looking at /hosting/ of the shop is no longer taken for an interest in hosting."
        ]
    );
    assert!(come.newly_permitted.iter().all(|change| change.material));
}
