//! Visits that are over: hits become visits, and the visits of whoever is recognised become records of theirs.

use domain::{
    Source, Subject, SubjectId,
    visit::{Drop, Kept, QUIET, Site, Visit, Visitor},
};
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use jiff::Timestamp;
use serde_json::json;
use store::{
    Change, CommitError, Conflict, Expect, Unit,
    subjects::KeyBinding,
    visits::{Closed, HitRow, MOST_HITS, VisitRow},
};

use super::{Facts, KnownSite};
use crate::{Caller, Fields, Gate, GateError, NewRecord, Terms, attempts::Failed};

/// How many visitors are closed at once, so that their commits share a sync.
const TOGETHER: usize = 16;
/// How much is kept of the pages of one visit in its record, in characters.
const LONGEST_PAGES: usize = 4_000;

impl Gate {
    /// Closes visits after half an hour of quiet; of how many visitors. A job calls it until there are none.
    ///
    /// # Errors
    /// A store fails, or the visits of somebody cannot be closed; the others are.
    pub async fn close_visits(&self, limit: u32) -> Result<usize, GateError> {
        let before = self.now().saturating_sub(QUIET).unwrap_or(Timestamp::MIN);
        let quiet = self.store.quiet(before, limit).await?;
        let mut closing: Vec<BoxFuture<'_, Result<(), GateError>>> = Vec::with_capacity(quiet.len());
        for (site, visitor) in &quiet {
            closing.push(self.close_of(site, *visitor).boxed());
        }
        let outcomes: Vec<Result<(), GateError>> =
            stream::iter(closing).buffer_unordered(TOGETHER).collect().await;
        let closed = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        match outcomes.into_iter().find_map(Result::err) {
            // The next round takes up what is left.
            Some(error) if closed == 0 => Err(error),
            _ => Ok(closed),
        }
    }

    /// Closes the visits of one visitor, whoever they are by now.
    async fn close_of(&self, site: &Site, visitor: Visitor) -> Result<(), GateError> {
        match self.retried(|| self.try_close(site, visitor)).await {
            // Another process was faster.
            Err(Failed::Commit(CommitError::Conflict(Conflict::Visit))) => Ok(()),
            other => other.map_err(Failed::into_error),
        }
    }

