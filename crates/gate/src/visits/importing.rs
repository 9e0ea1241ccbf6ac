//! Visits that the log of a web server tells of: a day at a time, whole or not at all, and once.
//!
//! Whoever stands in a log said nothing to it, so nobody is recognised. Numbers are made with a random salt for each day of the log
//! that is never written down: once a day is stored, they mean nothing.

use std::collections::{BTreeMap, HashMap};

use domain::{
    AccountId, Action, Detail, calendar,
    visit::{Drop, Hit, Kept, Period, QUIET, Site, Surroundings, Visit, Visitor, day_of},
};
use jiff::Timestamp;
use sealing::VisitSalt;
use store::{
    Change, CommitError, Conflict, Unit,
    visits::{Dropped, VisitRow, WholeDay},
};

use super::{KnownSite, expiry::visits_live};
use crate::{Caller, Gate, GateError, attempts::Failed};

/// How far behind others a line may come, in seconds: servers write a line when its answer is sent.
const BEHIND: i64 = 60 * 60;
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A page that somebody was shown, by the log of a web server.
pub struct Seen<'a> {
    /// When.
    pub at: Timestamp,
    /// What the line says.
    pub hit: Hit,
    /// What is known of the browser.
    pub surroundings: Surroundings,
    /// The address: it goes into a hash whose key is not kept, and nowhere else.
    pub address: &'a str,
    /// What the browser says of itself: likewise.
    pub agent: &'a str,
}

/// Why a line is left out, of a page and of nobody's robot though it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// Its day has visits already: it was imported before, or counted as it happened.
    Already,
    /// Its day is not over.
    NotOver,
    /// Visits are not kept for so long.
    TooOld,
    /// It stands more than an hour behind later ones, and its day was stored already.
    OutOfOrder,
}

/// What became of a log.
#[derive(Debug, Default)]
pub struct Imported {
    /// Days that have visits now.
    pub days: usize,
    /// Visits that were made.
    pub visits: usize,
    /// Pages that are in them.
    pub pages: u64,
    /// Lines of robots.
    pub robots: u64,
    /// Lines of pages that are left out, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
}

/// A log of a site that is being read.
pub struct LogImport<'a> {
    gate: &'a Gate,
    site: Site,
    /// The first day whose visits are still kept.
    first: i32,
    /// The first day that is not over.
    today: i32,
    days: BTreeMap<i32, ReadDay>,
    imported: Imported,
}

/// A day of the log.
enum ReadDay {
    /// It is being read.
    Open(OpenDay),
    /// Its lines are left out from now on.
    Shut(LeftOut),
}

struct OpenDay {
    salt: VisitSalt,
    visitors: HashMap<u64, Vec<Kept>>,
    pages: u64,
    robots: u64,
}

impl Gate {
    /// Begins to read the log of a site: the operator's, or that of an account.
    ///
    /// # Errors
    /// There is no such site, or its policy does not let anybody be counted who did not agree.
    pub fn import_log(&self, account: Option<AccountId>, name: &str) -> Result<LogImport<'_>, GateError> {
        let known = self.site(account, name)?;
        may_count(&known)?;
        let document = known.effective.declaring().document();
        let kept_since = calendar::after(self.now(), -visits_live(document, &known.declared));
        // The day on which it began is gone as soon as any of it is over.
        let first = kept_since.map_or(i32::MIN, |since| day_of(since.as_second()).saturating_add(1));
        let today = day_of(self.now().saturating_sub(QUIET).unwrap_or(Timestamp::MIN).as_second());
        let (days, imported) = (BTreeMap::new(), Imported::default());
        Ok(LogImport { gate: self, site: known.site, first, today, days, imported })
    }
}

/// Whoever stands in a log did not agree to anything.
fn may_count(known: &KnownSite) -> Result<(), GateError> {
    let unasked =
        "the policy lets visits of this site be counted with a yes only, and nobody in a log said it";
    if known.counts_strangers() { Ok(()) } else { Err(GateError::Malformed(unasked.to_owned())) }
}

