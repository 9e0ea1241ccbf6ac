//! Erasing a person: (1) tombstone and entry, (2) keys destroyed, (3) certificate and entry, then the rows purged.
//! Each step is durable before the next begins, and start-up resumes from wherever it stopped.

use domain::{
    Account, Action, Certificate, Detail, Erasure, ErasureId, ErasureState, Kept, Subject, SubjectId,
    SubjectState, ambient::random_bytes,
};
use jiff::Timestamp;
use policy::{Promise, document::Document};
use store::{
    Change, CommitError, Conflict, Expect, PendingEntry, Unit,
    key_store::Deletion,
    records::TypeCount,
    subjects::{AUDIT_CLASS, KeyBinding},
};

use crate::{Caller, Effective, Gate, GateError, entry::leaf};

/// How many rows one purge step removes: small enough that others are not kept waiting.
const PURGE_STEP: u32 = 500;

impl Gate {
    /// Erases a subject of the caller's account: on return its keys are destroyed and the certificate is written.
    /// Asking again answers with the same erasure.
    ///
    /// # Errors
    /// The subject is not there, or a store fails; then start-up or another try goes on from where it stopped.
    pub async fn erase(&self, caller: &Caller, subject: SubjectId) -> Result<Erasure, GateError> {
        let known = self.store.erasure_of(subject).await?;
        if let Some(known) = known.filter(|known| known.account == caller.account_id()) {
            return self.resume(caller, known).await;
        }
        let found = self.store.subject(subject).await?;
        let found = found.filter(|(subject, _)| subject.account == caller.account_id());
        let (subject, keys) = found.ok_or(GateError::NotFound("subject"))?;
        match self.entomb(caller, &subject, &keys).await {
            Ok(begun) => self.resume(caller, begun).await,
            // Someone else began it, or the subject changed: whichever, it is there to be resumed or tried again.
            Err(GateError::Busy) => match self.store.erasure_of(subject.id).await? {
                Some(begun) => self.resume(caller, begun).await,
                None => Err(GateError::Busy),
            },
            Err(error) => Err(error),
        }
    }

    /// An erasure of the caller's account.
    ///
    /// # Errors
    /// Not there, or the data store fails.
    pub async fn erasure(&self, caller: &Caller, id: ErasureId) -> Result<Erasure, GateError> {
        let found = self.store.erasure(id).await?.filter(|erasure| erasure.account == caller.account_id());
        found.ok_or(GateError::NotFound("erasure"))
    }

