//! Values that were written through the API are found in no file, no log and no metric.

use std::path::PathBuf;

use serde_json::json;
use stories::{Actor, Canary, Server, Setup, eventually};

/// Every place a value can be sent to.
struct Sent {
    stored: Vec<Canary>,
    refused: Vec<Canary>,
    subjects: Vec<String>,
}

/// Sends a value of its own to every place where it is stored.
fn store(client: &Actor) -> (Vec<Canary>, Vec<String>) {
    let [name, email, title, content, patched, uploaded] =
        ["name", "email", "title", "content", "patched", "uploaded"].map(Canary::new);
    let fields = json!({ "full_name": name.as_str(), "email": email.email() });
    let ada = client.profile(&fields);
    let target = format!("/v1/subjects/{}/records/end_user_content?purpose=service_for_client", ada.subject);
    let fields = json!({ "title": title.as_str(), "content": content.as_str().repeat(500) });
    let written = client.post(&target, &json!({ "fields": fields }));
    written.header("Idempotency-Key", "content").send().expect(201);
    let patch = json!({ "full_name": patched.as_str() });
    client
        .patch(&format!("/v1/records/{}?purpose=service_for_client", ada.record), &patch)
        .send()
        .expect(200);
    let line = json!({ "create": { "role": "end_user" }, "type": "end_user_profile", "record": { "fields": { "full_name": uploaded.as_str() } } });
    let call = client.call("POST", "/v1/bulk?purpose=service_for_client");
    let answers = call.body("application/x-ndjson", line.to_string()).send().lines();
    let other = answers[0]["subject"]["id"].as_str().expect("the line was stored").to_owned();
    assert_eq!(client.find_by_email(&email.email()), std::slice::from_ref(&ada.subject));
    client.read(&ada.record).expect(200);
    (vec![name, email, title, content, patched, uploaded], vec![ada.subject, other])
}

/// Sends a value of its own to every place where it is refused.
fn offer(server: &Server, client: &Actor, subject: &str) -> Vec<Canary> {
    let [sought, detected, undeclared, member, query, path, purpose, role, header, token, raw] = [
        "sought",
        "detected",
        "undeclared",
        "member",
        "query",
        "path",
        "purpose",
        "role",
        "header",
        "token",
        "raw",
    ]
    .map(Canary::new);
    let profile = format!("/v1/subjects/{subject}/records/end_user_profile");
    let fields = |name: &str, value: &str| json!({ "fields": { name: value } });
    client.find_by_email(&sought.email());
    let calls = [
        client.profile_call(subject, &json!({ "email": detected.as_str() })),
        client.profile_call(subject, &json!({ "shoe_size": undeclared.as_str() })),
        client.post(&format!("{profile}?purpose=support"), &json!({ "fields": {}, member.as_str(): 1 })),
        client
            .post(&format!("{profile}?purpose=support&email={}", query.email()), &fields("full_name", "Ada")),
        client.get(&format!("/v1/subjects/{}", path.as_str())),
        client.get(&format!("/{}/{}", path.as_str(), path.email())),
        client.post(&format!("{profile}?purpose={}", purpose.as_str()), &fields("full_name", "Ada")),
        client.post("/v1/subjects", &json!({ "role": role.as_str() })),
        client
            .delete("/v1/subjects")
            .header("X-Request-Id", header.as_str())
            .header("User-Agent", header.email()),
        server.call("GET", "/v1/subjects").key(token.as_str()),
        client.call("POST", "/v1/subjects").body("application/json", format!("{{{}", raw.as_str())),
    ];
    for call in calls {
        let reply = call.clone().send();
        assert!(reply.status >= 400, "{call:?}: {}", reply.everything());
    }
    vec![sought, detected, undeclared, member, query, path, purpose, role, header, token, raw]
}

/// The places where a value is found that must be in none.
fn leaks(server: &Server, sent: &Sent) -> Vec<(Canary, PathBuf)> {
    let printed = server.printed();
    let metrics = server.call("GET", "/metrics").attempt().map(|reply| reply.text()).unwrap_or_default();
    let mut found = Vec::new();
    for canary in sent.stored.iter().chain(&sent.refused) {
        let files = server.folders().into_iter().flat_map(|folder| canary.files(&folder));
        found.extend(files.map(|file| (canary.clone(), file)));
        for (text, place) in [(&printed, "the log"), (&metrics, "/metrics")] {
            if canary.is_in(text.as_bytes()) {
                found.push((canary.clone(), PathBuf::from(place)));
            }
        }
    }
    found
}

#[test]
fn no_value_is_found_anywhere_before_and_after_erasure() {
    let mut server = Server::with(Setup { log: "trace", ..Setup::default() });
    let client = server.client();
    let (stored, subjects) = store(&client);
    let refused = offer(&server, &client, &subjects[0]);
    let sent = Sent { stored, refused, subjects };
    assert_eq!(server.printed().matches("listens at").count(), 1, "the log is read");
    assert!(leaks(&server, &sent).is_empty(), "while it runs: {:?}", leaks(&server, &sent));

    for subject in &sent.subjects {
        let erased = client.erase(subject).expect(200);
        let target = format!("/v1/erasures/{}", erased["id"].as_str().unwrap());
        eventually("the purge", || {
            (client.get(&target).send().expect(200)["state"] == "purged").then_some(())
        });
    }
    assert!(leaks(&server, &sent).is_empty(), "after erasure: {:?}", leaks(&server, &sent));
    server.stop();
    assert!(leaks(&server, &sent).is_empty(), "after its end: {:?}", leaks(&server, &sent));
}

#[test]
fn a_key_is_found_in_no_file() {
    let server = Server::with(Setup { log: "trace", ..Setup::default() });
    let client = server.client();
    client.end_user();
    // The last sixty-four digits are the secret; the rest is the key's id.
    let secret = client.key().as_bytes()[client.key().len() - 64..].to_vec();
    let bytes = data_encoding::HEXLOWER.decode(&secret).unwrap();
    let mut all: Vec<Vec<u8>> = vec![server.printed().into_bytes()];
    for folder in server.folders() {
        let files =
            std::fs::read_dir(folder).unwrap().filter_map(|entry| std::fs::read(entry.unwrap().path()).ok());
        all.extend(files);
    }
    for content in all {
        for form in [&secret, &bytes] {
            assert!(!content.windows(form.len()).any(|window| window == *form));
        }
    }
}

#[test]
fn a_canary_that_is_there_is_found() {
    let folder = tempfile::TempDir::new().unwrap();
    let canary = Canary::new("planted");
    let encoded = data_encoding::BASE64.encode(format!("..{}..", canary.as_str()).as_bytes());
    let planted = [canary.as_str().to_owned(), canary.as_str().to_uppercase(), encoded];
    for (number, text) in planted.iter().enumerate() {
        let file = folder.path().join(number.to_string());
        std::fs::write(&file, format!("something {text} else")).unwrap();
        assert_eq!(canary.files(folder.path()), std::slice::from_ref(&file), "{text}");
        std::fs::remove_file(file).unwrap();
    }
}
