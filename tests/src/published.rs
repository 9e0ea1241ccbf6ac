//! The published audit log, read over HTTP as any auditor would.

use std::num::NonZeroUsize;

use audit_log::{
    Checkpoint, EntryProof, Fault, Hash, LogReader, ReadError, TileKind, TilePath, TileSource, Verified,
    VerifyingKey, path::FULL_WIDTH, tile::decode_hashes, verify_log,
};

use serde_json::Value;

use crate::{Actor, Address, Call, Reply, Server, eventually};

/// The public side of a server's log.
pub struct PublishedLog {
    address: Address,
    /// The key of the log, as the server publishes it.
    pub key: VerifyingKey,
}

impl PublishedLog {
    /// The log of a server.
    ///
    /// # Panics
    /// Its key cannot be read.
    pub fn of(server: &Server) -> Self {
        let text = patiently(server.address(), "/audit/key").text();
        let key = text.trim_end().parse().expect("the server publishes a verifier key");
        Self { address: server.address().clone(), key }
    }

    /// The latest checkpoint.
    ///
    /// # Panics
    /// Its signature does not hold.
    pub fn checkpoint(&self) -> Checkpoint {
        let note = patiently(&self.address, "/audit/checkpoint").text();
        Checkpoint::open(&note, &self.key).expect("the checkpoint is signed by the log's key")
    }

    /// The first checkpoint over more than `size` entries.
    pub fn checkpoint_beyond(&self, size: u64) -> Checkpoint {
        eventually("a larger checkpoint", || Some(self.checkpoint()).filter(|found| found.size > size))
    }

    /// Checks everything that is published, entry by entry, and that it extends `against`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(&self, against: Option<&Checkpoint>) -> Result<Verified, Fault> {
        verify_log(self, &self.key, against, NonZeroUsize::MIN, &|_| {})
    }

    fn read(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        let reply = patiently(&self.address, &format!("/audit/{path}"));
        match reply.status {
            200 => Ok(reply.body),
            _ => Err(ReadError::Missing { path: path.to_string() }),
        }
    }
}

impl LogReader for PublishedLog {
    fn checkpoint(&self) -> Result<String, ReadError> {
        Ok(patiently(&self.address, "/audit/checkpoint").text())
    }

    fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        self.read(path)
    }
}

impl TileSource for PublishedLog {
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, ReadError> {
        let path = TilePath::new(TileKind::Hashes { level }, index, width.min(FULL_WIDTH))
            .expect("the tree asks only for tiles it has");
        let bytes = self.read(&path)?;
        decode_hashes(&bytes, path.width())
            .map_err(|error| ReadError::Unreadable { path: path.to_string(), reason: Box::new(error) })
    }
}

/// The proof of an entry, once there is one.
///
/// # Panics
/// There is none in time, or it has another form than offline verification reads.
pub fn proof_of(reader: &Actor, entry: &str) -> EntryProof {
    eventually("the proof of an entry", || {
        proof_in(&reader.get(&format!("/v1/audit/entries/{entry}")).send().expect(200))
    })
}

/// The proof in an answer; none while it is pending.
///
/// # Panics
/// It has another form than offline verification reads.
pub fn proof_in(answer: &Value) -> Option<EntryProof> {
    if answer["state"] != "proved" {
        return None;
    }
    let members = ["index", "size", "leaf", "proof", "checkpoint"];
    let proof = members.map(|name| (name.to_owned(), answer[name].clone()));
    let proof = serde_json::from_value(Value::Object(proof.into_iter().collect()));
    Some(proof.expect("a proof is as offline verification reads it"))
}

/// An open door is limited; an auditor who is told to wait, waits.
fn patiently(address: &Address, target: &str) -> Reply {
    eventually("an answer of the audit log", || {
        Some(Call::new(address, "GET", target).send()).filter(|reply| reply.status != 429)
    })
}
