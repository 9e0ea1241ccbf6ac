//! Two servers on one database.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use serde_json::json;
use stories::{PublishedLog, Server, eventually};

use super::{on, postgres};
use crate::withstand::killed::{after, load::Worker};

/// The reference policy, with nothing of an End User to be used for support any more.
fn without_support() -> String {
    let policy = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    let changed = policy.replace(
        r#"purposes = ["service_for_client", "support", "mailing_for_client", "requests"]"#,
        r#"purposes = ["service_for_client", "mailing_for_client", "requests"]"#,
    );
    assert_ne!(changed, policy, "the reference policy says it in other words now");
    changed
}

#[test]
fn what_one_changes_binds_on_the_other_at_its_next_decision() {
    let postgres = postgres(&[]);
    let one = Server::with(on(&postgres, ""));
    let other = one.replica();
    let operator = one.operator();
    let client = one.client();
    let log = PublishedLog::of(&one);
    let known = log.checkpoint();
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    // An account and a key that the other has not heard of.
    client.at(&other).read(&ada.record).expect(200);

    let second = operator.key_for(&client.account, &["data:read", "accounts:write"]);
    // It was looked for the first one's key a moment ago, and is not for each.
    eventually("a key that the other server has made", || {
        (second.at(&other).read(&ada.record).status == 200).then_some(())
    });
    let keys = client.get("/v1/keys").send().expect(200);
    let made_last = keys.as_array().unwrap().iter().max_by_key(|key| key["created_at"].as_str()).unwrap();
    client.delete(&format!("/v1/keys/{}", made_last["id"].as_str().unwrap())).send().expect(204);
    second.at(&other).read(&ada.record).problem(401, "unauthenticated");

    let target = format!("/v1/subjects/{}/records/end_user_profile?purpose=support", ada.subject);
    let asked = client.post(&target, &json!({ "fields": { "full_name": "Ada" } })).send().expect(201);
    let target = format!("/v1/records/{}?purpose=support", asked["id"].as_str().unwrap());
    let support = || client.at(&other).get(&target).send();
    support().expect(200);
    operator.publish(&without_support()).expect(201);
    support().problem(403, "refused");
    client.at(&other).read(&ada.record).expect(200);

    client.erase(&ada.subject).expect(200);
    let read = client.at(&other).read(&ada.record);
    assert!(read.status == 410 || read.status == 404, "{}", read.everything());

    // What both wrote is one history, and either publishes it.
    let known = log.checkpoint_beyond(known.size);
    PublishedLog::of(&other).verify(Some(&known)).unwrap();
}

#[test]
fn one_of_two_is_killed_under_load_and_nothing_that_was_answered_is_lost() {
    const ROUNDS: usize = 3;
    let postgres = postgres(&[]);
    let first = Server::with(on(&postgres, ""));
    let mut servers = [first.replica(), first];
    let client = servers[0].client();
    let log = PublishedLog::of(&servers[0]);
    let mut known = log.checkpoint();
    let mut workers: Vec<Worker> =
        (0..6).map(|number| Worker::new(client.at(&servers[usize::from(number % 2 == 1)]), number)).collect();
    for round in 0..ROUNDS {
        let answers = AtomicU64::new(0);
        thread::scope(|scope| {
            for worker in &mut workers {
                scope.spawn(|| worker.work_until_broken_off(&answers));
            }
            eventually("answers", || (answers.load(Ordering::SeqCst) >= 150).then_some(()));
            servers[round % 2].kill();
            // The other one goes on.
            let now = answers.load(Ordering::SeqCst);
            eventually("answers of the other", || (answers.load(Ordering::SeqCst) >= now + 60).then_some(()));
            servers[1 - round % 2].kill();
        });
        servers.iter_mut().for_each(Server::serve);
        known = after::all_is_there(&client, &log, &known, &mut workers);
    }
}
