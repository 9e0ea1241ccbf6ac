//! Erasing a person: (1) tombstone and entry, (2) keys destroyed, (3) certificate and entry, then the rows purged.
//! Each step is durable before the next begins, and start-up resumes from wherever it stopped.

mod child;
mod frozen;
mod kept;

use domain::{
    Account, Action, Certificate, Detail, Erasure, ErasureId, ErasureState, EventKind, Kept, Subject,
    SubjectId, SubjectState, ambient::random_bytes, calendar, event::Facts,
};
use jiff::Timestamp;
use policy::Promise;
use store::{
    Change, CommitError, Expect, PendingEntry, Unit,
    subjects::{AUDIT_CLASS, KeyBinding},
};

pub(crate) use child::Cause;
pub(crate) use kept::{ended, kept};

use crate::{Caller, Effective, Gate, GateError, attempts::Failed, certificate, entry::leaf};

/// How many rows one purge step removes: small enough that others are not kept waiting.
const PURGE_STEP: u32 = 500;

impl Gate {
    /// Erases a subject of the caller's account: on return its keys are destroyed and the certificate is written.
    /// Asking again answers with the same erasure.
    ///
    /// # Errors
    /// The subject is not there, or a store fails; then start-up or another try goes on from where it stopped.
    pub async fn erase(&self, caller: &Caller, subject: SubjectId) -> Result<Erasure, GateError> {
        let begun =
            self.retried(|| self.begun(caller, subject, Cause::Asked)).await.map_err(Failed::into_error)?;
        self.resume(caller, begun).await
    }

    /// Erases a subject because they asked for it themselves: what else they asked for does not stand in the way.
    pub(crate) async fn erase_as_asked(
        &self,
        caller: &Caller,
        subject: SubjectId,
    ) -> Result<Erasure, GateError> {
        let begun = self
            .retried(|| self.begun(caller, subject, Cause::Requested))
            .await
            .map_err(Failed::into_error)?;
        self.resume(caller, begun).await
    }

    /// The erasure of a subject, begun now unless it was before.
    async fn begun(&self, caller: &Caller, subject: SubjectId, cause: Cause) -> Result<Erasure, Failed> {
        let known = self.store.erasure_of(subject).await?;
        let is_own = |known: &Erasure| known.account == caller.account_id() && caller.reaches(known.subject);
        if let Some(known) = known.filter(is_own) {
            return Ok(known);
        }
        let found = self.store.subject(subject).await?;
        let is_own = |subject: &Subject| subject.account == caller.account_id() && caller.reaches(subject.id);
        let found = found.filter(|(subject, _)| is_own(subject));
        let (subject, keys) = found.ok_or(GateError::NotFound("subject"))?;
        if subject.state == SubjectState::Merged {
            return Err(self.merged(subject.id).await.into());
        }
        // Whoever is known to be a child is erased as one, whoever asks.
        let cause = if Cause::of(&subject) == Cause::Child { Cause::Child } else { cause };
        self.entomb(caller, (&subject, &keys), cause).await
    }

