//! What a backup says of itself: in the clear at its beginning, so that it can be chosen without any key, and what it holds
//! in numbers at its end.

use data_encoding::HEXLOWER;
use domain::{AccountKind, ambient::random_bytes, calendar};
use jiff::Timestamp;
use sealing::{RootKey, RootVerifier};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{
    Store, StoreError,
    backup::Moment,
    key_store::{JournalTail, KeyStoreHeader},
};

use super::BackupError;
use crate::{Ambient, Numbered, install::LOG_ORIGIN, policies::PolicyBook};

/// The format that this program writes.
const FORMAT: &str = "bailee-backup/1";

/// What is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupKind {
    /// The data store, without keys.
    Data,
    /// The subject keys, wrapped, and the accounts' keys that wrap them.
    Keys,
}

/// The beginning of a backup. Altered by one bit, it opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    /// The version of the format.
    pub format: String,
    /// What is backed up.
    pub kind: BackupKind,
    /// The name of the log when it was made.
    pub origin: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The end of its life, as the policy then stated it.
    pub expires_at: Timestamp,
    /// The engine it was made from.
    pub engine: String,
    /// The version of that engine's schema.
    pub schema: i64,
    /// The latest signed checkpoint of the log.
    pub checkpoint: String,
    /// The end of the deletion journal: one that is older than this is not enough to restore it.
    pub journal: JournalTail,
    /// The header of the key store: how the root key is recognised, and how it comes from a passphrase.
    root: Value,
    /// Random, so that each backup has a key of its own.
    salt: String,
}

/// What a backup holds of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The table.
    pub name: String,
    /// How many rows of it there are.
    pub rows: u64,
    /// The SHA-256 of the rows as they were written, in lower-case hexadecimal.
    pub sha256: String,
}

impl BackupHeader {
    /// The header of a backup made now of the installation in a data store, whose life is as its policy states it.
    ///
    /// # Errors
    /// The data store fails, or holds no installation.
    pub async fn new(
        kind: BackupKind,
        ambient: &Ambient,
        data: &dyn Store,
        journal: JournalTail,
        root: &KeyStoreHeader,
        moment: &Moment,
    ) -> Result<Self, BackupError> {
        let made_at = ambient.clock.now();
        let (life, keys_life) = policy_in_force(data, made_at).await?.policy.backup_lives();
        let life = if kind == BackupKind::Data { life } else { keys_life };
        let origin = data.installation(LOG_ORIGIN).await?.and_then(|origin| String::from_utf8(origin).ok());
        Ok(Self {
            format: FORMAT.to_owned(),
            kind,
            origin: origin.ok_or_else(|| corrupt("the name of the log"))?,
            made_at,
            expires_at: calendar::after(made_at, life).unwrap_or(Timestamp::MAX),
            engine: moment.engine.clone(),
            schema: moment.schema,
            checkpoint: moment.checkpoint.clone(),
            journal,
            root: serde_json::from_str(&root.to_json()).unwrap_or_default(),
            salt: HEXLOWER.encode(&random_bytes::<32>(&*ambient.randomness)),
        })
    }

    pub(super) fn to_line(&self) -> String {
        serde_json::to_string(self).expect("texts, times and numbers can be written as JSON") + "\n"
    }

    pub(super) fn from_line(line: &[u8]) -> Result<Self, BackupError> {
        let value: Value = serde_json::from_slice(line)
            .map_err(|_| BackupError::NotABackup("it does not begin with one"))?;
        match value["format"].as_str() {
            Some(FORMAT) => {}
            Some(other) => return Err(BackupError::Format(other.to_owned())),
            None => return Err(BackupError::NotABackup("it names no format")),
        }
        serde_json::from_value(value)
            .map_err(|_| BackupError::NotABackup("something is missing in its header"))
    }

    /// The header that the key store had.
    ///
    /// # Errors
    /// It is damaged.
    pub fn root(&self) -> Result<KeyStoreHeader, BackupError> {
        KeyStoreHeader::from_json(self.root.to_string().as_bytes())
            .map_err(|why| BackupError::Damaged(format!("of its root key: {why}")))
    }

    /// Whether it was made under this root key.
    ///
    /// # Errors
    /// It was not.
    pub fn check_root(&self, root: &RootKey) -> Result<(), BackupError> {
        let verifier = RootVerifier::from_bytes(self.root()?.verifier);
        root.check(&verifier).map_err(|_| BackupError::OtherRootKey)
    }
}

/// The operator's policy in force.
async fn policy_in_force(data: &dyn Store, now: Timestamp) -> Result<Numbered, BackupError> {
    let accounts = data.accounts().await?;
    let operator = accounts.iter().find(|account| account.kind == AccountKind::Operator);
    let operator = operator.ok_or_else(|| corrupt("there is no operator"))?.id;
    let mut versions = data.policy_versions().await?;
    versions.retain(|version| version.account == operator);
    let book = PolicyBook::load(operator, versions, 0, now)?;
    Ok(book.effective(operator, now).map_err(|_| corrupt("no policy is published"))?.operator)
}

fn corrupt(what: &str) -> BackupError {
    StoreError::Corrupt(what.to_owned()).into()
}
