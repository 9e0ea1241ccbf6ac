//! Metadata of a record: words of closed vocabularies and moments, in the clear and versioned on their own, so that
//! they can be queried and changed without opening the record. No free text stands here: that is always sealed.

use jiff::Timestamp;

use crate::{id::SubjectId, record::Source};

/// What is known of a record without opening it. It is outside of what the seals bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Counts the changes of the metadata, apart from those of the record.
    pub version: u32,
    /// The purposes that the record was collected for: what was so, and never changed afterwards.
    pub collected_for: Vec<String>,
    /// When its time is over; none while the account lives.
    pub expires_at: Option<Timestamp>,
    /// No later than this, whatever its retention clock says; none when nobody asked for an earlier end.
    pub ends_by: Option<Timestamp>,
    /// Where it came from.
    pub source: Source,
    /// The recipients it was shared with.
    pub shared_with: Vec<String>,
    /// The purposes and recipients that the person objected to for this record.
    pub objections: Vec<String>,
    /// The purposes for which it may feed automated decisions.
    pub automated: Vec<String>,
    /// What screening found in its fields, in words of a closed vocabulary.
    pub flags: Vec<String>,
}

impl Metadata {
    /// When the record ends, where its retention clock ends at `clock`: an end that was brought forward stays.
    pub fn end(&self, clock: Option<Timestamp>) -> Option<Timestamp> {
        earlier(clock, self.ends_by)
    }

    /// The metadata after a setting.
    #[must_use]
    pub fn with(self, setting: &Setting) -> Self {
        let changed = match setting {
            Setting::Objections(names) => Self { objections: names.clone(), ..self },
            Setting::Automated(names) => Self { automated: names.clone(), ..self },
            Setting::SharedWith(names) => Self { shared_with: names.clone(), ..self },
            Setting::Source(source) => Self { source: *source, ..self },
            Setting::EndsBy(at) => Self {
                expires_at: earlier(self.expires_at, Some(*at)),
                ends_by: earlier(self.ends_by, Some(*at)),
                ..self
            },
        };
        Self { version: changed.version + 1, ..changed }
    }
}

/// The earlier of two ends, where none means never.
fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Which records of an account are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those collected for a purpose.
    CollectedFor(String),
    /// Those about a subject.
    Subject(SubjectId),
    /// Those in which screening found something.
    Flagged,
}

/// One field of the metadata and what it becomes. What a record was collected for is not among them: an objection
/// narrows its use, and says whose will that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// The purposes and recipients objected to.
    Objections(Vec<String>),
    /// The purposes of automated decisions.
    Automated(Vec<String>),
    /// The recipients it was shared with.
    SharedWith(Vec<String>),
    /// Where it came from.
    Source(Source),
    /// It ends no later than this. An end is only ever brought forward: when it comes at the latest is the policy's
    /// to say.
    EndsBy(Timestamp),
}

impl Setting {
    /// The field's name in the API.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Objections(_) => "objections",
            Self::Automated(_) => "automated",
            Self::SharedWith(_) => "shared_with",
            Self::Source(_) => "source",
            Self::EndsBy(_) => "expires_at",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i8) -> Timestamp {
        format!("2026-01-{day:02}T00:00:00Z").parse().unwrap()
    }

    fn ending(expires_at: Option<Timestamp>) -> Metadata {
        Metadata {
            version: 1,
            collected_for: vec!["support".to_owned()],
            expires_at,
            ends_by: None,
            source: Source::Subject,
            shared_with: Vec::new(),
            objections: Vec::new(),
            automated: Vec::new(),
            flags: Vec::new(),
        }
    }

    #[test]
    fn an_end_is_only_brought_forward_and_stays_so() {
        let sooner = ending(Some(day(20))).with(&Setting::EndsBy(day(10)));
        assert_eq!((sooner.expires_at, sooner.version), (Some(day(10)), 2));
        assert_eq!(sooner.end(Some(day(28))), Some(day(10)), "the clock starts anew and the end stays");
        let later = sooner.with(&Setting::EndsBy(day(15)));
        assert_eq!((later.expires_at, later.ends_by), (Some(day(10)), Some(day(10))));
        let kept = ending(Some(day(5))).with(&Setting::EndsBy(day(10)));
        assert_eq!((kept.expires_at, kept.end(Some(day(28)))), (Some(day(5)), Some(day(10))));
        assert_eq!(ending(None).with(&Setting::EndsBy(day(10))).expires_at, Some(day(10)));
    }
}
