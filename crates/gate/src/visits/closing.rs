//! Visits that are over: hits become visits, and the visits of whoever is recognised become records of theirs.

use domain::{
    Source, Subject, SubjectId,
    visit::{Dimension, Drop, Kept, Period, QUIET, Site, Tally, Values, Visit, Visitor, day_of},
};
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use jiff::Timestamp;
use serde_json::json;
use store::{
    Change, CommitError, Conflict, Expect, Unit,
    subjects::KeyBinding,
    visits::{Closed, HitRow, NewTally, VisitDay, VisitRow},
};

use super::{Facts, KnownSite};
use crate::{Caller, Fields, Gate, GateError, NewRecord, Terms, attempts::Failed};

/// How many visitors are closed at once, so that their commits share a sync.
const TOGETHER: usize = 16;
/// How much is kept of the pages of one visit in its record, in characters.
const LONGEST_PAGES: usize = 4_000;
/// How far back days are looked at again, in days.
const LOOKED_AT: i32 = 400;

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
        let hits = self.store.hits(site, Some(visitor)).await?;
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
        let visits = Visit::of(visitor, kept(hits)?);
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
                GateError::Refused { .. } | GateError::Invalid(_) | GateError::Malformed(_),
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
                collected_for: Vec::new(),
                source: Source::Observed,
            };
            let asked = (&caller, &known.effective);
            let (made, _) = Box::pin(self.creation(asked, &found, known.purpose(), (&new, &terms))).await?;
            // A key that the first of them binds is there for the others, and nowhere before.
            let is_bound = |expect: &Expect| !matches!(expect, Expect::Key(key) if !keys.contains(key));
            unit.expects.extend(made.expects.into_iter().filter(is_bound));
            let bound = made.changes.iter().filter_map(|change| match change {
                Change::AddKeyBinding(binding) => Some(binding.clone()),
                _ => None,
            });
            found.1.extend(bound);
            unit.changes.extend(made.changes);
            unit.entries.extend(made.entries);
        }
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

    /// Adds up the days that are over and whose figures are not made; how many. A job calls it until there are none.
    ///
    /// # Errors
    /// A store fails.
    pub async fn tally_days(&self, limit: u32) -> Result<usize, GateError> {
        let today = day_of(self.now().saturating_sub(QUIET).unwrap_or(Timestamp::MIN).as_second());
        let days = self.store.untallied(today, limit).await?;
        let mut failed = None;
        for (site, day) in &days {
            failed = failed.or(self.tally_day(site, *day).await.err());
        }
        failed.map_or(Ok(days.len()), Err)
    }

    async fn tally_day(&self, site: &Site, day: VisitDay) -> Result<(), GateError> {
        let tally = Tally::of(&self.visits_of(site, day.day).await?);
        let figures = figures(&tally)?;
        let change = Change::PutTally(NewTally { site: site.clone(), day, figures });
        match self.commit(Unit { changes: vec![change], ..Unit::default() }).await {
            // Its visits changed meanwhile: the next round adds them up.
            Ok(_) | Err(CommitError::Conflict(Conflict::Visit)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds up anew the days of the operator's sites that were added up last; how many were looked at, and the first that is wrong.
    ///
    /// # Errors
    /// A store fails.
    pub async fn examine_tallies(&self, limit: u32) -> Result<(usize, Option<(String, i32)>), GateError> {
        let account = self.operator()?.id;
        let today = day_of(self.now().as_second());
        let mut looked = 0;
        for name in self.sites(account)? {
            let site = Site { account, name };
            let period = Period { from: today.saturating_sub(LOOKED_AT), until: today };
            let days = self.store.visit_days(&site, period).await?;
            for day in days.into_iter().rev().filter(|day| day.is_tallied).take(limit as usize) {
                looked += 1;
                let only = Period { from: day.day, until: day.day.saturating_add(1) };
                let is_right = self.is_tally_right(&site, only).await?;
                // Whoever is erased meanwhile changes the day, which is then added up again.
                if !is_right && self.store.visit_days(&site, only).await? == [day] {
                    return Ok((looked, Some((site.name, day.day))));
                }
            }
        }
        Ok((looked, None))
    }

    async fn is_tally_right(&self, site: &Site, day: Period) -> Result<bool, GateError> {
        let visits = self.visits_of(site, day.from).await?;
        let rows = self.store.tallies(site, day, &[Dimension::Total.name()]).await?;
        let figures: Option<Values> = rows
            .first()
            .map(|row| postcard::from_bytes(&row.facts))
            .transpose()
            .map_err(|_| GateError::Damaged("figures"))?;
        // Of a day whose visits went with their time, the figures are all that is left.
        let own = Tally::of(&visits).0.remove(&Dimension::Total);
        Ok(visits.is_empty() || own == figures)
    }

    /// The visits of a site that began on a day and are over.
    pub(super) async fn visits_of(&self, site: &Site, day: i32) -> Result<Vec<Visit>, GateError> {
        let rows = self.store.visits(site, day).await?;
        rows.iter().map(|row| read_visit(&row.facts)).collect()
    }
}

/// Visits that are over, and what they are made of.
struct OverVisits {
    site: Site,
    visitor: Visitor,
    until: Timestamp,
    hits: u64,
    visits: Vec<Visit>,
}

/// Figures as they are stored, by dimension.
pub(super) fn figures(tally: &Tally) -> Result<Vec<(String, Vec<u8>)>, GateError> {
    let figures = tally.0.iter().map(|(dimension, values)| {
        let bytes = postcard::to_stdvec(values).map_err(|_| GateError::Damaged("figures"))?;
        Ok((dimension.name().to_owned(), bytes))
    });
    figures.collect()
}

/// What the hits of one visitor say.
pub(super) fn kept(hits: &[HitRow]) -> Result<Vec<Kept>, GateError> {
    hits.iter().map(|hit| Ok(Facts::read(&hit.facts)?.kept)).collect()
}

fn rows(over: OverVisits) -> Result<Closed, GateError> {
    let OverVisits { site, visitor, until, hits, visits } = over;
    let row = |visit: &Visit| {
        let facts = postcard::to_stdvec(visit).map_err(|_| GateError::Damaged("a visit"))?;
        Ok(VisitRow { visitor, day: visit.day(), facts })
    };
    let visits = visits.iter().map(row).collect::<Result<_, GateError>>()?;
    Ok(Closed { site, visitor, until, hits, visits })
}

fn read_visit(facts: &[u8]) -> Result<Visit, GateError> {
    postcard::from_bytes(facts).map_err(|_| GateError::Damaged("a visit"))
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
