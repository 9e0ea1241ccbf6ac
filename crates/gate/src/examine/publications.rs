//! Whether the audit log says of a policy version that it was published.

use audit_log::Leaf;
use domain::{AccountId, Action, Detail};

use crate::{Caller, Gate, GateError, Numbered};

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
        let caller = Caller::system(self.account(account).await?);
        let minute = version.published_at.as_second().max(0).cast_unsigned() / 60;
        let size = self.log_size().await?;
        // An entry that waited while others went before it may stand among those of the next minute.
        let mut index = self.first_entry_since(minute.saturating_sub(1), size).await?;
        while index < size {
            let until = size.min(index + PAGE);
            for leaf in self.store.leaves(index, until).await? {
                if decoded(&leaf)?.minute > minute + 1 {
                    return Ok(false);
                }
                if self.says_published(&caller, index, version).await? {
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

    async fn says_published(
        &self,
        caller: &Caller,
        index: u64,
        version: &Numbered,
    ) -> Result<bool, GateError> {
        let entry =
            self.store.entry_at(index).await?.ok_or(GateError::Damaged("an entry of the audit log"))?;
        let detail = self.open_entry(caller, entry, None).await?;
        Ok(detail.is_some_and(|detail| says(&detail, index, version)))
    }
}

/// The first entry of the log tells of the first version as well: the two were made together.
fn says(detail: &Detail, index: u64, version: &Numbered) -> bool {
    match detail.action {
        Action::PolicyPublished => detail.note.as_deref() == Some(&version.note()),
        Action::AccountOpened => index == 0 && version.number == 1,
        _ => false,
    }
}

fn decoded(leaf: &[u8]) -> Result<Leaf, GateError> {
    Leaf::decode(leaf).map_err(|_| GateError::Damaged("an entry of the audit log"))
}
