//! The retention plan (promise `retention`): what goes when, before it does. Counts only, from one index; it opens nothing and
//! names nobody.

use std::collections::BTreeMap;

use domain::{AccountId, Freeze, Trigger};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use store::retention::{Ending, Kept, Span};

use crate::{Gate, GateError};

/// What the days of a plan are gathered into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grain {
    /// Each day for itself.
    #[default]
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Calendar months.
    Month,
}

/// What goes when, as things stand now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The moment it was made.
    pub at: Timestamp,
    /// Up to when it looks.
    pub until: Timestamp,
    /// What goes, by day.
    pub going: Vec<Going>,
    /// What is over already and not deleted yet.
    pub overdue: Vec<Going>,
    /// What would go until then, and is kept.
    pub kept: Vec<Keeping>,
    /// What has no end yet, as its clock waits for something.
    pub waiting: Vec<Waiting>,
    /// Records that would go until then, of people for whom ends are being reckoned anew just now: they are counted nowhere
    /// else.
    pub settling: u64,
}

/// Records of one account, type and clock that go on a day, or in the week or month that begins with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Going {
    /// The day, in UTC.
    pub day: Date,
    /// Whose.
    pub account: AccountId,
    /// The record type.
    pub record_type: String,
    /// The clock that the policy in force gives the type; none when it declares no such type any more.
    pub clock: Option<String>,
    /// How many.
    pub records: u64,
}

/// Records that a hold or an open request keeps from going.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Keeping {
    /// The hold or the request, by its id; the first one, where they are several.
    pub by: String,
    /// The exception of the policy; none for a request.
    pub exception: Option<String>,
    /// When it is looked at again, or must have ended.
    pub until: Timestamp,
    /// Whose.
    pub account: AccountId,
    /// The record type.
    pub record_type: String,
    /// The clock, as above.
    pub clock: Option<String>,
    /// The first day on which one of them would go.
    pub day: Date,
    /// How many.
    pub records: u64,
}

/// Records whose clock waits for something to happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Waiting {
    /// What it waits for; none when the clock has no end that anything would bring.
    pub trigger: Option<Trigger>,
    /// Whose.
    pub account: AccountId,
    /// The record type.
    pub record_type: String,
    /// The clock, as above.
    pub clock: Option<String>,
    /// How many.
    pub records: u64,
}

impl Gate {
    /// What goes when, up to a moment: of one account, or of all.
    ///
    /// # Errors
    /// `until` is not in the future, or the data store fails.
    pub async fn retention_plan(
        &self,
        account: Option<AccountId>,
        until: Timestamp,
    ) -> Result<Plan, GateError> {
        let at = self.now();
        if until <= at {
            return Err(GateError::Malformed("`until` is not in the future".to_owned()));
        }
        let overdue = Span { account, after: None, until: at };
        let ahead = Span { account, after: Some(at), until };
        let (kept_over, kept_ahead) =
            (self.store.kept_endings(overdue).await?, self.store.kept_endings(ahead).await?);
        let mut plan = Plan {
            at,
            until,
            going: Vec::new(),
            overdue: Vec::new(),
            kept: Vec::new(),
            waiting: Vec::new(),
            settling: 0,
        };
        plan.overdue = self.going(self.store.endings(overdue).await?, &kept_over);
        plan.going = self.going(self.store.endings(ahead).await?, &kept_ahead);
        let frozen = |kept: &Kept| kept.freezes.on(&kept.ending.record_type).cloned();
        let mut keeping: BTreeMap<(String, AccountId, String), Keeping> = BTreeMap::new();
        for kept in kept_over.into_iter().chain(kept_ahead) {
            match frozen(&kept) {
                Some(freeze) => self.keep(&mut keeping, freeze, kept.ending),
                None if kept.is_settling => plan.settling += kept.ending.records,
                None => {}
            }
        }
        plan.kept = keeping.into_values().collect();
        plan.kept.sort_unstable();
        plan.waiting = self.store.endless(account).await?.into_iter().map(|one| self.waiting(one)).collect();
        plan.waiting.sort_unstable();
        Ok(plan)
    }

