//! What a policy file says, as written, with the position of every name and value. Nothing is resolved or
//! checked here beyond the shape of the TOML; see `check` for the meaning.

pub mod access_log;
pub mod data;
pub mod day;
pub mod outside;
pub mod people;
pub mod prose;

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;

pub use access_log::{AccessLog, Threshold};
pub use data::{
    Backups, Basis, Category, Choice, Class, Field, FieldType, Purpose, RecordType, Retention, Until,
};
pub use day::Day;
pub use outside::{
    Agreement, Beacon, Cookie, DisclosureGround, Goal, LINKED_VISITOR, PUBLIC, Party, Recipient,
    RecipientKind, SHOWN, Site, SiteUse, TAKEN_INTEREST, Transfer, Transfers,
};
pub use people::{
    AgeRule, Assessment, Attestation, Bar, Changes, Complaints, Contact, EndUsers, Exception, Members,
    Relation, Requests, Right, Role, Sensitive, SensitiveAction, Staff, System, Unanswered, UnknownAge,
};
pub use prose::{Section, Statement};

/// A name with its position.
pub type Name = Spanned<String>;
/// A list of names, each with its position.
pub type Names = Vec<Name>;
/// Declarations of one kind by name, in the order they were written.
pub type Declared<T> = IndexMap<Name, T>;

/// A whole policy file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What this file is.
    pub policy: Spanned<Header>,
    /// Who decides why and how personal data is used.
    pub controller: Spanned<Contact>,
    /// Who answers requests and questions; an account's policy may leave it to the operator.
    pub custodian: Option<Spanned<Contact>>,
    /// Whose data is held.
    #[serde(default)]
    pub roles: Declared<Role>,
    /// Kinds of personal data.
    #[serde(default)]
    pub categories: Declared<Category>,
    /// Why data is used.
    #[serde(default)]
    pub purposes: Declared<Purpose>,
    /// What is stored.
    #[serde(default)]
    pub records: Declared<RecordType>,
    /// How long it is kept.
    #[serde(default)]
    pub retention: Declared<Retention>,
    /// How long backups live.
    pub backups: Option<Spanned<Backups>>,
    /// Who else receives data.
    #[serde(default)]
    pub recipients: Declared<Recipient>,
    /// Cookies the server may set.
    #[serde(default)]
    pub cookies: Declared<Cookie>,
    /// Invisible images the server may serve.
    #[serde(default)]
    pub beacons: Declared<Beacon>,
    /// Sites whose visits are counted.
    #[serde(default)]
    pub sites: Declared<Site>,
    /// What is kept of requests: who asked for what, from where.
    pub access_log: Option<Spanned<AccessLog>>,
    /// What a person may ask, by kind of request.
    #[serde(default)]
    pub rights: Declared<Right>,
    /// What survives an erasure, and why.
    #[serde(default)]
    pub exceptions: Declared<Exception>,
    /// On which grounds data may be disclosed to authorities and others.
    #[serde(default)]
    pub disclosures: Declared<DisclosureGround>,
    /// Where data may be.
    pub transfers: Option<Spanned<Transfers>>,
    /// What is not sought.
    pub sensitive: Option<Spanned<Sensitive>>,
    /// Below which age nothing is held.
    pub age: Option<Spanned<AgeRule>>,
    /// How the policy changes.
    pub changes: Option<Spanned<Changes>>,
    /// How complaints are answered.
    pub complaints: Option<Spanned<Complaints>>,
    /// How requests are taken.
    pub requests: Option<Spanned<Requests>>,
    /// Who signs in to the console.
    pub staff: Option<Spanned<Staff>>,
    /// Who signs in for a Client.
    pub members: Option<Spanned<Members>>,
    /// Systems outside that have a part in answering requests.
    #[serde(default)]
    pub systems: Declared<System>,
    /// How often the operator checks itself.
    pub assessment: Option<Spanned<Assessment>>,
    /// What no machine can check, and a person therefore attests.
    #[serde(default)]
    pub attestations: Declared<Attestation>,
    /// The prose, in order.
    #[serde(default)]
    pub sections: Vec<Spanned<Section>>,
}

/// What a policy file is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the policy language, `1`.
    pub language: Spanned<u32>,
    /// A short name, unique in an installation.
    pub id: Name,
    /// The version of this policy, for example its date.
    pub version: Name,
    /// The heading of the public page.
    pub title: String,
    /// The day from which it applies.
    pub effective: Spanned<Day>,
    /// Whose policy it is.
    pub kind: Kind,
    /// The operator's policy that an account's policy narrows.
    pub under: Option<Name>,
    /// The language of the prose (BCP 47).
    #[serde(default = "english")]
    pub locale: String,
}

fn english() -> String {
    "en".to_owned()
}

/// Whose policy a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The operator's: everything that can happen in this installation.
    Operator,
    /// An account's: it may only narrow the operator's.
    Account,
}

impl Document {
    /// The exceptions that limit a right, with their names.
    pub fn exceptions_to(&self, right: &str) -> impl Iterator<Item = (&str, &Exception)> {
        let named = self.rights.get(right).into_iter().flat_map(|right| &right.exceptions);
        named.filter_map(|name| {
            let (name, exception) = self.exceptions.get_key_value(name.get_ref().as_str())?;
            Some((name.get_ref().as_str(), exception))
        })
    }

    /// Reads a policy file without checking what it means.
    ///
    /// # Errors
    /// The first place where the text is not TOML, or not of the shape of a policy.
    pub fn parse(source: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(source)
    }
}
