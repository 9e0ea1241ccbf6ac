//! What must not be deleted, as each decision needs it: it stands with the subject, and another freeze is another version
//! of the subject, so that it binds at the next decision.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What stands for every record type.
const EVERYTHING: &str = "records.*";

/// One reason why some of a person's records must not be deleted or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// The hold, or the open request or complaint, by its id.
    pub by: String,
    /// The policy's exception under which a hold stands; an open request or complaint stands under none, and gives way to an erasure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exception: Option<String>,
    /// The record types, as the policy's declarations are written; see [`Freeze::names`].
    keeps: Vec<String>,
    /// When it is looked at again, or must have ended.
    pub until: Timestamp,
}

impl Freeze {
    /// A hold under an exception of the policy, on its record types, looked at again at a time.
    pub fn by_hold<'a>(
        by: String,
        exception: &str,
        record_types: impl IntoIterator<Item = &'a str>,
        review_at: Timestamp,
    ) -> Self {
        let keeps = record_types.into_iter().map(declaration).collect();
        Self { by, exception: Some(exception.to_owned()), keeps, until: review_at }
    }

    /// An open request that everything is needed for, until its deadline.
    pub fn by_request(by: String, due_at: Timestamp) -> Self {
        Self { by, exception: None, keeps: vec![EVERYTHING.to_owned()], until: due_at }
    }

    /// An open complaint, on the records of the one type in which its words are kept, until it must be answered.
    pub fn by_complaint(by: String, record_type: &str, due_at: Timestamp) -> Self {
        Self { by, exception: None, keeps: vec![declaration(record_type)], until: due_at }
    }

    /// Whether it freezes records of this type.
    pub fn names(&self, record_type: &str) -> bool {
        self.keeps.iter().any(|kept| kept == EVERYTHING || *kept == declaration(record_type))
    }
}

/// A record type as a declaration of the policy is written: no other word in a freeze looks like it, so that engines can
/// search the text.
fn declaration(record_type: &str) -> String {
    format!("records.{record_type}")
}

/// Every freeze of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Freezes(pub Vec<Freeze>);

impl Freezes {
    /// The first one that freezes records of this type.
    pub fn on(&self, record_type: &str) -> Option<&Freeze> {
        self.0.iter().find(|freeze| freeze.names(record_type))
    }

    /// The first hold that freezes records of this type: it keeps them as they are. A request only keeps them.
    pub fn held(&self, record_type: &str) -> Option<&Freeze> {
        self.0.iter().find(|freeze| freeze.exception.is_some() && freeze.names(record_type))
    }

    /// The same with one more, or with another one by the same hold or request.
    #[must_use]
    pub fn with(&self, freeze: Freeze) -> Self {
        let mut changed = self.without(&freeze.by);
        changed.0.push(freeze);
        changed
    }

    /// The same without the one by a hold or request.
    #[must_use]
    pub fn without(&self, by: &str) -> Self {
        Self(self.0.iter().filter(|freeze| freeze.by != by).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(by: &str) -> Freeze {
        Freeze::by_hold(by.to_owned(), "fraud", ["order", "visit"], Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_hold_freezes_what_it_names_and_a_request_everything() {
        let freezes = Freezes::default().with(hold("hld_1"));
        assert_eq!(freezes.on("order").map(|freeze| &*freeze.by), Some("hld_1"));
        assert_eq!(freezes.on("order_line"), None);
        let freezes = freezes.with(Freeze::by_request("req_1".to_owned(), Timestamp::UNIX_EPOCH));
        assert_eq!(freezes.on("order_line").map(|freeze| &*freeze.by), Some("req_1"));
        assert_eq!(freezes.without("req_1").without("hld_1"), Freezes::default());
    }

    #[test]
    fn the_same_hold_freezes_once() {
        let later = Freeze { until: "2030-01-01T00:00:00Z".parse().unwrap(), ..hold("hld_1") };
        let freezes = Freezes::default().with(hold("hld_1")).with(later.clone());
        assert_eq!(freezes.0, [later]);
        let written = serde_json::to_string(&freezes).unwrap();
        assert!(written.contains(r#""records.order""#), "{written}");
        assert_eq!(serde_json::from_str::<Freezes>(&written).unwrap(), freezes);
    }
}
