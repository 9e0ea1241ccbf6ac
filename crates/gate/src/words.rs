//! The own words of people who turn to us: a record of the vault, of the record type that the policy names for it, also of
//! those of whom nothing else is known. This is what requests and complaints share.

use domain::{AccountKind, RecordId, SubjectId, Told};
use jiff::{SignedDuration, Timestamp};
use policy::document::{Name, Relation};
use serde_json::Value;

use crate::{Caller, Effective, Fields, Gate, GateError, NewRecord, NewSubject};

/// How long ago a letter may have been received.
const OLDEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What somebody wrote, and where it is kept.
pub(crate) struct Words<'a> {
    pub(crate) record_type: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) fields: Fields,
}

/// Words that are stored.
pub(crate) struct Kept {
    /// Under whose key.
    pub(crate) subject: SubjectId,
    /// The same, where the key was made for whoever wrote.
    pub(crate) made_for: Option<SubjectId>,
    /// Where.
    pub(crate) record: RecordId,
}

impl Gate {
    /// Stores what a person wrote: under their own key where it is known who they are, else under a key made for whoever
    /// wrote.
    pub(crate) async fn keep_words(
        &self,
        acting: &Caller,
        effective: &Effective,
        whose: Option<SubjectId>,
        words: Words<'_>,
    ) -> Result<Kept, GateError> {
        let (subject, made_for) = match whose {
            Some(subject) => (subject, None),
            None => {
                let role = strangers_role(acting, effective, words.record_type)?;
                let new = NewSubject { role, region: None, age: Told::Nothing };
                let (subject, ..) = self.create_subject(acting, &new, None).await?;
                (subject.id, Some(subject.id))
            }
        };
        let record = NewRecord {
            record_type: words.record_type.to_owned(),
            fields: words.fields,
            collected_for: Vec::new(),
            source: domain::Source::Subject,
        };
        // Whoever acts for themselves reaches what they write, also under the key that was made for it.
        let acting = &Caller { person: acting.person.map(|_| subject), ..acting.clone() };
        let stored = self.create_record(acting, subject, words.purpose, &record, None).await;
        if let (Err(_), Some(stranger)) = (&stored, made_for) {
            // Nobody wrote after all: nothing of them is left behind.
            self.erase(acting, stranger).await?;
        }
        Ok(Kept { subject, made_for, record: stored?.record.id })
    }
}

/// The role of someone of whom nothing is known but that they wrote.
fn strangers_role(acting: &Caller, effective: &Effective, record_type: &str) -> Result<String, GateError> {
    let wanted = match acting.account.kind {
        AccountKind::Operator => Relation::Direct,
        AccountKind::Client => Relation::ForAccount,
    };
    let roles = effective.declaring().record_type(record_type).map(|declared| &declared.roles);
    let fits =
        |name: &&Name| effective.role(name.get_ref()).is_some_and(|role| *role.relation.get_ref() == wanted);
    let role = roles.into_iter().flatten().find(fits).map(|name| name.get_ref().clone());
    role.ok_or_else(|| {
        GateError::Malformed("the policy keeps no words of anyone who could write here".to_owned())
    })
}

/// The fields of a record of words: named values, each once, and texts that were given.
pub(crate) fn written(
    named: &[(String, String)],
    texts: [(&str, Option<&str>); 2],
) -> Result<Fields, GateError> {
    let named = named.iter().map(|(field, value)| (field.as_str(), value.as_str()));
    let texts = texts.into_iter().filter_map(|(field, text)| Some((field, text?)));
    let mut fields = Fields::new();
    for (field, value) in named.chain(texts) {
        if fields.insert(field.to_owned(), Value::String(value.to_owned())).is_some() {
            return Err(GateError::Malformed("each field is named once".to_owned()));
        }
    }
    Ok(fields)
}

/// When something was received: now, or at a time that can be.
pub(crate) fn receipt(now: Timestamp, received_at: Option<Timestamp>) -> Result<Timestamp, GateError> {
    let received_at = received_at.unwrap_or(now);
    if received_at > now || now.duration_since(received_at) > OLDEST {
        return Err(GateError::Malformed("what is entered was received within the last year".to_owned()));
    }
    Ok(received_at)
}