    /// What goes: what ends, less what is kept or not certain yet.
    fn going(&self, endings: Vec<Ending>, kept: &[Kept]) -> Vec<Going> {
        let mut counts: BTreeMap<(Option<Date>, AccountId, String), u64> = BTreeMap::new();
        for one in endings {
            *counts.entry((one.day, one.account, one.record_type)).or_default() += one.records;
        }
        let stays = |kept: &&Kept| kept.is_settling || kept.freezes.on(&kept.ending.record_type).is_some();
        for one in kept.iter().filter(stays).map(|kept| &kept.ending) {
            if let Some(count) = counts.get_mut(&(one.day, one.account, one.record_type.clone())) {
                *count = count.saturating_sub(one.records);
            }
        }
        let goes = counts.into_iter().filter(|(_, records)| *records > 0);
        goes.filter_map(|((day, account, record_type), records)| {
            let clock = self.clock_of(account, &record_type).map(|(name, _)| name);
            Some(Going { day: day?, account, record_type, clock, records })
        })
        .collect()
    }

    fn keep(
        &self,
        keeping: &mut BTreeMap<(String, AccountId, String), Keeping>,
        freeze: Freeze,
        ending: Ending,
    ) {
        let Ending { day: Some(day), account, record_type, records } = ending else { return };
        let key = (freeze.by.clone(), account, record_type.clone());
        let clock = self.clock_of(account, &record_type).map(|(name, _)| name);
        let Freeze { by, exception, until, .. } = freeze;
        let fresh = || Keeping { by, exception, until, account, record_type, clock, day, records: 0 };
        let kept = keeping.entry(key).or_insert_with(fresh);
        kept.records += records;
        kept.day = kept.day.min(day);
    }

    fn waiting(&self, ending: Ending) -> Waiting {
        let Ending { account, record_type, records, .. } = ending;
        let (clock, trigger) = self.clock_of(account, &record_type).unzip();
        Waiting { trigger: trigger.flatten(), account, record_type, clock, records }
    }

    /// The clock that the policies in force give a record type, and what it waits for.
    fn clock_of(&self, account: AccountId, record_type: &str) -> Option<(String, Option<Trigger>)> {
        let effective = self.policy(account).ok()?;
        let policy = effective.declaring();
        let name = policy.record_type(record_type)?.retention.as_ref()?.get_ref();
        let clock = policy.document().retention.get(name.as_str())?;
        Some((name.clone(), Trigger::of(*clock.until.get_ref())))
    }
}

impl Plan {
    /// The same with its days gathered.
    #[must_use]
    pub fn by(mut self, grain: Grain) -> Self {
        for list in [&mut self.going, &mut self.overdue] {
            let mut gathered: BTreeMap<Going, u64> = BTreeMap::new();
            for one in list.drain(..) {
                let (day, records) = (grain.first_day(one.day), one.records);
                *gathered.entry(Going { day, records: 0, ..one }).or_default() += records;
            }
            list.extend(gathered.into_iter().map(|(one, records)| Going { records, ..one }));
        }
        self
    }
}

impl Grain {
    /// The word of the API and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    fn first_day(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let since_monday = i32::from(day.weekday().to_monday_zero_offset());
                day.saturating_sub(since_monday.days())
            }
            Self::Month => day.first_of_month(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_a_month_on_its_first() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (of, week, month) in [
            ("2026-03-01", "2026-02-23", "2026-03-01"),
            ("2026-03-02", "2026-03-02", "2026-03-01"),
            ("2024-02-29", "2024-02-26", "2024-02-01"),
        ] {
            assert_eq!(Grain::Week.first_day(day(of)), day(week));
            assert_eq!(Grain::Month.first_day(day(of)), day(month));
            assert_eq!(Grain::Day.first_day(day(of)), day(of));
        }
    }
}
