//! A full disk: refused, not corrupted, and over once there is room.

use std::{fs, io::Write, path::Path, process::Command};

use serde_json::json;
use stories::{Actor, Profile, PublishedLog, Reply, Server, Setup, eventually};
use tempfile::TempDir;

/// A small file system of its own, unmounted when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let options = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes what room is left.
    fn fill(&self) {
        let mut file = fs::File::create(self.path().join("filler")).expect("the disk can be written");
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).expect("the filler is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}

/// Stores people until one is refused: room that was taken before the disk was full may last for a while.
fn store_until_refused(client: &Actor) -> (Vec<Profile>, Reply) {
    let mut stored = Vec::new();
    for _ in 0..20_000 {
        let made = client.post("/v1/subjects", &json!({ "role": "end_user" })).send();
        if made.status != 201 {
            return (stored, made);
        }
        let subject = made.json()["id"].as_str().expect("a subject has an id").to_owned();
        let record = client.profile_call(&subject, &json!({ "full_name": "x".repeat(900) })).send();
        if record.status != 201 {
            return (stored, record);
        }
        let record = record.json()["id"].as_str().expect("a record has an id").to_owned();
        stored.push(Profile { subject, record, entries: Default::default() });
    }
    unreachable!("the disk is not full")
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::mount(40) else {
        eprintln!("skipped: this user may not mount a small file system");
        return;
    };
    let setup = Setup { data: Some(disk.path().join("data")), log: "off", ..Setup::default() };
    let mut server = Server::with(setup);
    let (client, log) = (server.client(), PublishedLog::of(&server));
    let ada = client.profile(&json!({ "full_name": "Ada" }));
    let grace = client.profile(&json!({ "full_name": "Grace" }));
    let before = log.checkpoint_beyond(0);
    disk.fill();
    let (stored, refused) = store_until_refused(&client);
    refused.problem(507, "full");
    // A read is recorded like a write, so without room for its entry it is refused too.
    client.read(&ada.record).problem(507, "full");
    server.call("GET", "/healthz").send().expect(200);
    server.call("GET", "/readyz").send().expect(200);

    // Erasing works where nothing else does: room is kept for it, and for nothing else.
    client.erase(&grace.subject).expect(200);
    client.post("/v1/subjects", &json!({ "role": "end_user" })).send().problem(507, "full");

    disk.make_room();
    eventually("a store that stores again", || {
        let made = client.post("/v1/subjects", &json!({ "role": "end_user" })).send();
        (made.status == 201).then_some(())
    });
    for _ in 0..2 {
        assert_eq!(client.read(&ada.record).expect(200)["fields"], json!({ "full_name": "Ada" }));
        for person in stored.iter().rev().take(50) {
            client.read(&person.record).expect(200);
        }
        let erased = client.read(&grace.record).status;
        assert!(erased == 410 || erased == 404, "{erased}");
        log.checkpoint_beyond(before.size);
        log.verify(Some(&before)).unwrap();
        server.kill();
        server.serve();
    }
}
