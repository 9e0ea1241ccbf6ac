//! What anybody sees without signing in.

use stories::{Chromium, Server};

#[test]
fn what_everybody_sees_can_be_used_by_everybody() {
    let server = Server::start();
    let Some(browser) = Chromium::start(server.address()) else { return };
    for page in ["/", "/policy", "/sign-in", "/invitation?link=none", "/problems/invalid"] {
        browser.open(page);
        browser.is_accessible();
    }
}