    async fn try_close(&self, site: &Site, visitor: Visitor) -> Result<(), Failed> {
        let hits = whole_moments(self.store.hits(site, Some(visitor)).await?);
        let Some(until) = hits.iter().map(|hit| hit.at).max() else { return Ok(()) };
        let over =
            |visits| OverVisits { site: site.clone(), visitor, until, hits: hits.len() as u64, visits };
        let mut unit = Unit::default();
        let visits = match self.visits_made(site, visitor, &hits, &mut unit).await {
            Ok(visits) => visits,
            Err(Failed::Gate(GateError::Damaged(what))) => {
                // What cannot be read can never be counted, and must not be in the way of what can.
                tracing::error!(site = site.name, what, "the hits of a visitor are damaged, and are dropped");
                unit = Unit::default();
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        unit.changes.push(Change::CloseVisits(rows(over(visits))?));
        self.commit(unit).await.map(drop).map_err(Failed::Commit)
    }

    /// The visits that hits make; of somebody who is recognised the unit makes records of them. Of whoever is no longer to be
    /// recognised, and of what the policy does not let be held, nothing is kept.
    async fn visits_made(
        &self,
        site: &Site,
        visitor: Visitor,
        hits: &[HitRow],
        unit: &mut Unit,
    ) -> Result<Vec<Visit>, Failed> {
        let mut visits = Visit::of(visitor, kept(hits)?);
        // An assessment that was cut short leaves its visitor behind: they are nobody.
        visits.retain(|visit| !visit.surroundings.is_assessment());
        if !visitor.is_recognised {
            return Ok(visits);
        }
        let Some(owner) = self.owner(site, hits).await? else { return Ok(Vec::new()) };
        match Box::pin(self.recorded(&owner, &visits)).await {
            Ok(made) => {
                *unit = made;
                Ok(visits)
            }
            Err(Failed::Gate(
                GateError::Refused { .. }
                | GateError::Screened(_)
                | GateError::Invalid(_)
                | GateError::Malformed(_),
            )) => {
                hits.iter().for_each(|_| self.count_dropped(&owner.0, Drop::Forbidden));
                Ok(Vec::new())
            }
            Err(error) => Err(error),
        }
    }

    /// The unit that makes records of visits.
    async fn recorded(
        &self,
        (known, subject, keys): &(KnownSite, Subject, Vec<KeyBinding>),
        visits: &[Visit],
    ) -> Result<Unit, Failed> {
        let caller = Caller::system(self.account(subject.account).await?);
        let record_type = known.declared.record.as_ref().map(|name| name.get_ref().clone());
        let (mut found, terms) = ((subject.clone(), keys.clone()), Terms::default());
        let mut unit = Unit::default();
        for visit in visits {
            let new = NewRecord {
                record_type: record_type.clone().unwrap_or_default(),
                fields: fields(known, visit),
                collected_for: known.agreed_uses(subject),
                source: Source::Observed,
            };
            let asked = (&caller, &known.effective);
            let (made, _) = Box::pin(self.creation(asked, &found, known.purpose(), (&new, &terms))).await?;
            let bound = made.changes.iter().filter_map(|change| match change {
                Change::AddKeyBinding(binding) => Some(binding.clone()),
                _ => None,
            });
            found.1.extend(bound);
            unit.extend(made);
        }
        if let Some(noted) = self.noted_interests((&caller, known), &found, visits).await? {
            unit.extend(noted);
        }
        // A key that the first of them binds is there for the others, and nowhere before.
        unit.expects.retain(|expect| !matches!(expect, Expect::Key(key) if !keys.contains(key)));
        Ok(unit)
    }

    /// Whose visits these are, while they may be held.
    async fn owner(
        &self,
        site: &Site,
        hits: &[HitRow],
    ) -> Result<Option<(KnownSite, Subject, Vec<KeyBinding>)>, GateError> {
        let Ok(known) = self.site(Some(site.account), &site.name) else { return Ok(None) };
        let Some(owner) = hits.first().map(|hit| self.owner_of(hit)).transpose()? else { return Ok(None) };
        let Some((subject, keys)) = self.store.subject(owner).await? else { return Ok(None) };
        let may = self.may_recognise(&known, &subject)?;
        Ok(may.then_some((known, subject, keys)))
    }

    fn owner_of(&self, hit: &HitRow) -> Result<SubjectId, GateError> {
        let damaged = || GateError::Damaged("whose a hit is");
        let sealed = Facts::read(&hit.facts)?.owner.ok_or_else(damaged)?;
        let keys = self.keyring.account_that_sealed(hit.site.account, &sealed).ok_or_else(damaged)?;
        keys.open_owner(&hit.site.name, hit.visitor.number, &sealed).map_err(|_| damaged())
    }
}

/// Hits up to a moment: where there are more than were read, those of the last moment wait for the others of it.
fn whole_moments(mut hits: Vec<HitRow>) -> Vec<HitRow> {
    if hits.len() == MOST_HITS as usize
        && let Some(last) = hits.last().map(|hit| hit.at)
    {
        hits.retain(|hit| hit.at < last);
    }
    hits
}

/// Visits that are over, and what they are made of.
struct OverVisits {
    site: Site,
    visitor: Visitor,
    until: Timestamp,
    hits: u64,
    visits: Vec<Visit>,
}

/// What the hits of one visitor say.
pub(super) fn kept(hits: &[HitRow]) -> Result<Vec<Kept>, GateError> {
    hits.iter().map(|hit| Ok(Facts::read(&hit.facts)?.kept)).collect()
}

fn rows(over: OverVisits) -> Result<Closed, GateError> {
    let OverVisits { site, visitor, until, hits, visits } = over;
    let row = |visit: &Visit| {
        let facts = postcard::to_stdvec(visit).map_err(|_| GateError::Damaged("a visit"))?;
        Ok(VisitRow { visitor, day: visit.day(), facts, ordinal: None })
    };
    let visits = visits.iter().map(row).collect::<Result<_, GateError>>()?;
    Ok(Closed { site, visitor, until, hits, visits })
}

/// What is kept of a visit in a record: the fields that the policy declares for it.
fn fields(known: &KnownSite, visit: &Visit) -> Fields {
    let started_at = Timestamp::from_second(visit.started_at).unwrap_or_default();
    let pages: Vec<_> =
        visit.views.iter().map(|view| format!("{} ({} s)", view.path, view.visible / 1_000)).collect();
    let campaign = visit.campaign.as_ref().and_then(|campaign| campaign.name.clone());
    let surroundings = &visit.surroundings;
    let all = [
        ("visitor_identifier", Some(json!(format!("{:016x}", visit.visitor.number)))),
        ("started_at", Some(json!(started_at.to_string()))),
        ("seconds", Some(json!(visit.seconds))),
        ("pages", Some(json!(pages.join("\n").chars().take(LONGEST_PAGES).collect::<String>()))),
        ("source", visit.source.name.as_ref().map(|name| json!(name))),
        ("campaign", campaign.map(|name| json!(name))),
        ("browser", surroundings.browser.as_ref().map(|name| json!(name))),
        ("operating_system", surroundings.system.as_ref().map(|name| json!(name))),
        ("country", surroundings.country.as_ref().map(|code| json!(code))),
    ];
    let record = known.declared.record.as_ref().map(|name| name.get_ref().as_str()).unwrap_or_default();
    let declared = known.effective.declaring().record_type(record);
    let is_declared = |name: &str| declared.is_some_and(|record| record.fields.contains_key(name));
    let told = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    told.filter(|(name, _)| is_declared(name)).map(|(name, value)| (name.to_owned(), value)).collect()
}
