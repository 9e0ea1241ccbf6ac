//! Links: a visitor is tied to a person while both say yes to it. A link is a record of the person, and says to whom it leads;
//! nothing of the visitor says so.

use domain::{Action, RecordId, Source, Subject, SubjectId, SubjectState, visit::Site};
use policy::document::{LINKED_VISITOR, SiteUse};
use serde_json::json;
use store::{Expect, records::Held, subjects::KeyBinding};

use super::KnownSite;
use crate::{
    Caller, Fields, Gate, GateError, NewRecord, OpenedRecord, Stored, Terms, attempts::Failed, judge::Ask,
    records::first_entry,
};

/// How many records are read together.
const PAGE: u32 = 100;
/// How many links may lead to one visitor; there is one at most.
const LINKS: u32 = 32;

/// A link that was read.
pub struct OpenedLink {
    /// The record.
    pub opened: OpenedRecord,
    /// On which site; none where the policy keeps no such field.
    pub site: Option<String>,
    /// To which visitor it leads.
    pub visitor: Option<SubjectId>,
}

impl Gate {
    /// Ties a visitor of a site, whom their cookie or a token names, to a person of the caller's account.
    ///
    /// # Errors
    /// Either of them did not say yes; the site ties no visits; `visitor` names nobody; they are tied already; or a store fails.
    pub async fn link_visitor(
        &self,
        caller: &Caller,
        name: &str,
        (person, visitor): (SubjectId, &str),
    ) -> Result<Stored, GateError> {
        let attempt = || self.try_link(caller, name, (person, visitor));
        let (stored, visitor) = self.retried(attempt).await.map_err(Failed::into_error)?;
        // Of two who are tied to a visitor at the same moment one stays at most.
        if self.links_to(&visitor).await?.len() > 1 {
            self.end_link(caller, stored.record.id).await?;
            return Err(GateError::Exists);
        }
        Ok(stored)
    }

    async fn try_link(
        &self,
        caller: &Caller,
        name: &str,
        (person, visitor): (SubjectId, &str),
    ) -> Result<(Stored, Subject), Failed> {
        let known = self.site(Some(caller.account_id()), name)?;
        let link = known.link().ok_or_else(|| {
            GateError::Malformed("the policy ties no visits of this site to people: see `link`".to_owned())
        })?;
        let (visitor, keys) = self.tied_visitor(&known, visitor).await?;
        let person = self.living_subject(caller, person).await?;
        if person.0.id == visitor.id {
            return Err(GateError::Malformed("a visitor is not tied to themselves".to_owned()).into());
        }
        self.require_yes(caller, &known, (&visitor, &keys), link).await?;
        // Whoever uses a browser after another does not see where that one was.
        if !self.links_to(&visitor).await?.is_empty() {
            return Err(GateError::Exists.into());
        }
        let new = NewRecord {
            record_type: link.record.get_ref().clone(),
            fields: fields(&known, link, visitor.id),
            collected_for: Vec::new(),
            source: Source::Account,
        };
        let asked = (caller, &known.effective);
        let terms = Terms::default();
        let (mut unit, record) =
            Box::pin(self.creation(asked, &person, link.purpose.get_ref(), (&new, &terms))).await?;
        // Who takes their yes back meanwhile is not overlooked.
        unit.expects.push(Expect::Subject { id: visitor.id, version: visitor.version });
        let committed = self.commit(unit).await.map_err(Failed::Commit)?;
        let record = domain::Record { fields: Vec::new(), ..record };
        Ok((Stored { record, entry: first_entry(&committed)?, replayed: false }, visitor))
    }

    /// A visitor who is recognised on a site.
    async fn tied_visitor(
        &self,
        known: &KnownSite,
        visitor: &str,
    ) -> Result<(Subject, Vec<KeyBinding>), GateError> {
        let nobody = || GateError::NotFound("visitor");
        let id = self.visitor_named(&known.site, visitor)?.ok_or_else(nobody)?;
        let found = self.store.subject(id).await?.ok_or_else(nobody)?;
        if self.may_recognise(known, &found.0)? { Ok(found) } else { Err(nobody()) }
    }

