//! The end of what visits serve besides being counted: of links, and of what is known to choose by. With a yes that is taken back, or
//! with whoever is erased, it ends in the same commit, and its key is destroyed.

use domain::{About, AccountId, Action, Record, Subject};
use store::{Change, CommitError, Conflict, Expect, Unit, records::Held, subjects::KeyBinding};

use crate::{Caller, Effective, Gate, GateError, attempts::Failed};

/// The record types of an account's sites, by what they are for.
#[derive(Default)]
pub(super) struct SiteRecords {
    /// Visits.
    pub(super) visits: Vec<String>,
    /// Links from a person to a visitor.
    pub(super) links: Vec<String>,
    /// What is known to choose by.
    pub(super) profiles: Vec<String>,
}

impl Gate {
    /// The record types that any version of an account's policy declares for its sites: of all of them, or of those that serve a
    /// purpose.
    pub(super) fn site_records(&self, account: AccountId, about: Option<&About>) -> SiteRecords {
        let mut all = SiteRecords::default();
        let versions = self.policy_versions(account);
        for site in versions.iter().flat_map(|version| version.policy.document().sites.values()) {
            let is_meant =
                |purpose: &str| about.is_none_or(|about| *about == About::Purpose(purpose.to_owned()));
            if is_meant(site.purpose.get_ref()) {
                all.visits.extend(site.record.as_ref().map(|name| name.get_ref().clone()));
            }
            for (used, into) in [(&site.link, &mut all.links), (&site.tailor, &mut all.profiles)] {
                let used = used.as_ref().map(|used| used.get_ref());
                let used = used.filter(|used| is_meant(used.purpose.get_ref()));
                into.extend(used.map(|used| used.record.get_ref().clone()));
            }
        }
        all
    }

    /// What ends when a subject says no to something, or is erased: links from them, links to them, and what was known to choose by.
    /// What something keeps stays.
    pub(crate) async fn ended_uses(
        &self,
        (caller, effective): (&Caller, &Effective),
        (subject, keys): (&Subject, &[KeyBinding]),
        about: Option<&About>,
    ) -> Result<Unit, GateError> {
        let types = self.site_records(subject.account, about);
        let mut ended = Vec::new();
        // What is theirs goes with them when they are erased.
        if about.is_some() {
            let own = [types.links.clone(), types.profiles].concat();
            let held = |record| Held { record, subject: subject.clone(), keys: keys.to_vec() };
            ended.extend(self.records_of_types(subject, &own).await?.into_iter().map(held));
        }
        if !types.links.is_empty() {
            let to_them = self.links_to(subject).await?.into_iter();
            ended.extend(to_them.filter(|held| types.links.contains(&held.record.record_type)));
        }
        ended.retain(|held| held.subject.freezes.on(&held.record.record_type).is_none());
        self.ending((caller, effective), ended).await
    }

    /// The unit that removes records with their keys, each with its entry.
    pub(super) async fn ending(
        &self,
        (caller, effective): (&Caller, &Effective),
        mut ended: Vec<Held>,
    ) -> Result<Unit, GateError> {
        let mut unit = Unit::default();
        for held in &ended {
            let mut detail = self.detail_under(caller, Action::RecordDeleted, effective);
            detail.subject = Some(held.subject.id);
            detail.record = Some(held.record.id);
            detail.record_type = Some(held.record.record_type.clone());
            unit.entries.push(self.last_entry(&held.subject, &held.keys, detail).await?);
            unit.expects.push(Expect::Record { id: held.record.id, version: held.record.version });
            unit.changes.push(Change::RemoveRecord(held.record.id));
        }
        ended.sort_by(|one, other| place(one).cmp(&place(other)));
        for group in ended.chunk_by(|one, other| place(one) == place(other)) {
            let Some(first) = group.first() else { continue };
            let gone: Vec<_> = group.iter().map(|held| held.record.id).collect();
            unit.expects.push(Expect::Subject { id: first.subject.id, version: first.subject.version });
            self.end_key(&mut unit, effective, (first, &first.record.class), &gone).await?;
        }
        Ok(unit)
    }

    /// Ends the key of a class of which records go; what stays of it is sealed anew under another.
    async fn end_key(
        &self,
        unit: &mut Unit,
        effective: &Effective,
        (held, class): (&Held, &str),
        gone: &[domain::RecordId],
    ) -> Result<(), GateError> {
        let Some(binding) = held.keys.iter().find(|binding| binding.class == class) else { return Ok(()) };
        let counts = self.store.type_counts(held.subject.id).await?;
        let types: Vec<String> = counts
            .iter()
            .filter(|count| count.class == class)
            .map(|count| count.record_type.clone())
            .collect();
        let all = self.records_of_types(&held.subject, &types).await?;
        let left: Vec<Record> = all.into_iter().filter(|record| !gone.contains(&record.id)).collect();
        // A record that was stored meanwhile would be lost with the key.
        let records = counts.iter().map(|count| count.records).sum();
        unit.expects.push(Expect::RecordCount { subject: held.subject.id, records });
        unit.expects.push(Expect::Key(binding.clone()));
        if left.is_empty() {
            let doomed = self.doomed(held.subject.account, binding);
            unit.changes.push(Change::CondemnEmptied(doomed));
            return Ok(());
        }
        self.renew_key(unit, effective, (&held.subject, &held.keys), (binding, &left)).await
    }

    /// Destroys the keys of what ended. Another process, or a job, may do it.
    pub(crate) async fn shred_ended(&self) -> Result<(), GateError> {
        match self.finish_shredding().await {
            Ok(()) | Err(GateError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Refuses a record that comes of visits alone, where somebody sends it: nothing says that it is true.
pub(crate) fn refuse_sent(effective: &Effective, record_type: &str) -> Result<(), GateError> {
    let mut sites = effective.declaring().document().sites.values();
    let of_visits = sites.any(|site| {
        let mut used = site.link.iter().chain(&site.tailor);
        used.any(|used| used.get_ref().record.get_ref() == record_type)
    });
    if of_visits {
        let why = "records of this type come of visits, and of nothing that is sent: see `link` and `tailor` of the site";
        return Err(GateError::Malformed(why.to_owned()));
    }
    Ok(())
}

/// Whose record it is, and under which key.
fn place(held: &Held) -> (domain::SubjectId, &str) {
    (held.subject.id, held.record.class.as_str())
}

/// Whatever was decided on changed: it is decided anew.
pub(crate) fn overtaken(error: CommitError) -> Failed {
    match error {
        CommitError::Conflict(Conflict::Record) => GateError::Busy.into(),
        other => Failed::Commit(other),
    }
}
