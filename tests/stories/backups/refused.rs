//! What cannot be restored is refused with a reason, and nothing is changed.

use serde_json::json;
use stories::{Actor, Profile, Server};

use super::{Copies, empty_place, reads, restored, said};

/// A server with a person, its backups, and an erasure since.
struct Lost {
    server: Server,
    copies: Copies,
    client: Actor,
    kept: Profile,
}

impl Lost {
    fn new() -> Self {
        let server = Server::start();
        let (client, copies) = (server.client(), Copies::new());
        let kept = client.profile(&json!({ "email": "kept@example.com" }));
        // A journal that is not empty, so that an older one can be told from this.
        let before = client.profile(&json!({ "email": "before@example.com" }));
        copies.copy_journal(&server);
        std::fs::rename(copies.path("journal"), copies.path("old")).unwrap();
        client.erase(&before.subject).expect(200);
        copies.make(&server);
        let gone = client.profile(&json!({ "email": "gone@example.com" }));
        client.erase(&gone.subject).expect(200);
        copies.copy_journal(&server);
        Self { server, copies, client, kept }
    }

    /// A restore that must be refused, with these words, and after which the place is as empty as before.
    fn is_refused(&self, place: &Server, more: &[&str], words: &str) {
        let refused = self.copies.restore(place, more);
        assert!(!refused.status.success(), "not refused: {words}");
        assert!(said(&refused).contains(words), "{words}: {}", said(&refused));
        self.is_empty(place);
    }

    fn is_empty(&self, place: &Server) {
        match place.databases() {
            None => assert!(!place.data().exists(), "something was made"),
            Some(databases) => {
                let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
                assert_eq!(
                    (databases.sql(tables), databases.keys_sql(tables)),
                    ("0".to_owned(), "0".to_owned())
                );
            }
        }
    }

    fn replace(&self, name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
        let (path, was) = (self.copies.path(name), std::fs::read(self.copies.path(name)).unwrap());
        std::fs::write(path, change(was.clone())).unwrap();
        was
    }
}

#[test]
fn a_restore_that_could_bring_someone_back_or_lose_someone_is_refused() {
    let lost = Lost::new();
    let place = empty_place(&lost.server);

    let journal = lost.replace("journal", |_| std::fs::read(lost.copies.path("old")).unwrap());
    lost.is_refused(&place, &[], "too old");
    std::fs::remove_file(lost.copies.path("journal")).unwrap();
    lost.is_refused(&place, &[], "without the deletion journal");
    let cut = journal.iter().rposition(|byte| *byte == b'{').unwrap();
    std::fs::write(lost.copies.path("journal"), &journal[..cut]).unwrap();
    lost.is_refused(&place, &[], "was cut");
    let altered =
        String::from_utf8(journal.clone()).unwrap().replacen("\"class\":\"_audit\"", "\"class\":\"x\"", 1);
    std::fs::write(lost.copies.path("journal"), altered).unwrap();
    lost.is_refused(&place, &[], "damaged at line");
    std::fs::write(lost.copies.path("journal"), &journal).unwrap();

    for name in ["data", "keys"] {
        let was = lost.replace(name, |bytes| bytes[..bytes.len() - 20].to_vec());
        lost.is_refused(&place, &[], "damaged or was cut");
        std::fs::write(lost.copies.path(name), &was).unwrap();
        let was = lost.replace(name, |mut bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        });
        lost.is_refused(&place, &[], "damaged or was cut");
        std::fs::write(lost.copies.path(name), &was).unwrap();
        let was = lost.replace(name, |bytes| {
            let line = bytes.iter().position(|byte| *byte == b'\n').unwrap();
            let header = String::from_utf8(bytes[..line].to_vec()).unwrap();
            let longer = header.replace("\"expires_at\":\"20", "\"expires_at\":\"21");
            assert_ne!(header, longer);
            [longer.as_bytes(), &bytes[line..]].concat()
        });
        lost.is_refused(&place, &[], "damaged or was cut");
        std::fs::write(lost.copies.path(name), &was).unwrap();
    }

    let other_key = format!("{}\n", "5a".repeat(32));
    let key = place.folder().join("bailee-root.key");
    let root = std::fs::read(&key).unwrap();
    std::fs::write(&key, other_key).unwrap();
    lost.is_refused(&place, &[], "another root key");
    std::fs::write(&key, root).unwrap();

    restored(&lost.copies.restore(&place, &[]));
    let again = lost.copies.restore(&place, &[]);
    assert!(said(&again).contains("holds an installation already"), "{}", said(&again));
}

#[test]
fn the_data_and_the_root_key_alone_open_nothing() {
    let lost = Lost::new();
    std::fs::remove_file(lost.copies.path("keys")).unwrap();
    let mut place = empty_place(&lost.server);
    lost.is_refused(&place, &[], "there are no keys");
    let done = restored(&lost.copies.restore(&place, &["--accept-missing-keys"]));
    // Those of the person who is kept, and of the server's own trials.
    let counts =
        ["keys_missing", "records_locked", "records_indexed"].map(|name| done[name].as_u64().unwrap());
    assert!(counts[0] >= 2 && counts[1] >= 1 && counts[2] == 0, "{done}");
    place.serve();
    let client = lost.client.at(&place);
    assert!(!reads(&client, &lost.kept.record));
    assert_eq!(client.find_by_email("kept@example.com"), Vec::<String>::new());
}

#[test]
fn keys_that_are_too_old_for_the_data_are_missed_and_the_restore_is_begun_anew() {
    let server = Server::start();
    let (client, copies) = (server.client(), Copies::new());
    copies.back_up(&server, &["keys", "backup"], "keys");
    let late = client.profile(&json!({ "email": "late@example.com" }));
    // More people than there were keys made ahead.
    let people: Vec<_> = (0..20).map(|_| client.profile(&json!({ "full_name": "someone" }))).collect();
    copies.back_up(&server, &["backup"], "data");
    copies.copy_journal(&server);
    let place = &mut empty_place(&server);
    let refused = copies.restore(place, &[]);
    assert!(said(&refused).contains("keys are missing"), "{}", said(&refused));
    let served = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said(&served).contains("a restore was begun here"), "{}", said(&served));

    std::fs::remove_file(copies.path("keys")).unwrap();
    copies.back_up(&server, &["keys", "backup"], "keys");
    copies.copy_journal(&server);
    restored(&copies.restore(place, &[]));
    place.serve();
    let client = client.at(place);
    assert!(reads(&client, &late.record) && people.iter().all(|person| reads(&client, &person.record)));
}

#[test]
fn a_backup_past_its_life_is_restored_only_when_that_is_said() {
    let policy = std::fs::read_to_string(stories::policy("influxis-2018.toml")).unwrap();
    let short = policy
        .replace("\n[complaints]\n", "\n[backups]\nlife = \"PT1S\"\nkeys_life = \"PT1S\"\n\n[complaints]\n");
    assert_ne!(policy, short);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("short.toml");
    std::fs::write(&file, short).unwrap();
    let server = Server::with(stories::Setup { policy: file, ..stories::Setup::default() });
    let copies = Copies::new();
    copies.make(&server);
    copies.copy_journal(&server);
    let place = empty_place(&server);
    let expired = stories::eventually("the end of a backup's life", || {
        let refused = copies.restore(&empty_place(&server), &[]);
        said(&refused).contains("lived until").then_some(refused)
    });
    assert!(!expired.status.success());
    restored(&copies.restore(&place, &["--accept-expired"]));
}
