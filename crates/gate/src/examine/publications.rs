//! Whether the audit log says of a policy version that it was published, and of an account that it accepted one.

use audit_log::Leaf;
use domain::{Account, AccountId, Action, Detail};
use jiff::Timestamp;

use crate::{Caller, Gate, GateError, Numbered, acceptance};

/// How many leaves are read at once.
const PAGE: u64 = 256;

impl Gate {
    /// Whether the log holds an entry, opened by the account's own keys, that says this version was published when
    /// it was. Looks only at entries of about that time.
    ///
    /// # Errors
    /// A store fails.
    pub async fn is_publication_logged(
        &self,
        account: AccountId,
        version: &Numbered,
    ) -> Result<bool, GateError> {
        self.is_said_about(account, version.published_at, |detail, index| publishes(detail, index, version))
            .await
    }

    /// Whether the log holds an entry that says that an account accepted what it accepted when it did.
    ///
    /// # Errors
    /// A store fails.
    pub async fn is_acceptance_logged(&self, account: &Account) -> Result<bool, GateError> {
        let Some(at) = account.accepted_at else { return Ok(false) };
        let says = |detail: &Detail, _| {
            detail.action == Action::AccountAccepted && detail.note == Some(acceptance::note(account))
        };
        self.is_said_about(account.id, at, says).await
    }

    /// Whether an entry of about a moment, opened by the account's own keys, says something.
    async fn is_said_about(
        &self,
        account: AccountId,
        at: Timestamp,
        says: impl Fn(&Detail, u64) -> bool,
    ) -> Result<bool, GateError> {
        let caller = Caller::system(self.account(account).await?);
        let minute = at.as_second().max(0).cast_unsigned() / 60;
        let size = self.log_size().await?;
        // An entry that waited while others went before it may stand among those of the next minute.
        let mut index = self.first_entry_since(minute.saturating_sub(1), size).await?;
        while index < size {
            let until = size.min(index + PAGE);
            for leaf in self.store.leaves(index, until).await? {
                if decoded(&leaf)?.minute > minute + 1 {
                    return Ok(false);
                }
                if self.detail_at(&caller, index).await?.is_some_and(|detail| says(&detail, index)) {
                    return Ok(true);
                }
                index += 1;
            }
        }
        Ok(false)
    }

    /// The place of the first entry written in `minute` or later.
    async fn first_entry_since(&self, minute: u64, size: u64) -> Result<u64, GateError> {
        let (mut low, mut high) = (0, size);
        while low < high {
            let middle = low + (high - low) / 2;
            let leaves = self.store.leaves(middle, middle + 1).await?;
            let leaf = leaves.first().ok_or(GateError::Damaged("an entry of the audit log"))?;
            if decoded(leaf)?.minute < minute {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// What an entry says; none when the account's own keys do not open it.
    async fn detail_at(&self, caller: &Caller, index: u64) -> Result<Option<Detail>, GateError> {
        let entry =
            self.store.entry_at(index).await?.ok_or(GateError::Damaged("an entry of the audit log"))?;
        self.open_entry(caller, entry, None).await
    }
}

/// The first entry of the log tells of the first version as well: the two were made together.
fn publishes(detail: &Detail, index: u64, version: &Numbered) -> bool {
    match detail.action {
        Action::PolicyPublished => detail.note.as_deref() == Some(&version.note()),
        Action::AccountOpened => {
            let first = Numbered::first_note(version.policy.source());
            index == 0 && version.number == 1 && detail.note.as_deref() == Some(&first)
        }
        _ => false,
    }
}

fn decoded(leaf: &[u8]) -> Result<Leaf, GateError> {
    Leaf::decode(leaf).map_err(|_| GateError::Damaged("an entry of the audit log"))
}
