//! Passkeys, with an authenticator that says whatever it is told to: only what is signed here and now, once, lets anybody in.

use data_encoding::BASE64URL_NOPAD;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;
use stories::{Browser, Reply, Server};

const PASSWORD: &str = "four plain little words";
/// What stands before a key on P-256 (RFC 5480).
const BEFORE: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
/// The host that a story asks for.
const HOST: &str = "bailee";
const ORIGIN: &str = "https://bailee";
/// There, and known.
const THERE: u8 = 5;

struct Authenticator {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    /// How often it says that it was used; 0 where it does not count.
    counter: std::cell::Cell<u8>,
}

/// What it says: of itself, and of the page.
struct Said {
    client: Vec<u8>,
    authenticator: Vec<u8>,
}

impl Authenticator {
    #[expect(clippy::disallowed_methods, reason = "an authenticator has chance of its own")]
    fn new() -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        Self { pair, random, counter: std::cell::Cell::new(0) }
    }

    fn says(&self, act: &str, challenge: &str, origin: &str) -> Said {
        let client = json!({ "type": act, "challenge": challenge, "origin": origin });
        let host = digest(&SHA256, HOST.as_bytes());
        Said {
            client: client.to_string().into_bytes(),
            authenticator: [host.as_ref(), &[THERE, 0, 0, 0, self.counter.get()]].concat(),
        }
    }

    fn signature(&self, said: &Said) -> String {
        let signed = [said.authenticator.as_slice(), digest(&SHA256, &said.client).as_ref()].concat();
        BASE64URL_NOPAD.encode(self.pair.sign(&self.random, &signed).unwrap().as_ref())
    }

    /// Adds its passkey in the session of a browser.
    fn add(&self, browser: &mut Browser, challenge: &str) -> Reply {
        let said = self.says("webauthn.create", challenge, ORIGIN);
        let key = BASE64URL_NOPAD.encode(&[BEFORE, self.pair.public_key().as_ref()].concat());
        let fields = [
            ("challenge", challenge),
            ("credential", "Y3JlZA"),
            ("client", &BASE64URL_NOPAD.encode(&said.client)),
            ("authenticator", &BASE64URL_NOPAD.encode(&said.authenticator)),
            ("key", &key),
            ("name", "Key"),
        ];
        browser.send_from(ORIGIN, "/console/passkeys", &fields)
    }

    fn sign_in(&self, browser: &mut Browser, person: &str, asked: (&str, &Said)) -> Reply {
        self.show(browser, person, asked, "/sign-in/passkey")
    }

    fn show(&self, browser: &mut Browser, person: &str, (challenge, said): (&str, &Said), to: &str) -> Reply {
        let fields = [
            ("challenge", challenge),
            ("credential", "Y3JlZA"),
            ("client", &BASE64URL_NOPAD.encode(&said.client)),
            ("authenticator", &BASE64URL_NOPAD.encode(&said.authenticator)),
            ("signature", &self.signature(said)),
            ("person", person),
            ("to", "/console/passkeys"),
        ];
        let is_confirming = to == "/console/confirm/passkey";
        browser.send_from(ORIGIN, to, if is_confirming { &fields } else { &fields[..6] })
    }
}

