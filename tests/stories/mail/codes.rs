//! A code is mailed to who says that an address is theirs.

use stories::Browser;

use super::{asks, code_in, mail_code, verify, with_mail};

#[test]
fn a_mailed_code_proves_the_address_and_the_caller_never_sees_it() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    let ada = client.profile(&serde_json::json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let request = asks(&client, "access", "ada@example.com");
    let made = mail_code(&client, &request);
    assert!(made.get("code").is_none(), "{made}");
    let taken = mail.mail("ada@example.com", "Your code from Influxis");
    assert_eq!(taken.header("from"), "Privacy <privacy@example.org>");
    assert_eq!(taken.header("auto-submitted"), "auto-generated");
    assert!(taken.header("message-id").starts_with("<msg_"), "{}", taken.everything());
    assert_eq!(taken.header("content-type"), "text/plain; charset=\"utf-8\"");
    let code = code_in(taken.text());
    assert_eq!(code.len(), 10);
    assert!(!made.to_string().contains(&code));
    verify(&client, &request, "0000000000").problem(403, "code");
    let verified = verify(&client, &request, &code).expect(200);
    assert_eq!(verified["subjects"], serde_json::json!([ada.subject]));
    assert!(!server.printed().contains("ada@example.com"));
}

#[test]
fn the_link_beside_a_code_proves_the_address_by_its_button_and_once() {
    let Some((server, mail)) = with_mail() else { return };
    let client = server.client();
    let ada = client.profile(&serde_json::json!({ "full_name": "Ada", "email": "ada@example.com" }));
    let request = asks(&client, "access", "ada@example.com");
    mail_code(&client, &request);
    let taken = mail.mail("ada@example.com", "Your code from Influxis");
    let link = taken
        .text()
        .split("/privacy/prove?link=")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let target = format!("/privacy/prove?link={link}");
    let stands = || {
        let seen =
            client.get(&format!("/v1/requests/{}", request["id"].as_str().unwrap())).send().expect(200);
        seen["state"].as_str().unwrap().to_owned()
    };
    let mut browser = Browser::new(server.address().clone());
    for _ in 0..3 {
        let looked = browser.open(&target);
        assert_eq!((looked.status, looked.header("cache-control")), (200, Some("no-store")));
        assert!(!looked.text().contains("ada@example.com"), "{}", looked.text());
    }
    let evil = browser.form("/privacy/prove", &[("link", &link)]).header("Origin", "https://evil.example");
    assert_eq!((evil.send().status, stands().as_str()), (403, "verifying"));
    let proved = browser.send_exactly("/privacy/prove", &[("link", &link)]);
    assert_eq!((proved.status, stands().as_str()), (200, "open"), "{}", proved.everything());
    let seen = client.get(&format!("/v1/requests/{}", request["id"].as_str().unwrap())).send().expect(200);
    assert_eq!(seen["subjects"], serde_json::json!([ada.subject]));
    for used in [browser.open(&target), browser.send_exactly("/privacy/prove", &[("link", &link)])] {
        assert_eq!(used.status, 404, "{}", used.everything());
    }
    verify(&client, &request, &code_in(taken.text())).problem(409, "not-now");
    assert!(browser.cookie().is_none() && !server.printed().contains(&link));
}
