//! How complaints are taken, otherwise than before.

use super::changes;

#[test]
fn complaints_are_taken_and_answered_otherwise() {
    let record = "record = \"message\"\npurpose = \"support\"\nacknowledge";
    for (from, to, expected) in [
        (
            "appeal = \"P2M\"",
            "",
            "~! A decision on a complaint can be appealed for 1 month instead of 2 months.",
        ),
        (
            record,
            "record = \"profile\"\npurpose = \"support\"\nacknowledge",
            "~! What you write in a complaint is kept among profiles instead of support messages.",
        ),
        (
            record,
            "record = \"message\"\npurpose = \"improvement\"\nacknowledge",
            "~! Complaints serve improving the service instead of answering messages.",
        ),
        (record, "acknowledge", "~! Complaints are no longer taken in."),
    ] {
        assert_eq!(changes(&[(from, to)]), [expected]);
    }
}
