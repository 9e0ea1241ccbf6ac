//! The drill: store, back up, delete, lose everything, restore.

use serde_json::{Value, json};
use stories::{Actor, Databases, Profile, PublishedLog, Server, eventually};

use super::{Copies, empty_place, reads, restored, said};

/// People of a Client, and what became of them.
struct People {
    client: Actor,
    ada: Profile,
    bob: Profile,
    cyd: Profile,
    /// Bob's other record, under the same key as his profile.
    second: String,
}

impl People {
    fn of(server: &Server) -> Self {
        let client = server.client();
        let person = |name: &str| {
            client.profile(&json!({ "email": format!("{name}@example.com"), "full_name": name }))
        };
        let (ada, bob, cyd) = (person("ada"), person("bob"), person("cyd"));
        let second = client.profile_call(&bob.subject, &json!({ "full_name": "Robert" })).send().expect(201);
        let second = second["id"].as_str().unwrap().to_owned();
        Self { client, ada, bob, cyd, second }
    }

    /// Erases Ada, and deletes one of Bob's two records. Returns the erasure, proved.
    fn delete(&self) -> Value {
        let erased = self.client.erase(&self.ada.subject).expect(200);
        self.client.delete(&format!("/v1/records/{}", self.second)).send().expect(200);
        let target = format!("/v1/erasures/{}", erased["id"].as_str().unwrap());
        eventually("the proof of a certificate", || {
            let read = self.client.get(&target).send().expect(200);
            (read["proof"]["state"] == "proved").then_some(read)
        })
    }

    /// All that must be so after a restore: Ada is gone, Bob's record stays deleted, and nobody else noticed.
    fn are_as_they_were_left(&self, server: &Server) {
        let client = self.client.at(server);
        assert!(!reads(&client, &self.ada.record), "the erased person's record is back");
        let subject = client.get(&format!("/v1/subjects/{}", self.ada.subject)).send();
        assert!([404, 410].contains(&subject.status) || subject.expect(200)["state"] != "active");
        assert_eq!(client.find_by_email("ada@example.com"), Vec::<String>::new());
        let listed = client.get("/v1/subjects").send().expect(200);
        let states = listed["items"].as_array().unwrap();
        assert!(states.iter().all(|one| one["id"] != self.ada.subject.as_str() || one["state"] != "active"));

        assert!(!reads(&client, &self.second), "the deleted record is back");
        assert_eq!(client.read(&self.bob.record).expect(200)["fields"]["full_name"], "bob");
        assert_eq!(client.find_by_email("bob@example.com"), std::slice::from_ref(&self.bob.subject));
        assert_eq!(client.read(&self.cyd.record).expect(200)["fields"]["full_name"], "cyd");
        assert_eq!(client.find_by_email("cyd@example.com"), std::slice::from_ref(&self.cyd.subject));
        let entries = client.get(&format!("/v1/subjects/{}/entries", self.cyd.subject)).send().expect(200);
        assert!(!entries["items"].as_array().unwrap().is_empty(), "what was recorded of them is there");
    }
}

#[test]
fn the_erased_stay_erased_and_everyone_else_reads_as_before() {
    let mut server = Server::start();
    let (people, copies) = (People::of(&server), Copies::new());
    copies.make(&server);
    let erasure = people.delete();
    copies.copy_journal(&server);
    let former = PublishedLog::of(&server);
    let last = former.checkpoint();
    server.kill();

    let mut place = empty_place(&server);
    let done = restored(&copies.restore(&place, &[]));
    // The server's own trials come and go as well.
    assert!(
        done["people_erased"].as_u64() >= Some(1) && done["records_removed"].as_u64() >= Some(1),
        "{done}"
    );
    assert_eq!((&done["keys_missing"], &done["records_locked"]), (&json!(0), &json!(0)), "{done}");
    the_log_holds(&place, &former);
    place.serve();
    people.are_as_they_were_left(&place);

    // The erasure is known by the id that was given out, and its certificate holds as it was handed over.
    let id = erasure["id"].as_str().unwrap();
    let again = people.client.at(&place).get(&format!("/v1/erasures/{id}")).send().expect(200);
    assert_eq!(again["certificate"]["subject"], people.ada.subject.as_str(), "{again}");
    let file = copies.path("certificate.json");
    std::fs::write(&file, erasure.to_string()).unwrap();
    let key = former.key.to_string();
    let held = place.run(&["audit", "certificate", file.to_str().unwrap(), "--key", &key]);
    assert!(held.status.success(), "{}", said(&held));
    // What the log had reached and the backup had not is not passed off as there.
    let log = PublishedLog::of(&place);
    assert_ne!(log.key.to_string(), key, "no second history under the same key");
    assert!(log.verify(None).is_ok() && log.verify(Some(&last)).is_err());
    people.client.at(&place).profile(&json!({ "email": "dee@example.com" }));
}

