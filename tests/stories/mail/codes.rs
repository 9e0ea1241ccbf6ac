//! A code is mailed to who says that an address is theirs.

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
