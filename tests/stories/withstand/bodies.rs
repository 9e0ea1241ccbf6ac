//! Bodies, paths and queries that no well-behaved client sends. Each is refused with a clear problem document,
//! nothing of it is stored, and no value of it is repeated.

use serde_json::json;
use stories::{Actor, Call, Canary, Server};

/// A refusal that is expected.
struct Case {
    name: &'static str,
    call: Call,
    status: u16,
    kind: &'static str,
}

/// What the calls are about, and the value that must not come back.
struct Scene<'a> {
    client: &'a Actor,
    canary: &'a Canary,
    subject: String,
    record: String,
}

impl Scene<'_> {
    /// The call that stores a profile, with bytes as its body.
    fn store(&self, bytes: impl Into<Vec<u8>>) -> Call {
        let target =
            format!("/v1/subjects/{}/records/end_user_profile?purpose=service_for_client", self.subject);
        self.client.call("POST", &target).body("application/json", bytes)
    }

    /// The call that stores a profile with one field.
    fn store_field(&self, name: &str, value: &serde_json::Value) -> Call {
        self.store(json!({ "fields": { name: value } }).to_string())
    }
}

fn case(name: &'static str, call: Call, status: u16, kind: &'static str) -> Case {
    Case { name, call, status, kind }
}

fn unreadable(scene: &Scene<'_>) -> Vec<Case> {
    let canary = scene.canary.as_str();
    let deep =
        format!("{{\"fields\":{{\"full_name\":{}\"{canary}\"{}}}}}", "[".repeat(5_000), "]".repeat(5_000));
    let twice = format!("{{\"fields\":{{\"full_name\":\"{canary}\",\"full_name\":\"{canary}\"}}}}");
    let mut not_utf8 = format!("{{\"fields\":{{\"full_name\":\"{canary}").into_bytes();
    not_utf8.extend(b"\xFF\xFE\"}}");
    let many: Vec<String> = (0..20_000).map(|number| format!("\"f{number}\":\"{canary}\"")).collect();
    vec![
        case("no JSON", scene.store(format!("{canary}{{")), 400, "malformed"),
        case("half of it", scene.store(format!("{{\"fields\":{{\"full_name\":\"{canary}")), 400, "malformed"),
        case("more after it", scene.store(format!("{{\"fields\":{{}}}} \"{canary}\"")), 400, "malformed"),
        case("nothing", scene.store(""), 400, "malformed"),
        case("deep JSON", scene.store(deep), 400, "malformed"),
        case("a member twice", scene.store(twice), 400, "malformed"),
        case("invalid UTF-8", scene.store(not_utf8), 400, "malformed"),
        case(
            "twenty thousand fields",
            scene.store(format!("{{\"fields\":{{{}}}}}", many.join(","))),
            400,
            "malformed",
        ),
        case(
            "an unknown member",
            scene.store(json!({ "fields": {}, canary: canary }).to_string()),
            400,
            "malformed",
        ),
        case(
            "fields that are a text",
            scene.store(json!({ "fields": canary }).to_string()),
            400,
            "malformed",
        ),
        case("a number too large", scene.store("{\"fields\":{\"full_name\":1e999}}"), 400, "malformed"),
    ]
}

fn unfit(scene: &Scene<'_>) -> Vec<Case> {
    let canary = json!(scene.canary.as_str());
    let long = json!(scene.canary.as_str().repeat(100));
    vec![
        case("an undeclared field", scene.store_field("shoe_size", &canary), 422, "invalid"),
        case("a list for a text", scene.store_field("full_name", &json!([canary])), 422, "invalid"),
        case("an object for a text", scene.store_field("full_name", &json!({ "a": canary })), 422, "invalid"),
        case("a number for a text", scene.store_field("full_name", &json!(7)), 422, "invalid"),
        case("nothing for a text", scene.store_field("full_name", &json!(null)), 422, "invalid"),
        case("no e-mail address", scene.store_field("email", &canary), 422, "invalid"),
        case("no telephone number", scene.store_field("phone", &canary), 422, "invalid"),
        case("no country", scene.store_field("country", &canary), 422, "invalid"),
        case("a text too long", scene.store_field("full_name", &long), 422, "invalid"),
        case("no field at all", scene.store("{\"fields\":{}}"), 400, "malformed"),
    ]
}