    /// An erasure of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn erasure(&self, caller: &Caller, id: ErasureId) -> Result<Erasure, GateError> {
        let is_own =
            |erasure: &Erasure| erasure.account == caller.account_id() && caller.reaches(erasure.subject);
        let found = self.store.erasure(id).await?.filter(is_own);
        found.ok_or(GateError::NotFound("erasure"))
    }

    /// Step 1: from here on nothing opens.
    async fn entomb(
        &self,
        caller: &Caller,
        (subject, keys): (&Subject, &[KeyBinding]),
        cause: Cause,
    ) -> Result<Erasure, Failed> {
        let effective = self.effective(caller)?;
        let requested = subject.freezes.0.iter().find(|freeze| freeze.exception.is_none());
        if let Some(freeze) = requested.filter(|_| cause == Cause::Asked) {
            return Err(self.refuse_frozen(caller, &effective, (subject, keys), freeze).await.into());
        }
        let (erasure, mut unit) = self.tombstone((caller, &effective), (subject, keys), cause).await?;
        unit.expects.push(Expect::Subject { id: subject.id, version: subject.version });
        match self.commit(unit).await {
            Ok(_) => Ok(erasure),
            // Someone else began it, or what it would keep has changed: both are found by looking again.
            Err(CommitError::Conflict(_)) => Err(GateError::Busy.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The erasure of a subject as it begins, and the unit that begins it. Whoever commits that expects the subject as it is.
    pub(crate) async fn tombstone(
        &self,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): (&Subject, &[KeyBinding]),
        cause: Cause,
    ) -> Result<(Erasure, Unit), GateError> {
        let counts = self.store.type_counts(subject.id).await?;
        let records = counts.iter().map(|count| count.records).sum();
        let at = self.now();
        let kept = kept(effective.declaring().document(), counts, (subject, at), cause);
        let ended = ended(effective.declaring().document(), subject, (&kept, at), cause);
        let erasure = Erasure {
            id: ErasureId::new(&*self.ambient.clock, self.randomness(), subject.id.bucket()),
            subject: subject.id,
            account: subject.account,
            state: ErasureState::Inaccessible { at, kept },
        };
        let entry = match cause {
            Cause::Child => self.discovery_entry(caller, effective, records)?,
            Cause::Asked | Cause::Requested => {
                let detail = Detail {
                    subject: Some(subject.id),
                    clause: Some(erasure_clause(effective, cause)),
                    ..self.detail_under(caller, Action::ErasureBegun, effective)
                };
                self.last_entry(subject, keys, detail).await?
            }
        };
        let mut expects = effective.expects();
        // A record stored since they were counted could be one that must be kept.
        expects.push(Expect::RecordCount { subject: subject.id, records });
        let mut changes: Vec<Change> = cause.marks(subject).into_iter().collect();
        changes.push(Change::SetSubjectState(subject.id, SubjectState::Erasing));
        changes.extend(ended);
        changes.extend(self.forgotten_visits((subject, keys), None).await?);
        changes.push(Change::AddErasure(erasure.clone()));
        let mut unit = Unit { expects, changes, entries: vec![entry] };
        unit.extend(self.ended_uses((caller, effective), (subject, keys), None).await?);
        Ok((erasure, unit))
    }

    /// Steps 2 and 3, from wherever they stopped.
    pub(crate) async fn resume(&self, caller: &Caller, erasure: Erasure) -> Result<Erasure, GateError> {
        self.retried(|| self.try_resume(caller, erasure.id)).await.map_err(Failed::into_error)
    }

    async fn try_resume(&self, caller: &Caller, id: ErasureId) -> Result<Erasure, Failed> {
        let erasure = self.store.erasure(id).await?.ok_or(GateError::Damaged("an erasure that was begun"))?;
        let ErasureState::Inaccessible { at, kept } = &erasure.state else { return Ok(erasure) };
        let found = self.store.subject(erasure.subject).await?;
        let (subject, keys) = match found {
            Some(found) => found,
            // Another one certified it since it was read, and its rows are gone already; or they were lost.
            None if self.is_certified(id).await? => return Err(GateError::Busy.into()),
            None => return Err(GateError::Damaged("a tombstone").into()),
        };
        let doomed: Vec<KeyBinding> =
            keys.into_iter().filter(|binding| !keeps(kept, &binding.class)).collect();
        let mut deletions: Vec<_> =
            doomed.iter().map(|binding| self.doomed(subject.account, binding)).collect();
        deletions.extend(self.condemned_copies(subject.id).await?);
        deletions.iter_mut().for_each(|deletion| deletion.erasure = Some(erasure.id));
        self.keyring.key_store().destroy(&deletions).await?;
        let shredded_at = self.now();
        let cause = Cause::of(&subject);
        let (certificate, entry) =
            self.certify(caller, (&erasure, cause), (*at, shredded_at), kept.clone(), doomed.len())?;
        let state = ErasureState::Shredded(certificate);
        let mut unit = Unit { entries: vec![entry], ..Unit::default() };
        unit.changes.push(Change::SetSubjectState(subject.id, SubjectState::Erased));
        unit.changes.push(Change::ReplaceErasure(Erasure { state, ..erasure.clone() }));
        let facts = Facts { erasure: Some(id), subject: named(&erasure, cause), ..Facts::default() };
        unit.changes.push(self.tell(erasure.account, EventKind::SubjectErased, facts));
        for binding in doomed {
            unit.changes.push(Change::RemoveKeyBinding(binding.subject, binding.class.clone()));
            // A key that a rotation moved meanwhile lives on in another slot.
            unit.expects.push(Expect::Key(binding));
        }
        match self.commit(unit).await {
            Ok(_) => {}
            // Another one was faster; what is so now is found by looking again.
            Err(CommitError::Conflict(_)) => return Err(GateError::Busy.into()),
            Err(error) => return Err(error.into()),
        }
        let written = self.store.erasure(id).await?;
        Ok(written.ok_or(GateError::Damaged("an erasure that was just written"))?)
    }

    async fn is_certified(&self, id: ErasureId) -> Result<bool, GateError> {
        let erasure = self.store.erasure(id).await?;
        Ok(erasure.is_some_and(|erasure| !matches!(erasure.state, ErasureState::Inaccessible { .. })))
    }

    /// The certificate and its entry. The leaf's key goes into the certificate, so that its holder alone can open
    /// the commitment; the entry is sealed under the account's audit key, as the person's is gone.
    fn certify(
        &self,
        caller: &Caller,
        (erasure, cause): (&Erasure, Cause),
        (inaccessible_at, shredded_at): (Timestamp, Timestamp),
        kept: Vec<Kept>,
        destroyed: usize,
    ) -> Result<(Certificate, PendingEntry), GateError> {
        let effective = self.policy(erasure.account)?;
        let clause = erasure_clause(&effective, cause);
        let named = named(erasure, cause);
        let audit = self.keyring.account(erasure.account)?.audit_key();
        let nonce: [u8; 16] = random_bytes(self.randomness());
        let leaf_key = audit.leaf_key(nonce);
        let mut certificate = Certificate {
            erasure: erasure.id,
            subject: named,
            account: erasure.account,
            inaccessible_at,
            shredded_at,
            irrecoverable_by: self.irrecoverable_by(shredded_at),
            keys_destroyed: destroyed as u64,
            kept,
            clause,
            entry: None,
            detail: String::new(),
            leaf_key: leaf_key.to_hex(),
        };
        let detail = Detail {
            subject: named,
            clause: Some(clause),
            note: Some(certificate::note(&certificate)),
            ..self.detail_under(caller, Action::ErasureCertified, &effective)
        };
        let text = serde_json::to_string(&detail).expect("a detail has string keys and finite numbers only");
        let entry = PendingEntry {
            subject: None,
            leaf: leaf(detail.at, leaf_key.commit(text.as_bytes())),
            nonce,
            sealed: audit.seal_detail(nonce, text.as_bytes(), self.randomness()),
        };
        certificate.detail = text;
        Ok((certificate, entry))
    }

    /// By when what the engine leaves behind of a key, and every backup that may hold it, has aged out. A backup lives as
    /// long as the policy said when it was made, so the longest life that any version stated counts.
    fn irrecoverable_by(&self, shredded_at: Timestamp) -> Timestamp {
        let remnants = shredded_at.saturating_add(self.keyring.key_store().remnants());
        let operator = self.operator().map(|operator| self.policy_versions(operator.id)).unwrap_or_default();
        let lives = operator.iter().map(|version| version.policy.backup_lives().1);
        let last = lives.filter_map(|life| calendar::after(shredded_at, life)).max();
        remnants.unwrap_or(Timestamp::MAX).max(last.unwrap_or(shredded_at))
    }

    /// Finishes erasures that stopped half-way and purges rows of those whose keys are gone. Returns how many it
    /// moved on; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails, or an erasure cannot be finished; the others are, and what was done stays done.
    pub async fn finish_erasures(&self, limit: u32) -> Result<usize, GateError> {
        self.finish_shredding().await?;
        let (mut purged, mut failed) = (Vec::new(), None);
        for erasure in self.store.unfinished_erasures(limit).await? {
            let id = erasure.id;
            match self.shred_and_purge(erasure).await {
                Ok(()) => purged.push(id),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if !purged.is_empty() {
            // Once for all of them: it empties the whole write-ahead log.
            self.store.scrub().await?;
            let at = self.now();
            let changes = purged.iter().map(|erasure| Change::MarkPurged(*erasure, at)).collect();
            self.commit(Unit { changes, ..Unit::default() }).await?;
        }
        failed.map_or(Ok(purged.len()), Err)
    }

    async fn shred_and_purge(&self, erasure: Erasure) -> Result<(), GateError> {
        let caller = Caller::system(self.account(erasure.account).await?);
        let subject = erasure.subject;
        let resumed = self.resume(&caller, erasure).await?.state;
        let certificate = resumed.into_certificate().ok_or(GateError::Busy)?;
        let keep: Vec<String> = certificate.kept.into_iter().map(|kept| kept.record_type).collect();
        self.purge_rows(subject, &keep).await?;
        self.settle(subject).await?;
        // What was kept may have expired while the rest was still there.
        self.shred_leftovers(subject).await
    }

    /// Removes a subject's sealed rows in small steps. When nothing is to be kept, the private audit index and the
    /// subject go too.
    pub(crate) async fn purge_rows(&self, subject: SubjectId, keep: &[String]) -> Result<(), GateError> {
        self.purge(subject, keep, keep.is_empty(), Vec::new()).await
    }

    /// Removes an erased subject's records likewise, and never the subject; busy when anything was decided about them
    /// meanwhile, such as another hold.
    pub(crate) async fn purge_records(&self, subject: &Subject, keep: &[String]) -> Result<(), GateError> {
        let expects = vec![Expect::Subject { id: subject.id, version: subject.version }];
        self.purge(subject.id, keep, false, expects).await
    }

    async fn purge(
        &self,
        subject: SubjectId,
        keep: &[String],
        audit: bool,
        expects: Vec<Expect>,
    ) -> Result<(), GateError> {
        loop {
            let step = Change::Purge { subject, keep: keep.to_vec(), audit, limit: PURGE_STEP };
            let unit = Unit { expects: expects.clone(), changes: vec![step], ..Unit::default() };
            if self.commit(unit).await?.purged == 0 {
                return Ok(());
            }
        }
    }

    /// The account by id.
    pub(crate) async fn account(&self, id: domain::AccountId) -> Result<Account, GateError> {
        let found = self.looked_up(|known| known.account(id)).await?;
        found.ok_or(GateError::Damaged("an account is missing"))
    }
}

/// Whether what is kept needs the key of a class. The audit key lives as long as anything is kept.
fn keeps(kept: &[Kept], class: &str) -> bool {
    kept.iter().any(|one| one.class == class) || (class == AUDIT_CLASS && !kept.is_empty())
}

/// Whom the evidence of an erasure names: no child.
fn named(erasure: &Erasure, cause: Cause) -> Option<SubjectId> {
    (cause != Cause::Child).then_some(erasure.subject)
}

pub(crate) fn erasure_clause(effective: &Effective, cause: Cause) -> u16 {
    match cause {
        Cause::Asked | Cause::Requested => {
            effective.operator.policy.clause("rights.erasure", Promise::Access).section
        }
        Cause::Child => effective.operator.policy.clause("age.minimum", Promise::Children).section,
    }
}