impl LogImport<'_> {
    /// Takes a page in.
    ///
    /// # Errors
    /// A store fails; days that were stored before stay.
    pub async fn take(&mut self, seen: Seen<'_>) -> Result<(), GateError> {
        let Some(open) = self.opened(seen.at).await? else { return Ok(()) };
        let number = open.salt.visitor_number(seen.address.as_bytes(), seen.agent.as_bytes());
        let kept = Kept { at: seen.at, hit: seen.hit, surroundings: seen.surroundings };
        open.visitors.entry(number).or_default().push(kept);
        open.pages += 1;
        Ok(())
    }

    /// Notes a page that a robot was shown.
    ///
    /// # Errors
    /// As for [`LogImport::take`].
    pub async fn note_robot(&mut self, at: Timestamp) -> Result<(), GateError> {
        if let Some(open) = self.opened(at).await? {
            open.robots += 1;
        }
        Ok(())
    }

    /// Stores what is left.
    ///
    /// # Errors
    /// As for [`LogImport::take`].
    pub async fn finish(mut self) -> Result<Imported, GateError> {
        self.store_days_before(i32::MAX).await?;
        Ok(self.imported)
    }

    /// The day of a line, which is open from now on; none when it is left out.
    async fn opened(&mut self, at: Timestamp) -> Result<Option<&mut OpenDay>, GateError> {
        let second = at.as_second();
        self.store_days_before(day_of(second.saturating_sub(BEHIND))).await?;
        let day = day_of(second);
        if !self.days.contains_key(&day) {
            let read = match self.shut(day).await? {
                Some(reason) => ReadDay::Shut(reason),
                None => ReadDay::Open(OpenDay::new(self.gate)),
            };
            self.days.insert(day, read);
        }
        match self.days.get_mut(&day) {
            Some(ReadDay::Open(open)) => Ok(Some(open)),
            Some(ReadDay::Shut(reason)) => {
                *self.imported.left_out.entry(*reason).or_default() += 1;
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Why a day is left out, if it is.
    async fn shut(&self, day: i32) -> Result<Option<LeftOut>, GateError> {
        if day < self.first {
            return Ok(Some(LeftOut::TooOld));
        }
        if day >= self.today {
            return Ok(Some(LeftOut::NotOver));
        }
        let period = Period { from: day, until: day.saturating_add(1) };
        let known = self.gate.store.visit_days(&self.site, period).await?;
        // A visit that is not over has no day yet, and would come to it later.
        let open = self.gate.store.hits(&self.site, None).await?;
        let is_open = open.iter().any(|hit| day_of(hit.at.as_second()) == day);
        Ok((is_open || !known.is_empty()).then_some(LeftOut::Already))
    }

    /// Stores the days of which no line is to come any more.
    async fn store_days_before(&mut self, before: i32) -> Result<(), GateError> {
        let is_over = |day: &i32, read: &ReadDay| *day < before && matches!(read, ReadDay::Open(_));
        while let Some(day) = self.days.iter().find(|(day, read)| is_over(day, read)).map(|(day, _)| *day) {
            let Some(ReadDay::Open(open)) = self.days.insert(day, ReadDay::Shut(LeftOut::OutOfOrder)) else {
                continue;
            };
            let OpenDay { salt, visitors, pages, robots } = open;
            // From here on nothing leads from an address to a number.
            drop(salt);
            let visits: Vec<Visit> = visitors
                .into_iter()
                .flat_map(|(number, hits)| Visit::of(Visitor { number, is_recognised: false }, hits))
                .collect();
            if self.store_day(day, &visits, robots).await? {
                self.imported.days += 1;
                self.imported.visits += visits.len();
                self.imported.pages += pages;
                self.imported.robots += robots;
            } else {
                *self.imported.left_out.entry(LeftOut::Already).or_default() += pages;
                self.days.insert(day, ReadDay::Shut(LeftOut::Already));
            }
        }
        Ok(())
    }

    /// Stores a day; whether it had no visits before.
    async fn store_day(&self, day: i32, visits: &[Visit], robots: u64) -> Result<bool, GateError> {
        match self.gate.retried(|| self.try_store(day, visits, robots)).await {
            Ok(()) => Ok(true),
            Err(Failed::Commit(CommitError::Conflict(Conflict::Visit))) => Ok(false),
            Err(error) => Err(error.into_error()),
        }
    }

    async fn try_store(&self, day: i32, visits: &[Visit], robots: u64) -> Result<(), Failed> {
        let Site { account, name } = &self.site;
        let known = self.gate.site(Some(*account), name)?;
        may_count(&known)?;
        let caller = Caller::system(self.gate.account(*account).await?);
        let date = Timestamp::from_second(i64::from(day).saturating_mul(DAY)).map(calendar::day);
        let date = date.map_err(|_| GateError::Damaged("a day"))?;
        let detail = Detail {
            purpose: Some(known.purpose().to_owned()),
            note: Some(format!("{name}, {date}: {} visits, by a log", visits.len())),
            ..self.gate.detail_under(&caller, Action::VisitsImported, &known.effective)
        };
        let entries = vec![self.gate.account_entry(*account, &detail)?];
        let rows = visits.iter().map(row).collect::<Result<_, GateError>>()?;
        let whole = WholeDay { site: self.site.clone(), day, visits: rows };
        let mut changes = vec![Change::AddWholeDay(whole)];
        if robots > 0 {
            let dropped = Dropped { day, reason: Drop::Robot.as_str().to_owned(), hits: robots };
            changes.push(Change::CountDropped(self.site.clone(), dropped));
        }
        let unit = Unit { expects: known.effective.expects(), changes, entries };
        self.gate.commit(unit).await.map(drop).map_err(Failed::Commit)
    }
}

impl OpenDay {
    fn new(gate: &Gate) -> Self {
        let salt = VisitSalt::generate(gate.randomness());
        Self { salt, visitors: HashMap::new(), pages: 0, robots: 0 }
    }
}

fn row(visit: &Visit) -> Result<VisitRow, GateError> {
    let facts = postcard::to_stdvec(visit).map_err(|_| GateError::Damaged("a visit"))?;
    Ok(VisitRow { visitor: visit.visitor, day: visit.day(), facts, ordinal: None })
}