    /// Refuses what the visitor did not say yes to, with an entry of theirs.
    async fn require_yes(
        &self,
        caller: &Caller,
        known: &KnownSite,
        (visitor, keys): (&Subject, &[KeyBinding]),
        used: &SiteUse,
    ) -> Result<(), GateError> {
        let record = known.declared.record.as_ref().map(|name| name.get_ref().as_str()).unwrap_or_default();
        let ask = Ask {
            subject: visitor,
            record_type: record,
            fields: &[],
            purpose: used.purpose.get_ref(),
            collected_for: None,
            objections: &[],
            recipient: None,
        };
        let judgement = self.judge(&known.effective, &ask)?;
        if judgement.permit.is_some() && judgement.withheld.is_empty() {
            return Ok(());
        }
        let mut detail = self.detail_under(caller, Action::RecordCreated, &known.effective);
        detail.subject = Some(visitor.id);
        detail.record_type = Some(used.record.get_ref().clone());
        detail.purpose = Some(used.purpose.get_ref().clone());
        let refusals = judgement.withheld.into_iter().map(|(_, refusal)| refusal).collect();
        let audit = self.audit_key(visitor, keys).await?;
        Err(self.refuse(&audit, known.effective.expects_of(visitor), detail, refusals).await)
    }

    /// The links of a person of the caller's account, read for a purpose; each with its entry.
    ///
    /// # Errors
    /// Refused for this purpose; the person is not there or gone; or a store fails.
    pub async fn links_of(
        &self,
        caller: &Caller,
        person: SubjectId,
        purpose: &str,
    ) -> Result<Vec<OpenedLink>, GateError> {
        let (person, _) = self.living_subject(caller, person).await?;
        let types = self.site_records(person.account, None).links;
        let mut links = Vec::new();
        for record in self.records_of_types(&person, &types).await? {
            let opened = match self.read_record(caller, record.id, purpose, None).await {
                // It ended meanwhile, or its time is over.
                Err(GateError::Gone(_) | GateError::NotFound(_)) => continue,
                other => other?,
            };
            let text = |name: &str| opened.fields.reveal().get(name)?.as_str().map(str::to_owned);
            let (site, visitor) = (text("site"), text(LINKED_VISITOR).and_then(|id| id.parse().ok()));
            links.push(OpenedLink { opened, site, visitor });
        }
        Ok(links)
    }