    /// Step 1: from here on nothing opens.
    async fn entomb(
        &self,
        caller: &Caller,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<Erasure, GateError> {
        let effective = self.policies.effective(caller.account_id())?;
        let kept = kept(effective.declaring().document(), self.store.type_counts(subject.id).await?);
        let at = self.now();
        let erasure = Erasure {
            id: ErasureId::new(&*self.ambient.clock, self.randomness(), subject.id.bucket()),
            subject: subject.id,
            account: subject.account,
            state: ErasureState::Inaccessible { at, kept },
        };
        let detail = Detail {
            subject: Some(subject.id),
            clause: Some(erasure_clause(&effective)),
            ..self.detail_under(caller, Action::ErasureBegun, &effective)
        };
        let audit = self.keyring.audit_key(subject, keys).await?;
        let mut expects = effective.expects();
        expects.push(Expect::Subject { id: subject.id, version: subject.version });
        let changes = vec![
            Change::SetSubjectState(subject.id, SubjectState::Erasing),
            Change::AddErasure(erasure.clone()),
        ];
        let entries = vec![self.entry(&audit, Some(subject.id), &detail)];
        self.commit(Unit { expects, changes, entries }).await?;
        Ok(erasure)
    }

    /// Steps 2 and 3, from wherever they stopped.
    async fn resume(&self, caller: &Caller, erasure: Erasure) -> Result<Erasure, GateError> {
        let ErasureState::Inaccessible { at, kept } = &erasure.state else { return Ok(erasure) };
        let (subject, keys) =
            self.store.subject(erasure.subject).await?.ok_or(GateError::Damaged("a tombstone"))?;
        let doomed: Vec<KeyBinding> =
            keys.into_iter().filter(|binding| !keeps(kept, &binding.class)).collect();
        let shredded_at = self.now();
        self.keyring.key_store().destroy(&deletions(&subject, &doomed, shredded_at)).await?;
        let (certificate, entry) =
            self.certify(caller, &erasure, *at, kept.clone(), shredded_at, doomed.len())?;
        let state = ErasureState::Shredded(certificate);
        let unbind = |binding: KeyBinding| Change::RemoveKeyBinding(binding.subject, binding.class);
        let mut changes = vec![
            Change::SetSubjectState(subject.id, SubjectState::Erased),
            Change::ReplaceErasure(Erasure { state, ..erasure.clone() }),
        ];
        changes.extend(doomed.into_iter().map(unbind));
        match self.commit(Unit { changes, entries: vec![entry], ..Unit::default() }).await {
            // The other one wrote the certificate; what it wrote is read back below.
            Ok(_) | Err(CommitError::Conflict(Conflict::Erasure)) => {}
            Err(error) => return Err(error.into()),
        }
        self.store.erasure(erasure.id).await?.ok_or(GateError::Damaged("an erasure that was just written"))
    }

    /// The certificate and its entry. The leaf's key goes into the certificate, so that its holder alone can open
    /// the commitment; the entry is sealed under the account's audit key, as the person's is gone.
    fn certify(
        &self,
        caller: &Caller,
        erasure: &Erasure,
        inaccessible_at: Timestamp,
        kept: Vec<Kept>,
        shredded_at: Timestamp,
        destroyed: usize,
    ) -> Result<(Certificate, PendingEntry), GateError> {
        let effective = self.policies.effective(erasure.account)?;
        let clause = erasure_clause(&effective);
        let detail = Detail {
            subject: Some(erasure.subject),
            clause: Some(clause),
            note: Some(format!("{}, {destroyed} keys destroyed, {} kept", erasure.id, kept.len())),
            ..self.detail_under(caller, Action::ErasureCertified, &effective)
        };
        let text = serde_json::to_string(&detail).expect("a detail has string keys and finite numbers only");
        let audit = self.keyring.account(erasure.account)?.audit_key();
        let nonce: [u8; 16] = random_bytes(self.randomness());
        let leaf_key = audit.leaf_key(nonce);
        let entry = PendingEntry {
            subject: None,
            leaf: leaf(detail.at, leaf_key.commit(text.as_bytes())),
            nonce,
            sealed: audit.seal_detail(nonce, text.as_bytes(), self.randomness()),
        };
        let certificate = Certificate {
            erasure: erasure.id,
            subject: erasure.subject,
            account: erasure.account,
            inaccessible_at,
            shredded_at,
            // There are no key backups, standbys or archives yet: the key store's slots are the only copies.
            irrecoverable_by: shredded_at,
            keys_destroyed: destroyed as u64,
            kept,
            clause,
            entry: None,
            detail: text,
            leaf_key: leaf_key.to_hex(),
        };
        Ok((certificate, entry))
    }

    /// Finishes erasures that stopped half-way and purges rows of those whose keys are gone. Returns how many it
    /// moved on; a job calls it until there are none.
    ///
    /// # Errors
    /// A store fails; what was done stays done.
    pub async fn finish_erasures(&self, limit: u32) -> Result<usize, GateError> {
        let mut purged = Vec::new();
        for erasure in self.store.unfinished_erasures(limit).await? {
            let account = self.account(erasure.account)?;
            let resumed = self.resume(&Caller::system(account), erasure).await?;
            if let ErasureState::Shredded(certificate) = resumed.state {
                self.purge_rows(&certificate).await?;
                purged.push(certificate.erasure);
            }
        }
        if purged.is_empty() {
            return Ok(0);
        }
        // Once for all of them: it empties the whole write-ahead log.
        self.store.scrub().await?;
        let at = self.now();
        let changes = purged.iter().map(|erasure| Change::MarkPurged(*erasure, at)).collect();
        self.commit(Unit { changes, ..Unit::default() }).await?;
        Ok(purged.len())
    }

    /// Removes the sealed rows in small steps.
    async fn purge_rows(&self, certificate: &Certificate) -> Result<(), GateError> {
        let keep: Vec<String> = certificate.kept.iter().map(|kept| kept.record_type.clone()).collect();
        loop {
            let step = Change::Purge {
                subject: certificate.subject,
                keep: keep.clone(),
                audit: keep.is_empty(),
                limit: PURGE_STEP,
            };
            if self.commit(Unit { changes: vec![step], ..Unit::default() }).await?.purged == 0 {
                return Ok(());
            }
        }
    }

    /// The account by id.
    pub(crate) fn account(&self, id: domain::AccountId) -> Result<Account, GateError> {
        self.accounts.account(id).ok_or(GateError::Damaged("an account is missing"))
    }

    /// Shreds the key of a retention class that nothing is sealed under any more, and with the last class of an
    /// erased subject its audit key. A record stored meanwhile keeps the key.
    pub(crate) async fn shred_empty_class(
        &self,
        subject: &Subject,
        keys: &[KeyBinding],
        class: &str,
    ) -> Result<(), GateError> {
        let counts = self.store.type_counts(subject.id).await?;
        let last = counts.is_empty() && subject.state == SubjectState::Erased;
        let empty = |binding: &&KeyBinding| {
            (binding.class == class && counts.iter().all(|count| count.class != class))
                || (last && binding.class == AUDIT_CLASS)
        };
        for binding in keys.iter().filter(empty) {
            let expect = Expect::ClassEmpty { subject: subject.id, class: binding.class.clone() };
            let unbind = Change::RemoveKeyBinding(subject.id, binding.class.clone());
            let unit = Unit { expects: vec![expect], changes: vec![unbind], entries: Vec::new() };
            match self.commit(unit).await {
                Ok(_) => {
                    let doomed = deletions(subject, std::slice::from_ref(binding), self.now());
                    self.keyring.key_store().destroy(&doomed).await?;
                }
                Err(CommitError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// What the policy's automatic exceptions keep of a subject's records. An exception that someone must determine
/// keeps nothing by itself.
fn kept(document: &Document, held: Vec<TypeCount>) -> Vec<Kept> {
    let Some(right) = document.rights.get("erasure") else { return Vec::new() };
    let exceptions =
        right.exceptions.iter().filter_map(|name| document.exceptions.get_key_value(name.get_ref().as_str()));
    let automatic: Vec<_> = exceptions.filter(|(_, exception)| exception.determined_by.is_none()).collect();
    let keeping = |count: &TypeCount| {
        automatic.iter().find(|(_, exception)| {
            exception.records.iter().any(|record| *record.get_ref() == count.record_type)
        })
    };
    held.into_iter()
        .filter_map(|count| {
            let (name, exception) = *keeping(&count)?;
            Some(Kept {
                exception: name.get_ref().clone(),
                ground: exception.ground.get_ref().clone(),
                record_type: count.record_type,
                class: count.class,
                records: count.records,
                until: count.last_expiry,
            })
        })
        .collect()
}

/// Whether what is kept needs the key of a class. The audit key lives as long as anything is kept.
fn keeps(kept: &[Kept], class: &str) -> bool {
    kept.iter().any(|one| one.class == class) || (class == AUDIT_CLASS && !kept.is_empty())
}

fn deletions(subject: &Subject, doomed: &[KeyBinding], at: Timestamp) -> Vec<Deletion> {
    let deletion = |binding: &KeyBinding| Deletion {
        at,
        account: subject.account,
        subject: subject.id,
        class: binding.class.clone(),
        slot: binding.slot,
    };
    doomed.iter().map(deletion).collect()
}

fn erasure_clause(effective: &Effective) -> u16 {
    effective.operator.policy.clause("rights.erasure", Promise::Access).section
}
