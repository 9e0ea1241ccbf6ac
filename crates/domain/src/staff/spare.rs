//! Another address with which somebody signs in: the record that has it lies beside the one with which they sign in, until they open the
//! link that was sent there. Then the two change places, and the old one goes once they have been told at the old address.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Staff, StaffState};
use crate::id::RecordId;

/// How long the link to another address opens.
const OPENS: SignedDuration = SignedDuration::from_hours(1);
/// How long the record of the old address is kept, so that they can be told there.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A record of somebody's beside the one with which they sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spare {
    /// The record.
    pub record: RecordId,
    /// The hash of the secret of the link by which they sign in with it; none where they did before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// The first moment at which it opens no more, and the record goes.
    pub until: Timestamp,
}

impl Spare {
    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }
}

impl Staff {
    /// After they asked to sign in with what stands in another record; none when they are not let in, or there is a spare one still.
    ///
    /// # Errors
    /// That of whoever makes the hash of the link's secret for the moment at which it opens no more.
    pub fn moving<E>(
        self,
        record: RecordId,
        hash: impl FnOnce(Timestamp) -> Result<String, E>,
        now: Timestamp,
    ) -> Result<Option<Self>, E> {
        if !matches!(self.state, StaffState::Active { .. }) || self.spare.is_some() {
            return Ok(None);
        }
        let until = now.saturating_add(OPENS).unwrap_or(Timestamp::MAX);
        let spare = Some(Spare { record, link: Some(hash(until)?), until });
        Ok(Some(Self { spare, version: self.version + 1, ..self }))
    }

    /// The spare record with which they sign in once they open its link, and the hash of the secret of that.
    pub fn open_spare(&self, now: Timestamp) -> Option<(RecordId, &str)> {
        let spare = self.spare.as_ref().filter(|spare| !spare.is_over(now))?;
        let is_let_in = matches!(self.state, StaffState::Active { .. });
        spare.link.as_deref().filter(|_| is_let_in).map(|link| (spare.record, link))
    }

    /// They sign in with the spare record, and the other one is spare; none where no link to it is open.
    pub fn moved(self, now: Timestamp) -> Option<Self> {
        let (record, _) = self.open_spare(now)?;
        let until = now.saturating_add(TOLD_WITHIN).unwrap_or(Timestamp::MAX);
        let spare = Some(Spare { record: self.record, link: None, until });
        Some(Self { record, spare, version: self.version + 1, ..self })
    }

    /// Without a spare record, and which that was.
    pub fn without_spare(self) -> Option<(Self, RecordId)> {
        let spare = self.spare.clone()?;
        Some((Self { spare: None, version: self.version + 1, ..self }, spare.record))
    }
}
