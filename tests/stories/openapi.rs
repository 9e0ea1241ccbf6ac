//! `/v1/openapi.json` is true: a fuzzer that believes it finds nothing that the server does otherwise.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use stories::{Actor, Server, Setup};

/// What must hold of every answer.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

/// Schemathesis, where `./test` installs it, or where `BAILEE_SCHEMATHESIS` says.
fn schemathesis() -> Option<PathBuf> {
    let named = std::env::var_os("BAILEE_SCHEMATHESIS").map(PathBuf::from);
    let installed =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/schemathesis/bin/schemathesis"));
    named.or(Some(installed)).filter(|program| program.exists())
}

/// What is left out: revoking would revoke the very key that is used, and of these bodies (NDJSON and TOML) the fuzzer
/// knows no form. The stories of `bulk`, `policy` and `replay` tell what they do.
const LEFT_OUT: [&str; 4] = ["revokeKey", "bulk", "publishPolicy", "replayPolicy"];

/// Real ids, without which most of what the fuzzer asks for is not there.
fn configuration(who: &Actor, [subject, record, record_type]: [&str; 3]) -> String {
    let opened = who.post("/v1/incidents", &json!({ "what_happened": "Something" })).send().expect(201);
    let incident = text(&opened["id"]);
    let ids = [
        ("/v1/subjects/{id}", subject),
        ("/v1/subjects/{id}/records", subject),
        ("/v1/subjects/{id}/records/{type}", subject),
        ("/v1/subjects/{id}/entries", subject),
        ("/v1/records/{id}", record),
        ("/v1/accounts/{id}/acceptance", &*who.account),
        ("/v1/incidents/{id}", &*incident),
        ("/v1/incidents/{id}/scope", &*incident),
        ("/v1/incidents/{id}/assessment", &*incident),
        ("/v1/incidents/{id}/notices", &*incident),
        ("/v1/incidents/{id}/closure", &*incident),
        ("/v1/incidents/{id}/reopening", &*incident),
        ("/v1/incidents/{id}/drafts/{part}", &*incident),
    ];
    let operation = |(path, id): (&str, &str)| {
        let kind = if path.contains("{type}") {
            format!("\"path.type\" = \"{record_type}\", ")
        } else {
            String::new()
        };
        format!(
            "[[operations]]\ninclude-path = \"{path}\"\nparameters = {{ {kind}\"path.id\" = \"{id}\" }}\n"
        )
    };
    ids.into_iter().map(operation).collect()
}

fn run(program: &Path, server: &Server, who: &Actor, ids: [&str; 3]) -> Output {
    let document = format!("http://{}/v1/openapi.json", server.address().socket());
    let folder = server.data();
    std::fs::write(folder.join("schemathesis.toml"), configuration(who, ids))
        .expect("the folder can be written");
    let left_out = LEFT_OUT.iter().flat_map(|operation| ["--exclude-operation-id", operation]);
    Command::new(program)
        .args([
            "run",
            &document,
            "--checks",
            CHECKS,
            "--header",
            &format!("Authorization: Bearer {}", who.key()),
        ])
        .args(left_out)
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "1"])
        .args(["--suppress-health-check", "all", "--no-color", "--request-timeout", "20"])
        .args(["--generation-database", "none"])
        .current_dir(folder)
        .output()
        .expect("schemathesis runs")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Told for the operator and for a Client: half of the operations only say no to the other.
fn is_true_for(who: fn(&Server) -> Actor, role: &str, record_type: &str) {
    let Some(program) = schemathesis() else {
        assert!(std::env::var_os("CI").is_none(), "schemathesis is missing; `./test` installs it");
        return;
    };
    let limits = "open_per_second = 100000\nlookups_per_second = 100000";
    let server = Server::with(Setup { limits, log: "error", ..Setup::default() });
    let who = who(&server);
    let subject = text(&who.post("/v1/subjects", &json!({ "role": role })).send().expect(201)["id"]);
    let target = format!("/v1/subjects/{subject}/records/{record_type}?purpose=support");
    let record = json!({ "fields": { "full_name": "Ada", "email": "ada@example.com" } });
    let record = text(&who.post(&target, &record).send().expect(201)["id"]);
    let output = run(&program, &server, &who, [&subject, &record, record_type]);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{report}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        server.printed()
    );
    server.call("GET", "/readyz").send().expect(200);
}

#[test]
fn it_is_true_for_the_operator() {
    is_true_for(Server::operator, "client", "client_profile");
}

#[test]
fn it_is_true_for_a_client() {
    is_true_for(Server::client, "end_user", "end_user_profile");
}

#[test]
fn it_is_of_version_3_1_and_names_every_scope_of_failure() {
    let server = Server::start();
    let document = server.call("GET", "/v1/openapi.json").send().expect(200);
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let answers = &document["paths"]["/v1/subjects"]["post"]["responses"];
    for status in ["201", "400", "401", "403", "413", "415", "422", "429", "503", "507"] {
        assert!(answers[status].is_object(), "{status} is missing: {answers}");
    }
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], json!("bearer"));
}
