//! The end of being recognised: of whoever takes their yes back, or is erased, no visit is left, and reports are as if they had never
//! come.

use std::collections::{BTreeSet, HashSet};

use domain::{
    About, AccountId, Subject,
    visit::{Site, Visitor},
};
use policy::document;
use store::{Change, Unit, subjects::KeyBinding};

use crate::{Gate, GateError};

/// How many people are looked at, and how many visitors removed, at once.
const PAGE: u32 = 256;

impl Gate {
    /// What removes the visits of a subject from the sites of their account: from all, or from those that count for a purpose that
    /// they say no to.
    pub(crate) async fn forgotten_visits(
        &self,
        (subject, keys): (&Subject, &[KeyBinding]),
        about: Option<&About>,
    ) -> Result<Vec<Change>, GateError> {
        let is_meant = |declared: &document::Site| {
            let is_theirs = declared.role.as_ref().is_some_and(|role| *role.get_ref() == subject.role);
            is_theirs && about.is_none_or(|about| about.name() == declared.purpose.get_ref())
        };
        let mut changes = Vec::new();
        for site in self.recognising(subject.account, is_meant) {
            if let Some(visitor) = self.reachable_visitor(&site, subject, keys).await? {
                changes.push(Change::RemoveVisitor(site, visitor));
            }
        }
        Ok(changes)
    }

    /// Removes the visits of whoever was recognised and is nobody any more: after a restore, of those who were erased since the
    /// backup. Whose they were cannot be found, so they are what is left when the visitors of everybody else are known.
    pub(crate) async fn forget_strays(&self) -> Result<(), GateError> {
        for account in self.accounts() {
            for site in self.recognising(account.id, |_| true) {
                let known = self.visitors_of_all(&site).await?;
                let strays = self.store.recognised(&site).await?;
                let strays = strays.into_iter().filter(|number| !known.contains(number));
                let remove =
                    |number| Change::RemoveVisitor(site.clone(), Visitor { number, is_recognised: true });
                let changes: Vec<Change> = strays.map(remove).collect();
                for some in changes.chunks(PAGE as usize) {
                    self.commit(Unit { changes: some.to_vec(), ..Unit::default() }).await?;
                }
            }
        }
        Ok(())
    }

    /// The sites on which visitors are recognised; one that an earlier version declared may have visits yet.
    fn recognising(&self, account: AccountId, is_meant: impl Fn(&document::Site) -> bool) -> BTreeSet<Site> {
        let versions = self.policy_versions(account);
        let declared = versions.iter().flat_map(|version| &version.policy.document().sites);
        let recognising = declared.filter(|(_, declared)| declared.cookie.is_some() && is_meant(declared));
        recognising.map(|(name, _)| Site { account, name: name.get_ref().clone() }).collect()
    }

    async fn visitors_of_all(&self, site: &Site) -> Result<HashSet<u64>, GateError> {
        let (mut known, mut after) = (HashSet::new(), None);
        loop {
            let people = self.store.subjects(site.account, after, PAGE).await?;
            let Some(last) = people.last() else { return Ok(known) };
            after = Some(last.id);
            for person in &people {
                let Some((subject, keys)) = self.store.subject(person.id).await? else { continue };
                known.extend(
                    self.reachable_visitor(site, &subject, &keys).await?.map(|visitor| visitor.number),
                );
            }
        }
    }

    /// The number of somebody on a site: without their key no number leads to them, and none can be made.
    async fn reachable_visitor(
        &self,
        site: &Site,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<Option<Visitor>, GateError> {
        match self.visitor_of(site, subject, keys).await {
            Ok(visitor) => Ok(Some(visitor)),
            Err(GateError::Gone(_) | GateError::Damaged(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