fn misdirected(scene: &Scene<'_>) -> Vec<Case> {
    let (client, canary, subject) = (scene.client, scene.canary.as_str(), &scene.subject);
    let fields = json!({ "fields": { "full_name": canary } });
    let at = |target: String| client.post(&target, &fields);
    let records = format!("/v1/subjects/{subject}/records");
    vec![
        case(
            "an unknown purpose",
            at(format!("{records}/end_user_profile?purpose={canary}")),
            403,
            "refused",
        ),
        case("no purpose", at(format!("{records}/end_user_profile")), 400, "malformed"),
        case(
            "two purposes",
            at(format!("{records}/end_user_profile?purpose=support&purpose={canary}")),
            400,
            "malformed",
        ),
        case(
            "another parameter",
            at(format!("{records}/end_user_profile?purpose=support&{canary}=1")),
            400,
            "malformed",
        ),
        case("an unknown record type", at(format!("{records}/{canary}?purpose=support")), 400, "malformed"),
        case(
            "a record type of others",
            at(format!("{records}/client_profile?purpose=support")),
            422,
            "invalid",
        ),
    ]
}

fn senseless(scene: &Scene<'_>) -> Vec<Case> {
    let (client, canary) = (scene.client, scene.canary.as_str());
    let records = format!("/v1/subjects/{}/records", scene.subject);
    let record = format!("/v1/records/{}", scene.record);
    let question = json!({ "field": canary, "value": canary });
    vec![
        case(
            "an unknown recipient",
            client.get(&format!("{record}?purpose=support&recipient={canary}")),
            403,
            "refused",
        ),
        case("an unknown role", client.post("/v1/subjects", &json!({ "role": canary })), 403, "refused"),
        case(
            "no country code",
            client.post("/v1/subjects", &json!({ "role": "end_user", "region": canary })),
            400,
            "malformed",
        ),
        case(
            "an unknown look-up field",
            client.post("/v1/subjects/lookup?purpose=support", &question),
            400,
            "malformed",
        ),
        case("no subject id", client.get(&format!("/v1/subjects/{canary}")), 404, "not-found"),
        case("a path that is no text", client.get("/v1/subjects/%FF%FE"), 404, "not-found"),
        case("an unknown path", client.get(&format!("/v1/{canary}")), 404, "not-found"),
        case("another method", client.call("PUT", &record), 405, "method"),
        case(
            "another media type",
            client
                .call("POST", &format!("{records}/end_user_profile?purpose=support"))
                .body("text/plain", canary),
            415,
            "media-type",
        ),
        case("no media type", client.call("POST", "/v1/subjects"), 415, "media-type"),
        case("no version", client.delete(&record).header("If-Match", canary), 400, "malformed"),
        case(
            "a long repetition key",
            client
                .post("/v1/subjects", &json!({ "role": "end_user" }))
                .header("Idempotency-Key", canary.repeat(20)),
            400,
            "malformed",
        ),
        case(
            "an unknown scope",
            client.post("/v1/keys", &json!({ "name": "k", "scopes": [canary] })),
            400,
            "malformed",
        ),
    ]
}

#[test]
fn each_is_a_clear_problem_that_stores_and_repeats_nothing() {
    let server = Server::start();
    let client = server.client();
    let canary = Canary::new("body");
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let scene =
        Scene { client: &client, canary: &canary, subject: ada.subject.clone(), record: ada.record.clone() };
    let held = || {
        let target = format!("/v1/subjects/{}/records?purpose=service_for_client", ada.subject);
        let records = client.get(&target).send().expect(200)["items"].as_array().map(Vec::len);
        let subjects = client.get("/v1/subjects").send().expect(200)["items"].as_array().map(Vec::len);
        (records, subjects, client.read(&ada.record).expect(200)["fields"].clone())
    };
    let before = held();
    for Case { name, call, status, kind } in unreadable(&scene)
        .into_iter()
        .chain(unfit(&scene))
        .chain(misdirected(&scene))
        .chain(senseless(&scene))
    {
        let reply = call.send();
        assert_eq!(reply.status, status, "{name}: {}", reply.everything());
        reply.problem(status, kind);
        assert!(!canary.is_in(reply.everything().as_bytes()), "{name} is repeated: {}", reply.everything());
    }
    assert_eq!(held(), before, "nothing was stored");
    server.call("GET", "/readyz").send().expect(200);
}

#[test]
fn a_policy_that_asks_for_a_special_category_is_refused_with_its_place() {
    let server = Server::start();
    let reference = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    let declared = "[categories.health]\nlabel = \"health\"\ndpv = \"dpv-pd:Health\"\nclass = \"special\"\n\n[purposes.orders]";
    let special = reference.replacen("[purposes.orders]", declared, 1).replacen(
        "company = { category = \"company\" }",
        "company = { category = \"health\" }",
        1,
    );
    let problem = server.operator().publish(&special).problem(422, "policy");
    assert!(problem["diagnostics"].to_string().contains("special"), "{problem}");
}
