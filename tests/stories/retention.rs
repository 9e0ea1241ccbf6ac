//! The promise `retention`: clocks run from what happens, the plan says what goes before it does, and it goes.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use stories::{Actor, Server, eventually, policy};

/// Someone who signed up, with a record of a type: `(subject, record)`.
fn direct(operator: &Actor, record_type: &str, purpose: &str, body: &Value) -> (String, String) {
    let subject = operator.post("/v1/subjects", &json!({ "role": "client" })).send().expect(201);
    let subject = subject["id"].as_str().unwrap().to_owned();
    let target = format!("/v1/subjects/{subject}/records/{record_type}?purpose={purpose}");
    let record = operator.post(&target, body).send().expect(201);
    (subject, record["id"].as_str().unwrap().to_owned())
}

fn profile(operator: &Actor) -> (String, String) {
    let fields = json!({ "full_name": "Ada", "email": "ada@example.com" });
    direct(operator, "client_profile", "orders", &json!({ "fields": fields }))
}

fn pull(operator: &Actor, subject: &str, body: &Value) -> stories::Reply {
    operator.post(&format!("/v1/subjects/{subject}/triggers"), body).send()
}

fn plan(operator: &Actor, query: &str) -> Value {
    operator.get(&format!("/v1/retention/plan{query}")).send().expect(200)
}

/// How many records a list of the plan holds of a type.
fn count(list: &Value, record_type: &str) -> u64 {
    let of_type = list.as_array().unwrap().iter().filter(|one| one["record_type"] == record_type);
    of_type.map(|one| one["records"].as_u64().unwrap()).sum()
}

fn end_of(operator: &Actor, record: &str) -> Value {
    operator.get(&format!("/v1/records/{record}?purpose=orders")).send().expect(200)["expires_at"].clone()
}

#[test]
fn what_waits_for_the_account_is_planned_once_it_is_closed() {
    let server = Server::start();
    let operator = server.operator();
    let (subject, record) = profile(&operator);
    let ahead = "?until=2099-01-01T00:00:00Z&by=month";
    let waiting = plan(&operator, ahead);
    assert_eq!(
        (count(&waiting["waiting"], "client_profile"), count(&waiting["going"], "client_profile")),
        (1, 0)
    );
    assert_eq!(waiting["waiting"][0]["trigger"], "account", "{waiting}");
    assert_eq!(end_of(&operator, &record), Value::Null);

    let closed = pull(&operator, &subject, &json!({ "trigger": "account" })).expect(200);
    assert_eq!(closed["settling"], false, "{closed}");
    let end: Timestamp = end_of(&operator, &record).as_str().unwrap().parse().unwrap();
    let days = end.duration_since(now(&operator)).as_hours() / 24;
    assert!((1_460..=1_461).contains(&days), "four years: {days} days");
    let planned = plan(&operator, ahead);
    assert_eq!(
        (count(&planned["waiting"], "client_profile"), count(&planned["going"], "client_profile")),
        (0, 1)
    );
    let entry = closed["entry"].as_str().unwrap();
    let read = operator.get(&format!("/v1/audit/entries/{entry}?subject={subject}")).send().expect(200);
    assert_eq!(read["detail"]["action"], "trigger.pulled");
    assert!(read["detail"]["note"].as_str().unwrap().starts_with("account: 20"), "{read}");

    pull(&operator, &subject, &json!({ "trigger": "account" })).problem(409, "not-now");
    let back = || operator.delete(&format!("/v1/subjects/{subject}/triggers/account")).send();
    assert_eq!(back().expect(200)["triggers"], json!({}));
    assert_eq!(end_of(&operator, &record), Value::Null);
    back().problem(409, "not-now");
    for body in [
        json!({ "trigger": "account", "at": "2999-01-01T00:00:00Z" }),
        json!({ "trigger": "visits" }),
        json!({ "trigger": "birthday" }),
    ] {
        pull(&operator, &subject, &body).problem(400, "malformed");
    }
}

