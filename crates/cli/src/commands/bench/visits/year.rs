//! A made-up year of visits, with what there is to be found in it, counted one by one.

use std::collections::{HashMap, HashSet};

use domain::visit::{Campaign, Channel, Device, Source, Surroundings, View, Visit, Visitor};

use super::super::dice::{Dice, mix};

/// Days in it.
pub(super) const DAYS: i32 = 365;
/// How many pages a visit has, on average.
const VIEWS: u64 = 3;
/// Different pages.
const PAGES: usize = 2_000;
/// Of a hundred visits, how many are of whoever agreed to be recognised.
const RECOGNISED: u64 = 40;
/// How often whoever is recognised comes, on average.
const RETURNS: u64 = 4;
/// What is looked for when visits are filtered.
pub(super) const COUNTRY: &str = "C7";
const BROWSERS: [&str; 6] = ["Chrome", "Firefox", "Edge", "Mobile Safari", "Chrome Mobile", "Opera"];
const SYSTEMS: [&str; 5] = ["Windows", "Linux", "Mac OS X", "iOS", "Android"];
const DEVICES: [Device; 3] = [Device::Desktop, Device::Phone, Device::Tablet];

/// What is to be found.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) visits: u64,
    pub(super) views: u64,
    pub(super) bounces: u64,
    pub(super) visible: u64,
    pub(super) strangers: u64,
    pub(super) recognised: HashSet<u64>,
    /// Views and visits of each page.
    pub(super) pages: HashMap<String, (u64, u64)>,
    /// Visits from [`COUNTRY`] of each day.
    pub(super) from_country: HashMap<i32, u64>,
}

/// A year in which a site has so many page views.
pub(super) struct Year {
    dice: Dice,
    first: i32,
    visits_a_day: u64,
    people: u64,
    pub(super) answers: Answers,
}

impl Year {
    pub(super) fn new(views: u64, first: i32) -> Self {
        let visits_a_day = (views / VIEWS / u64::from(DAYS.unsigned_abs())).max(1);
        let people = (visits_a_day * 365 * RECOGNISED / 100 / RETURNS).max(1);
        Self { dice: Dice::new(7), first, visits_a_day, people, answers: Answers::default() }
    }

    /// The visits of its day of a number.
    pub(super) fn day(&mut self, number: i32) -> Vec<Visit> {
        (0..self.visits_a_day).map(|visit| self.visit(self.first + number, visit)).collect()
    }

    fn visit(&mut self, day: i32, visit: u64) -> Visit {
        let is_recognised = self.dice.next() % 100 < RECOGNISED;
        // Strangers of one day are all different; whoever is recognised comes again.
        let number = if is_recognised {
            mix(self.dice.next() % self.people)
        } else {
            mix(u64::from(day.unsigned_abs()) << 32 | visit)
        };
        let started_at = i64::from(day) * 86_400 + i64::try_from(self.dice.below(80_000)).unwrap_or_default();
        let length = 1 + self.dice.next() % (2 * VIEWS - 1);
        let views: Vec<View> = (0..length).map(|step| self.view(step)).collect();
        let made = Visit {
            visitor: Visitor { number, is_recognised },
            started_at,
            seconds: u32::try_from(length * 40).unwrap_or_default(),
            source: self.source(),
            campaign: (self.dice.below(10) == 0).then(|| self.campaign()),
            surroundings: self.surroundings(),
            views,
            deeds: Vec::new(),
        };
        self.count(day, &made);
        made
    }

    fn view(&mut self, step: u64) -> View {
        // A few pages are looked at most.
        let share = self.dice.share().powi(3);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the number of pages"
        )]
        let page = (share * PAGES as f64) as usize;
        let after = u32::try_from(step * 40).unwrap_or_default();
        let visible = 1_000 + u32::try_from(self.dice.below(60_000)).unwrap_or_default();
        View { path: format!("/articles/{page}"), after, visible }
    }

    fn source(&mut self) -> Source {
        match self.dice.below(4) {
            0 => Source { channel: Channel::Direct, name: None },
            1 => Source { channel: Channel::Search, name: Some("DuckDuckGo".to_owned()) },
            _ => Source {
                channel: Channel::Link,
                name: Some(format!("site-{}.example", self.dice.below(200))),
            },
        }
    }

    fn campaign(&mut self) -> Campaign {
        Campaign { name: Some(format!("campaign-{}", self.dice.below(20))), ..Campaign::default() }
    }

    fn surroundings(&mut self) -> Surroundings {
        let one = |names: &[&str], dice: &mut Dice| names[dice.below(names.len())].to_owned();
        Surroundings {
            browser: Some(one(&BROWSERS, &mut self.dice)),
            system: Some(one(&SYSTEMS, &mut self.dice)),
            device: Some(DEVICES[self.dice.below(DEVICES.len())]),
            country: Some(format!("C{}", self.dice.below(40))),
        }
    }

    fn count(&mut self, day: i32, visit: &Visit) {
        let answers = &mut self.answers;
        answers.visits += 1;
        answers.views += visit.views.len() as u64;
        answers.bounces += u64::from(visit.views.len() == 1);
        answers.visible += visit.views.iter().map(|view| u64::from(view.visible)).sum::<u64>();
        if visit.visitor.is_recognised {
            answers.recognised.insert(visit.visitor.number);
        } else {
            answers.strangers += 1;
        }
        let mut seen = HashSet::new();
        for view in &visit.views {
            let page = answers.pages.entry(view.path.clone()).or_default();
            page.0 += 1;
            page.1 += u64::from(seen.insert(&view.path));
        }
        if visit.surroundings.country.as_deref() == Some(COUNTRY) {
            *answers.from_country.entry(day).or_default() += 1;
        }
    }
}