    /// A page of the visits that are tied to a person of the caller's account, read for a purpose, in the order of time.
    ///
    /// # Errors
    /// Refused for this purpose; the person is not there or gone; or a store fails.
    pub async fn linked_visits(
        &self,
        caller: &Caller,
        person: SubjectId,
        purpose: &str,
        (after, limit): (Option<RecordId>, u32),
    ) -> Result<Vec<OpenedRecord>, GateError> {
        let visits = self.site_records(caller.account_id(), None).visits;
        let mut page = Vec::new();
        for link in self.links_of(caller, person, purpose).await? {
            let Some(visitor) = link.visitor else { continue };
            let read = self.list_records(&unbound(caller), visitor, purpose, after, limit).await;
            match read {
                Ok(records) => page.extend(records),
                // Of whoever is erased, or is somebody else by now, nothing is left.
                Err(GateError::Gone(_) | GateError::NotFound(_) | GateError::Merged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        page.retain(|opened| visits.contains(&opened.record.record_type));
        page.sort_by_key(|opened| opened.record.id);
        page.truncate(limit as usize);
        Ok(page)
    }

    /// Ends a link of the caller's account: its key is destroyed, and the visits lead to nobody.
    ///
    /// # Errors
    /// There is no such link, something keeps it, or a store fails.
    pub async fn end_link(&self, caller: &Caller, link: RecordId) -> Result<domain::EntryId, GateError> {
        let entry = self.retried(|| self.try_end_link(caller, link)).await.map_err(Failed::into_error)?;
        self.shred_ended().await?;
        Ok(entry)
    }

    async fn try_end_link(&self, caller: &Caller, link: RecordId) -> Result<domain::EntryId, Failed> {
        let types = self.site_records(caller.account_id(), None).links;
        let held = self.store.record(link).await?.filter(|held| {
            let is_own = held.record.account == caller.account_id() && caller.reaches(held.subject.id);
            is_own && held.subject.state == SubjectState::Active && types.contains(&held.record.record_type)
        });
        let held = held.ok_or(GateError::NotFound("link"))?;
        let effective = self.effective(caller)?;
        if let Some(freeze) = held.subject.freezes.on(&held.record.record_type) {
            let owner = (&held.subject, held.keys.as_slice());
            return Err(self.refuse_frozen(caller, &effective, owner, freeze).await.into());
        }
        let unit = self.ending((caller, &effective), vec![held]).await?;
        first_entry(&self.commit(unit).await.map_err(super::overtaken)?).map_err(Failed::from)
    }

    /// Whether a person of the caller's account has the key of a link: what an assessment looks at.
    ///
    /// # Errors
    /// The person is not there or gone, or the data store fails.
    pub async fn has_link_key(&self, caller: &Caller, person: SubjectId) -> Result<bool, GateError> {
        let (person, keys) = self.living_subject(caller, person).await?;
        let effective = self.effective(caller)?;
        let class = |name: &String| {
            let declared = effective.declaring().record_type(name)?;
            declared.retention.as_ref().map(|class| class.get_ref().clone())
        };
        let links = self.site_records(person.account, None).links;
        let classes: Vec<String> = links.iter().filter_map(class).collect();
        Ok(keys.iter().any(|key| classes.contains(&key.class)))
    }

    /// The links that lead to a visitor, whosever they are.
    pub(super) async fn links_to(&self, visitor: &Subject) -> Result<Vec<Held>, GateError> {
        let types = self.site_records(visitor.account, None).links;
        let mut links: Vec<Held> = Vec::new();
        if types.is_empty() {
            return Ok(links);
        }
        let name = visitor.id.to_string();
        for keys in self.keyring.account_versions(visitor.account) {
            let tag = keys.blind_index(LINKED_VISITOR, name.as_bytes());
            for row in self.store.lookup(visitor.account, &tag, LINKS).await? {
                let is_new = links.iter().all(|link| link.record.id != row.record);
                let held = if is_new { self.store.record(row.record).await? } else { None };
                links.extend(held.filter(|held| types.contains(&held.record.record_type)));
            }
        }
        Ok(links)
    }

    /// All records of some types of a subject.
    pub(super) async fn records_of_types(
        &self,
        subject: &Subject,
        types: &[String],
    ) -> Result<Vec<domain::Record>, GateError> {
        let (mut all, mut after) = (Vec::new(), None);
        let counts = self.store.type_counts(subject.id).await?;
        if counts.iter().all(|count| !types.contains(&count.record_type)) {
            return Ok(all);
        }
        loop {
            let page = self.store.records(subject.id, after, PAGE).await?;
            after = page.last().map(|last| last.id);
            let is_end = page.len() < PAGE as usize;
            all.extend(page.into_iter().filter(|record| types.contains(&record.record_type)));
            if is_end {
                return Ok(all);
            }
        }
    }

    /// Whom a text names as a visitor: the value of their cookie, or a token that a page was given.
    pub(super) fn visitor_named(&self, site: &Site, text: &str) -> Result<Option<SubjectId>, GateError> {
        match self.named_by(site, text) {
            Some(named) => Ok(Some(named)),
            None => self.named_by_token(site, text),
        }
    }
}

/// Whoever reads the visits of a person reads a visitor's, who is another subject: the link is what lets them.
fn unbound(caller: &Caller) -> Caller {
    Caller { person: None, ..caller.clone() }
}

fn fields(known: &KnownSite, link: &SiteUse, visitor: SubjectId) -> Fields {
    let declared = known.effective.declaring().record_type(link.record.get_ref());
    let all = [(LINKED_VISITOR, json!(visitor.to_string())), ("site", json!(known.site.name))];
    let is_declared = |name: &str| declared.is_some_and(|record| record.fields.contains_key(name));
    let kept = all.into_iter().filter(|(name, _)| is_declared(name));
    kept.map(|(name, value)| (name.to_owned(), value)).collect()
}