#[test]
fn each_visit_moves_the_clock_on() {
    let server = Server::start();
    let operator = server.operator();
    let reference = std::fs::read_to_string(policy("influxis-2018.toml")).unwrap();
    let clock = "label = \"the archive of messages\"\nwhile = \"stored\"";
    assert!(reference.contains(clock));
    let visits = reference.replace(clock, "label = \"the archive of messages\"\nwhile = \"visits\"");
    operator.publish_urgently(&visits).expect(201);
    let fields = json!({ "fields": { "body": "Hello" } });
    let (subject, record) = direct(&operator, "support_message", "support", &fields);
    let end = || {
        let target = format!("/v1/records/{record}?purpose=support");
        let read = operator.get(&target).send().expect(200);
        read["expires_at"].as_str().unwrap().parse::<Timestamp>().unwrap()
    };
    let stored = end();
    let at = Timestamp::from_microsecond(stored.as_microsecond()).unwrap()
        - SignedDuration::from_hours(24 * 2_000);
    pull(&operator, &subject, &json!({ "trigger": "visits", "at": at.to_string() })).expect(200);
    assert_eq!(end(), stored, "an old visit brings nothing forward");
    let visited = pull(&operator, &subject, &json!({ "trigger": "visits" })).expect(200);
    assert!(end() > stored, "{visited}");
    let told = operator.get(&format!("/v1/subjects/{subject}")).send().expect(200);
    assert_eq!(told["triggers"], visited["triggers"]);
}

#[test]
fn what_goes_is_what_the_plan_said_and_each_log_says_why() {
    let mut server = Server::start();
    let operator = server.operator();
    let end = (now(&operator) + SignedDuration::from_secs(4)).to_string();
    let body = json!({ "fields": { "body": "Hello" }, "expires_at": end });
    let people: Vec<(String, String)> =
        (0..5).map(|_| direct(&operator, "support_message", "support", &body)).collect();
    let (held, kept_record) = direct(
        &operator,
        "client_profile",
        "orders",
        &json!({ "fields": { "full_name": "Mallory", "email": "m@example.com" }, "expires_at": end }),
    );
    let hold = json!({
        "subject": held, "exception": "fraud", "determined_by": "Ms Chief", "evidence": "chargebacks"
    });
    let hold = operator.post("/v1/holds", &hold).send().expect(201);
    let said = plan(&operator, "");
    let total = count(&said["going"], "support_message") + count(&said["overdue"], "support_message");
    assert_eq!(total, 5, "{said}");
    assert_eq!((&said["kept"][0]["by"], &said["kept"][0]["records"]), (&hold["id"], &json!(1)), "{said}");
    assert_eq!(said["kept"][0]["record_type"], "client_profile", "{said}");

    for (subject, record) in &people {
        let target = format!("/v1/subjects/{subject}/entries");
        let detail = eventually("the entry of what expired", || {
            let entries = operator.get(&target).send().expect(200);
            let mut all = entries["items"].as_array().unwrap().iter();
            all.find(|one| one["detail"]["action"] == "record.expired").map(|one| one["detail"].clone())
        });
        assert_eq!(detail["expired"][0]["record"], *record, "{detail}");
        assert_eq!(detail["expired"][0]["clock"], "support_archive", "{detail}");
        assert!(detail["clause"].is_number() && detail["expired"][0]["ended_at"].is_string(), "{detail}");
        operator.get(&format!("/v1/records/{record}?purpose=support")).send().problem(404, "not-found");
    }
    operator.get(&format!("/v1/records/{kept_record}?purpose=orders")).send().expect(200);

    server.stop();
    let printed = |arguments: &[&str]| {
        let output = server.run(&[&["retention", "plan", "--until", "P1Y"], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let json: Value = serde_json::from_str(&printed(&["--json"])).unwrap();
    assert_eq!((count(&json["kept"], "client_profile"), count(&json["going"], "support_message")), (1, 0));
    let csv = printed(&["--csv", "--by", "week"]);
    assert!(
        csv.starts_with("part,day,account,record_type,clock,records,by,exception,until,trigger\n"),
        "{csv}"
    );
    assert!(csv.lines().any(|line| line.starts_with("kept,") && line.contains(",client_profile,")), "{csv}");
    assert!(printed(&[]).contains("kept by a hold"), "{}", printed(&[]));
}

/// The server's present moment, by the plan.
fn now(operator: &Actor) -> Timestamp {
    plan(operator, "")["at"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_client_sees_its_own_plan() {
    let server = Server::start();
    let (operator, client) = (server.operator(), server.client());
    client.profile(&json!({ "full_name": "Ada" }));
    profile(&operator);
    let own = plan(&client, "");
    assert_eq!(
        (count(&own["waiting"], "end_user_profile"), count(&own["waiting"], "client_profile")),
        (1, 0)
    );
    assert!(own["waiting"].as_array().unwrap().iter().all(|one| one["account"] == client.account.as_str()));
    let all = plan(&operator, "?by=week");
    assert_eq!(
        (count(&all["waiting"], "end_user_profile"), count(&all["waiting"], "client_profile")),
        (1, 1)
    );
    operator.get("/v1/retention/plan?until=2001-01-01T00:00:00Z").send().problem(400, "malformed");
    operator.get("/v1/retention/plan?by=hour").send().problem(400, "malformed");
}