/// The log verifies, and goes on from the one before.
fn the_log_holds(place: &Server, former: &PublishedLog) {
    let verified = place.run(&["audit", "verify", "--json"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let verified: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verified["holds"], true);
    assert_eq!(verified["continues"][0]["key"], former.key.to_string(), "{verified}");
}

#[test]
fn a_second_restore_of_a_restored_installation_works_like_the_first() {
    let server = Server::start();
    let (people, copies) = (People::of(&server), Copies::new());
    copies.make(&server);
    people.delete();
    copies.copy_journal(&server);
    let mut place = empty_place(&server);
    restored(&copies.restore(&place, &[]));
    place.serve();

    let second = Copies::new();
    second.make(&place);
    people.client.at(&place).erase(&people.cyd.subject).expect(200);
    second.copy_journal(&place);
    let mut last = empty_place(&server);
    let done = restored(&second.restore(&last, &[]));
    assert!(done["people_erased"].as_u64() >= Some(1), "{done}");
    let verified = last.run(&["audit", "verify", "--json"]);
    assert!(verified.status.success(), "{}", said(&verified));
    last.serve();
    let client = people.client.at(&last);
    assert!(reads(&client, &people.bob.record) && !reads(&client, &people.cyd.record));
}

#[test]
fn a_key_that_a_rotation_moved_is_found_where_it_went() {
    let mut server = Server::start();
    let (people, copies) = (People::of(&server), Copies::new());
    copies.back_up(&server, &["backup"], "data");
    server.stop();
    let account = people.client.account.clone();
    let rotated = server.run(&["keys", "rotate", "--account", &account]);
    assert!(rotated.status.success(), "{}", said(&rotated));
    server.serve();
    people.delete();
    copies.back_up(&server, &["keys", "backup"], "keys");
    copies.copy_journal(&server);
    server.kill();

    let mut place = empty_place(&server);
    let done = restored(&copies.restore(&place, &[]));
    assert_eq!(done["keys_missing"], 0, "{done}");
    assert!(done["keys_moved"].as_u64() >= Some(4), "two people with two keys each: {done}");
    place.serve();
    people.are_as_they_were_left(&place);
}

#[test]
fn where_only_the_data_was_lost_the_keys_in_place_are_used() {
    let mut server = Server::start();
    let (people, copies) = (People::of(&server), Copies::new());
    copies.back_up(&server, &["backup"], "data");
    people.delete();
    server.kill();
    // The key store stays as it is, with its journal.
    match server.databases() {
        None => ["bailee.db", "bailee.db-wal", "bailee.db-shm"]
            .iter()
            .for_each(|name| drop(std::fs::remove_file(server.data().join(name)))),
        Some(databases) => drop(databases.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
    }
    let done = restored(&copies.restore(&server, &[]));
    assert!(done["people_erased"].as_u64() >= Some(1), "{done}");
    server.serve();
    people.are_as_they_were_left(&server);
}

#[test]
fn a_backup_of_one_engine_is_restored_on_the_other() {
    let Ok(postgres) = std::env::var("BAILEE_TEST_POSTGRES") else { return };
    let server = Server::start();
    let (people, copies) = (People::of(&server), Copies::new());
    copies.make(&server);
    people.delete();
    copies.copy_journal(&server);
    let there = server.databases().is_none().then(|| Databases::on(&postgres, "connections = 8"));
    let mut other = server.empty_place(there);
    restored(&copies.restore(&other, &[]));
    other.serve();
    people.are_as_they_were_left(&other);

    // And back.
    let back = Copies::new();
    back.make(&other);
    back.copy_journal(&other);
    let mut home = empty_place(&server);
    restored(&back.restore(&home, &[]));
    home.serve();
    people.are_as_they_were_left(&home);
}
