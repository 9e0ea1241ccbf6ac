//! What is left in a browser, otherwise than before.

use super::changes;

#[test]
fn what_browsers_call_a_cookie_and_where_pages_reach_a_recipient() {
    let cookie = ("party = \"first\"", "party = \"first\"\nnames = [\"session\", \"sid\"]");
    let more = "The cookie that keeps you signed in may now be called sid in browsers.";
    assert_eq!(changes(&[cookie]), [format!("~! {more}")]);
    let hosts = ("region = \"US\"", "region = \"US\"\nhosts = [\"help.example\"]");
    assert_eq!(changes(&[hosts]).len(), 1, "{:?}", changes(&[hosts]));
    assert!(changes(&[hosts])[0].starts_with("+! Pages may now reach"), "{:?}", changes(&[hosts]));
}