fn challenge(page: &str) -> String {
    page.split("data-challenge=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Somebody signed in, and how their passkeys know them.
fn member(server: &Server, email: &str) -> (Browser, String) {
    let new = json!({ "email": email, "name": "Grace", "role": "custodian" });
    let invited = server.operator().post("/v1/staff", &new).send().expect(201);
    let link = invited["link"].as_str().unwrap();
    let mut browser = Browser::new(server.address().clone());
    let fields = [("link", link.split('=').nth(1).unwrap()), ("password", PASSWORD)];
    assert_eq!(browser.send_exactly("/invitation", &fields).status, 303);
    assert_eq!(browser.sign_in(email, PASSWORD).status, 303);
    let page = browser.open("/console/passkeys").text();
    let person = page.split("data-user=\"").nth(1).unwrap().split('"').next().unwrap();
    (browser, person.to_owned())
}

#[test]
fn account_what_was_signed_elsewhere_or_before_or_for_somebody_else_lets_nobody_in() {
    let server = Server::start();
    let authenticator = Authenticator::new();
    let (mut grace, person) = member(&server, "grace@staff.example");
    let (mut edith, other) = member(&server, "edith@staff.example");

    // A passkey is added in the session that was asked for one, and in no other.
    let asked = challenge(&grace.open("/console/passkeys").text());
    edith.open("/console/passkeys");
    assert_eq!(authenticator.add(&mut edith, &asked).status, 400);
    grace.open("/console/passkeys");
    assert_eq!(authenticator.add(&mut grace, &asked).status, 303);

    let mut fresh = Browser::new(server.address().clone());
    let given = challenge(&fresh.open("/sign-in").text());
    let good = authenticator.says("webauthn.get", &given, ORIGIN);
    let another = Authenticator::new();
    let mut browser = Browser::new(server.address().clone());
    for (by, whom, said) in [
        (&authenticator, &person, authenticator.says("webauthn.get", &given, "https://evil.example")),
        (&authenticator, &person, authenticator.says("webauthn.create", &given, ORIGIN)),
        (&authenticator, &person, authenticator.says("webauthn.get", &asked, ORIGIN)),
        (&authenticator, &other, authenticator.says("webauthn.get", &given, ORIGIN)),
        (&another, &person, authenticator.says("webauthn.get", &given, ORIGIN)),
    ] {
        assert_eq!(by.sign_in(&mut browser, whom, (&given, &said)).status, 403);
    }
    // Nor with a challenge that was made for adding one, or that nobody made.
    for made_up in [asked.as_str(), "AAAA"] {
        let said = authenticator.says("webauthn.get", made_up, ORIGIN);
        assert_eq!(authenticator.sign_in(&mut browser, &person, (made_up, &said)).status, 403);
    }
    let let_in = authenticator.sign_in(&mut browser, &person, (&given, &good));
    assert_eq!(
        (let_in.status, let_in.header("location")),
        (303, Some("/console")),
        "{}",
        let_in.everything()
    );
    assert!(browser.open("/console").text().contains("custodian"));

    let mut thief = Browser::new(server.address().clone());
    let again = authenticator.sign_in(&mut thief, &person, (&given, &good));
    assert_eq!(again.status, 403, "once");
}

#[test]
fn a_passkey_shows_once_more_that_it_is_them() {
    let server = Server::start();
    let authenticator = Authenticator::new();
    let (mut grace, person) = member(&server, "grace@staff.example");
    let asked = challenge(&grace.open("/console/passkeys").text());
    assert_eq!(authenticator.add(&mut grace, &asked).status, 303);
    let page = grace.open("/console/confirm?to=/console/passkeys").text();
    let given = challenge(&page);
    assert!(page.contains("action=\"/console/confirm/passkey\""), "{page}");
    let said = authenticator.says("webauthn.get", &given, ORIGIN);
    let confirm = "/console/confirm/passkey";
    // What is signed to come in shows nothing here, nor what another signs.
    let other = challenge(&Browser::new(server.address().clone()).open("/sign-in").text());
    let elsewhere = authenticator.says("webauthn.get", &other, ORIGIN);
    assert_eq!(authenticator.show(&mut grace, &person, (&other, &elsewhere), confirm).status, 403);
    assert_eq!(Authenticator::new().show(&mut grace, &person, (&given, &said), confirm).status, 403);
    let shown = authenticator.show(&mut grace, &person, (&given, &said), confirm);
    assert_eq!(
        (shown.status, shown.header("location")),
        (303, Some("/console/passkeys")),
        "{}",
        shown.everything()
    );
    assert_eq!(authenticator.show(&mut grace, &person, (&given, &said), confirm).status, 403, "once");
    // And in no other session.
    let (mut edith, _) = member(&server, "edith@staff.example");
    edith.open("/console/sessions");
    let given = challenge(&grace.open("/console/confirm?to=/console/passkeys").text());
    let said = authenticator.says("webauthn.get", &given, ORIGIN);
    assert_eq!(authenticator.show(&mut edith, &person, (&given, &said), confirm).status, 403);
}

#[test]
fn a_copy_of_a_passkey_is_noticed_and_lets_nobody_in() {
    let Some(mail) = stories::MailServer::start() else { return };
    let server = Server::with(stories::Setup { mail: mail.section(), ..stories::Setup::default() });
    let authenticator = Authenticator::new();
    let (mut grace, person) = member(&server, "grace@staff.example");
    let asked = challenge(&grace.open("/console/passkeys").text());
    authenticator.counter.set(3);
    assert_eq!(authenticator.add(&mut grace, &asked).status, 303);
    let mut browser = Browser::new(server.address().clone());
    let mut comes_in = |counter: u8| {
        authenticator.counter.set(counter);
        let given = challenge(&browser.open("/sign-in").text());
        let said = authenticator.says("webauthn.get", &given, ORIGIN);
        authenticator.sign_in(&mut browser, &person, (&given, &said)).status
    };
    assert_eq!([comes_in(4), comes_in(4), comes_in(2), comes_in(0), comes_in(5)], [303, 403, 403, 403, 303]);
    let told = mail.mail("grace@staff.example", "may have been copied");
    assert!(told.text().contains("Nobody was let in"), "{}", told.text());
    let people = server.operator().get("/v1/staff").send().expect(200);
    let grace = people[0]["id"].as_str().unwrap();
    let entries = server.operator().get(&format!("/v1/subjects/{grace}/entries?limit=100")).send();
    assert!(entries.everything().contains("staff.passkey_copied"), "{}", entries.everything());
}
