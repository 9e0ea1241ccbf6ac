//! Members of staff whom a provider of identities recognises.

use serde_json::json;
use stories::{Chromium, IdentityProvider, Server, Setup};

const TROUBLE: &str = "You were not recognised";

#[test]
fn account_a_provider_lets_in_whom_it_recognised_first_and_nobody_with_their_address() {
    let Some(provider) = IdentityProvider::start() else { return };
    let setup = Setup { provider: provider.section(), allow: vec![provider.place()], ..Setup::default() };
    let server = Server::with(setup);
    let Some(browser) = Chromium::start(server.address()) else { return };
    let sign_in = |browser: &Chromium| {
        browser.open_by_number("/sign-in");
        browser.click(&format!("Sign in by {}", provider.place()));
    };

    provider.recognises("7", "grace@staff.example", true);
    sign_in(&browser);
    assert!(browser.text().contains(TROUBLE), "nobody was invited: {}", browser.text());
    let new = json!({ "email": "grace@staff.example", "name": "Grace Hopper", "role": "auditor" });
    server.operator().post("/v1/staff", &new).send().expect(201);

    provider.recognises("7", "grace@staff.example", false);
    sign_in(&browser);
    assert!(browser.text().contains(TROUBLE), "the address may be anybody’s: {}", browser.text());
    provider.recognises("7", "grace@staff.example", true);
    sign_in(&browser);
    assert_eq!(browser.path(), "/console", "{}", browser.text());
    assert!(browser.text().contains("Signed in as auditor"), "{}", browser.text());

    // The address changes hands: another person has it at the provider.
    let Some(another) = Chromium::start(server.address()) else { return };
    provider.recognises("8", "grace@staff.example", true);
    sign_in(&another);
    assert!(another.text().contains(TROUBLE), "{}", another.text());
}

#[test]
fn account_what_comes_back_to_another_browser_or_is_made_up_lets_nobody_in() {
    let Some(provider) = IdentityProvider::start() else { return };
    let setup = Setup { provider: provider.section(), allow: vec![provider.place()], ..Setup::default() };
    let server = Server::with(setup);
    let leave = || server.call("GET", "/sign-in/provider").send();
    let way = leave();
    let address = way.header("location").unwrap();
    assert!(
        address.starts_with(provider.issuer()) && address.contains("code_challenge_method=S256"),
        "{address}"
    );
    let state = address.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let cookie = way.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let other = leave().header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    for (cookie, state, code) in [
        ("", state.as_str(), "code=made-up"),
        (other.as_str(), &state, "code=made-up"),
        (cookie.as_str(), "made-up", "code=made-up"),
        (&cookie, &state, "code=made-up"),
        (&cookie, &state, "error=access_denied"),
    ] {
        let target = format!("/sign-in/provider/return?state={state}&{code}");
        let back = server.call("GET", &target).header("Cookie", cookie).send();
        assert_eq!(back.status, 403, "{}", back.everything());
        assert!(back.text().contains(TROUBLE) && !back.everything().contains("__Host-bailee="));
    }
}
