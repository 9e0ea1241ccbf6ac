//! Cases through the door: whatever is opened, watched by a clock and closed. This is what holds, requests, complaints and
//! messages share.

use std::collections::BTreeSet;

use domain::{AccountId, Case, CaseId, CaseKind, Detail, Filed, Freeze, Merge, SubjectId, case::Filing};
use store::{Change, Expect, PendingEntry, Unit, cases::Queue};

use crate::{Caller, Gate, GateError};

/// How many nouns are read together.
const PAGE: u32 = 256;

/// Whether the clock moves it on. Messages are sent by a job of their own; about an assessment, a count, a link or an item nothing is to
/// be done.
const fn is_woken(kind: CaseKind) -> bool {
    match kind {
        CaseKind::Hold
        | CaseKind::Request
        | CaseKind::Complaint
        | CaseKind::Merge
        | CaseKind::Attestation
        | CaseKind::Staff
        | CaseKind::Session
        | CaseKind::AccountEnd => true,
        CaseKind::Message | CaseKind::Assessment | CaseKind::MailCount | CaseKind::Link | CaseKind::Item => {
            false
        }
    }
}

impl Gate {
    /// A noun that is kept as a case, whosever it is.
    pub(crate) async fn filed<T: Filed>(&self, id: [u8; 16]) -> Result<T, GateError> {
        let found = self.store.case(T::KIND, CaseId::from_bytes(id)).await?;
        read(&found.ok_or_else(|| GateError::NotFound(T::KIND.as_str()))?)
    }

    /// The same, of the caller's account.
    pub(crate) async fn own<T: Filed>(&self, caller: &Caller, id: [u8; 16]) -> Result<T, GateError> {
        let noun: T = self.filed(id).await?;
        let Filing { account, subject, .. } = noun.filing();
        let is_own = account == caller.account_id() && (caller.person.is_none() || caller.person == subject);
        if is_own { Ok(noun) } else { Err(GateError::NotFound(T::KIND.as_str())) }
    }

    /// The nouns of one kind of the caller's account: the open ones or the closed ones, what is due first at the head.
    ///
    /// # Errors
    /// The data store fails.
    pub async fn queue<T: Filed>(
        &self,
        caller: &Caller,
        is_open: bool,
        after: Option<(Option<jiff::Timestamp>, CaseId)>,
        limit: u32,
    ) -> Result<Vec<T>, GateError> {
        let wanted = Queue { account: caller.account_id(), kind: T::KIND, is_open, after, limit };
        let page = self.store.queue(wanted).await?;
        // Nobody who acts for themselves sees what others wait for.
        page.iter()
            .filter(|case| caller.person.is_none() || case.subject == caller.person)
            .map(read)
            .collect()
    }

    /// The same, all of them.
    pub(crate) async fn all_of<T: Filed>(&self, caller: &Caller, is_open: bool) -> Result<Vec<T>, GateError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page: Vec<T> = self.queue(caller, is_open, after, PAGE).await?;
            let is_end = page.len() < PAGE as usize;
            after = page.last().map(|last| last.filing().place());
            all.extend(page);
            if is_end {
                return Ok(all);
            }
        }
    }

    /// Looks at every case whose time has come, at most `limit` of each kind. Returns how many; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails, or a case cannot be moved on; the others are.
    pub async fn wake(&self, limit: u32) -> Result<usize, GateError> {
        let (mut moved_on, mut failed) = (0, None);
        let mut woken = Vec::new();
        for kind in CaseKind::ALL.into_iter().filter(|kind| is_woken(*kind)) {
            woken.extend(self.store.woken(kind, self.now(), limit).await?);
        }
        for case in &woken {
            match self.wake_one(case).await {
                // Someone moved it on meanwhile; the next round looks again.
                Ok(()) => moved_on += 1,
                Err(GateError::Busy) => {}
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(moved_on), Err)
    }
}

impl Gate {
    async fn wake_one(&self, case: &Case) -> Result<(), GateError> {
        match case.kind {
            CaseKind::Hold => self.wake_hold(read(case)?).await,
            CaseKind::Request => self.wake_request(read(case)?).await,
            CaseKind::Complaint => self.wake_complaint(read(case)?).await,
            CaseKind::Merge => self.merge_a_little(read::<Merge>(case)?.id).await.map(drop),
            CaseKind::Attestation => self.wake_attestation(read(case)?).await,
            CaseKind::Staff => self.wake_staff(read(case)?).await,
            CaseKind::Session => self.wake_session(read(case)?).await,
            CaseKind::AccountEnd => self.wake_end(read(case)?).await,
            // Nothing is to be done about them here.
            CaseKind::Message
            | CaseKind::Assessment
            | CaseKind::MailCount
            | CaseKind::Link
            | CaseKind::Item => Ok(()),
        }
    }
}

impl Gate {
    /// An entry of a step of a case: under the key of whoever it is about, as far as that is known and they are not erased.
    pub(crate) async fn entry_about(
        &self,
        account: AccountId,
        detail: Detail,
    ) -> Result<PendingEntry, GateError> {
        let known = match detail.subject {
            Some(subject) => self.store.subject(subject).await?,
            None => None,
        };
        match known {
            Some((subject, keys)) => self.last_entry(&subject, &keys, detail).await,
            None => self.account_entry(account, &Detail { subject: None, ..detail }),
        }
    }

    /// What a case keeps of people from now on, in place of what it kept. Each has another version from then on.
    pub(crate) async fn freeze_by_case(
        &self,
        unit: &mut Unit,
        (case, freeze): (&str, Option<&Freeze>),
        subjects: &[SubjectId],
    ) -> Result<(), GateError> {
        let mut people = BTreeSet::new();
        for subject in subjects {
            // Whoever was merged is frozen where everything of theirs is, or is on its way to.
            let (id, found) = self.merged_with(*subject).await?;
            let Some((subject, _)) = found.filter(|_| people.insert(id)) else { continue };
            let without = subject.freezes.without(case);
            let freezes = freeze.map_or(without, |freeze| subject.freezes.with(freeze.clone()));
            unit.expects.push(Expect::Subject { id: subject.id, version: subject.version });
            let version = subject.version + 1;
            unit.changes.push(Change::SetFreezes { subject: subject.id, version, freezes });
        }
        Ok(())
    }
}

/// The noun of a case.
pub(crate) fn read<T: Filed>(case: &Case) -> Result<T, GateError> {
    case.read().ok_or(GateError::Damaged("a case"))
}

/// The case of a noun.
pub(crate) fn file<T: Filed>(noun: &T) -> Result<Case, GateError> {
    Case::of(noun).map_err(|_| GateError::Damaged("a case that cannot be written"))
}
