//! Visits: who counts as whom, and that whoever is erased was never here.

mod floods;
mod signal;

use domain::{
    SubjectState,
    choice::Method,
    visit::{
        ASSESSMENT, Channel, Dimension, Drop, Filter, Hit, LONGEST, Period, Source, Surroundings, What,
        day_of,
    },
};
use jiff::SignedDuration;

use super::world::{Process, World};
use crate::{Arrival, Consent, GateError, KnownSite, Remembered, Taken, VisitQuestion, VisitReport};

pub(super) const POLICY: &str = include_str!("../../../../policies/influxis-2018.toml");

pub(super) fn page(view: u64, path: &str) -> Hit {
    let source = Source { channel: Channel::Direct, name: None };
    Hit { view, what: What::Page { path: path.to_owned(), source, campaign: None } }
}

pub(super) fn seen(view: u64, milliseconds: u32) -> Hit {
    Hit { view, what: What::Seen { milliseconds } }
}

pub(super) fn site(process: &Process) -> KnownSite {
    process.gate.site(None, "website").unwrap()
}

/// Somebody's browser.
pub(super) struct Browser {
    pub(super) address: &'static str,
    pub(super) cookie: Option<String>,
    pub(super) refuses: bool,
}

pub(super) const fn browser(address: &'static str) -> Browser {
    Browser { address, cookie: None, refuses: false }
}

impl Browser {
    pub(super) async fn hits(&self, process: &Process, hit: Hit) -> Taken {
        let arrival = Arrival {
            hit,
            surroundings: Surroundings { browser: Some("Firefox".to_owned()), ..Surroundings::default() },
            address: self.address,
            agent: "a browser",
            cookie: self.cookie.as_deref(),
            refuses: self.refuses,
        };
        process.take_hit(&site(process), arrival).await.unwrap()
    }

    pub(super) async fn says(&mut self, process: &Process, is_yes: bool) {
        self.says_of(process, &[("statistics", is_yes)]).await;
    }

    pub(super) async fn says_of(&mut self, process: &Process, said: &[(&str, bool)]) {
        let consent = Consent {
            said: said.iter().map(|(name, is_yes)| ((*name).to_owned(), *is_yes)).collect(),
            text: "May we recognise you?".to_owned(),
            language: "en".to_owned(),
            method: if self.refuses { Method::SecGpc } else { Method::Click },
        };
        match process.consent(&site(process), self.cookie.as_deref(), &consent).await.unwrap() {
            Remembered::As(cookie) => self.cookie = Some(cookie),
            Remembered::NoMore => self.cookie = None,
            Remembered::Nothing => {}
        }
    }
}

pub(super) fn asked(process: &Process, by: &[Dimension], filter: Filter) -> VisitQuestion {
    let today = day_of(process.ambient().clock.now().as_second());
    VisitQuestion { period: Period { from: today - 30, until: today + 1 }, by: by.to_vec(), filter }
}

pub(super) async fn report(process: &Process, by: &[Dimension]) -> VisitReport {
    let asked = asked(process, by, Filter::default());
    process.report(&process.operator, "website", &asked).await.unwrap()
}

/// Visitors, visits, views.
pub(super) fn totals(report: &VisitReport) -> [u64; 3] {
    [report.totals.visitors(), report.totals.visits, report.totals.views]
}

/// An hour passes, and the jobs run to their end.
pub(super) async fn an_hour_passes(world: &World, process: &Process) {
    world.pass(SignedDuration::from_hours(1));
    settle(process).await;
}

pub(super) async fn settle(process: &Process) {
    while process.close_visits(5).await.unwrap() > 0 {}
    while process.tally_days(5).await.unwrap() > 0 {}
}

#[tokio::test]
async fn a_stranger_is_counted_once_a_day_and_is_nobody() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    for _ in 0..2 {
        let (ada, bob) = (browser("192.0.2.1"), browser("192.0.2.2"));
        assert_eq!(ada.hits(&process, page(1, "/")).await, Taken::Counted);
        ada.hits(&process, page(2, "/prices")).await;
        ada.hits(&process, seen(2, 5_000)).await;
        an_hour_passes(&world, &process).await;
        ada.hits(&process, page(3, "/")).await;
        bob.hits(&process, page(4, "/")).await;
        world.pass_days(1);
    }
    settle(&process).await;
    let report = report(&process, &[Dimension::Page]).await;
    assert_eq!(totals(&report), [4, 6, 8], "two visitors a day, three visits, four views");
    assert_eq!(report.days.len(), 2);
    let pages = &report.by.0[&Dimension::Page];
    assert_eq!((pages["/prices"].views, pages["/prices"].visible), (2, 10_000));
    assert!(process.list_subjects(&process.operator, None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_visitor_of_an_assessment_is_in_no_report() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut made_up = browser("192.0.2.1");
    made_up.says(&process, true).await;
    let arrival = Arrival {
        hit: page(1, "/"),
        surroundings: Surroundings::assessment(),
        address: "::",
        agent: "",
        cookie: made_up.cookie.as_deref(),
        refuses: false,
    };
    assert_eq!(process.take_hit(&site(&process), arrival).await.unwrap(), Taken::Counted);
    let own = Filter(vec![(Dimension::Browser, vec![ASSESSMENT.to_owned()])]);
    let own = process.report(&process.operator, "website", &asked(&process, &[], own)).await.unwrap();
    assert_eq!((own.now, totals(&own)), (1, [1, 1, 1]), "an assessment finds what it did");
    let before = report(&process, &[]).await;
    an_hour_passes(&world, &process).await;
    let after = report(&process, &[]).await;
    assert_eq!((before.now, totals(&before), totals(&after)), (0, [0; 3], [0; 3]));
}

#[tokio::test]
async fn the_salt_of_a_day_is_destroyed_and_nothing_finds_the_visitor_again() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    browser("192.0.2.1").hits(&process, page(1, "/")).await;
    let salts = || std::fs::read(world.folder.path().join("keys/salts")).unwrap();
    let before = salts();
    assert!(before.iter().any(|byte| *byte != 0));
    world.pass_days(2);
    assert_eq!(process.destroy_salts().await.unwrap(), 0);
    world.pass_days(1);
    assert_eq!(process.destroy_salts().await.unwrap(), 1);
    assert!(salts().iter().all(|byte| *byte == 0));
}

#[tokio::test]
async fn whoever_agrees_is_recognised_and_their_visits_are_theirs_to_see() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    for day in 0..3 {
        ada.hits(&process, page(day, "/")).await;
        world.pass_days(1);
        settle(&process).await;
    }
    assert_eq!(totals(&report(&process, &[]).await), [1, 3, 3], "one visitor on three days");
    let subjects = process.list_subjects(&process.operator, None, 9).await.unwrap();
    let [visitor] = subjects.as_slice() else { panic!("{subjects:?}") };
    assert_eq!(visitor.role, "visitor");
    let counts = process.stores.data.type_counts(visitor.id).await.unwrap();
    assert_eq!(
        counts.iter().map(|count| (count.record_type.as_str(), count.records)).collect::<Vec<_>>(),
        [("visit", 3)]
    );
}

#[tokio::test]
async fn whoever_is_erased_was_never_here() {
    let reports = async |with_ada: bool| {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        let (mut ada, mut bob, eve) = (browser("192.0.2.1"), browser("192.0.2.2"), browser("192.0.2.3"));
        if with_ada {
            ada.says(&process, true).await;
        }
        bob.says(&process, true).await;
        for day in 0..3 {
            for who in [&ada, &bob, &eve].into_iter().skip(usize::from(!with_ada)) {
                who.hits(&process, page(day, if day == 1 { "/prices" } else { "/" })).await;
            }
            world.pass_days(1);
            settle(&process).await;
        }
        if with_ada {
            // One visit is not over yet.
            ada.hits(&process, page(9, "/")).await;
            ada.says(&process, false).await;
            assert_eq!(ada.cookie, None);
        }
        let now = report(&process, &Dimension::ALL).await;
        settle(&process).await;
        let later = report(&process, &Dimension::ALL).await;
        let shown = |report: &VisitReport| {
            let counted = report.by.0.iter().map(|(by, values)| {
                let values = values.iter().map(|(value, figures)| {
                    (value.clone(), figures.visitors(), figures.visits, figures.views, figures.seconds)
                });
                (*by, values.collect::<Vec<_>>())
            });
            (totals(report), report.now, counted.filter(|(_, values)| !values.is_empty()).collect::<Vec<_>>())
        };
        assert_eq!(shown(&now), shown(&later), "added up anew it is the same");
        shown(&later)
    };
    assert_eq!(reports(true).await, reports(false).await);
}

#[tokio::test]
async fn a_refusal_a_forged_cookie_and_a_no_recognise_nobody() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, false).await;
    assert_eq!(ada.cookie, None);
    ada.says(&process, true).await;
    let cookie = ada.cookie.clone().unwrap();
    let mut forged = cookie.clone().into_bytes();
    forged[1] ^= 1;
    for other in [Some(String::from_utf8(forged).unwrap()), Some("x".to_owned()), Some("A".repeat(LONGEST))] {
        Browser { cookie: other, ..browser("192.0.2.1") }.hits(&process, page(1, "/")).await;
    }
    Browser { cookie: Some(cookie), refuses: true, ..browser("192.0.2.1") }
        .hits(&process, page(2, "/"))
        .await;
    let report = report(&process, &[]).await;
    assert_eq!((report.totals.strangers, report.totals.recognised.count()), (1, 0));
}

#[tokio::test]
async fn only_what_is_declared_is_counted() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    assert!(process.gate.site(None, "other").is_err());
    assert!(site(&process).has_host("www.influxis.com") && !site(&process).has_host("evil.example"));
    let event = |name: &str, property: &str| {
        let properties = [(property.to_owned(), "x".to_owned())].into();
        Hit { view: 1, what: What::Event { name: name.to_owned(), properties } }
    };
    let ada = browser("192.0.2.1");
    assert_eq!(ada.hits(&process, event("signup", "plan")).await, Taken::Counted);
    assert_eq!(ada.hits(&process, event("signup", "email")).await, Taken::Dropped(Drop::Undeclared));
    assert_eq!(ada.hits(&process, event("login", "plan")).await, Taken::Dropped(Drop::Undeclared));
}

#[tokio::test]
async fn a_filter_asks_the_visits_themselves() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    for (view, (address, path)) in
        [("192.0.2.1", "/"), ("192.0.2.2", "/prices"), ("192.0.2.2", "/")].into_iter().enumerate()
    {
        browser(address).hits(&process, page(view as u64, path)).await;
    }
    world.pass_days(1);
    settle(&process).await;
    let filter = Filter(vec![(Dimension::Page, vec!["/prices".to_owned()])]);
    let asked = asked(&process, &[Dimension::Page], filter);
    let report = process.report(&process.operator, "website", &asked).await.unwrap();
    assert_eq!(totals(&report), [1, 1, 2]);
    let client = process.client().await;
    let refused = process.report(&client, "website", &asked).await;
    assert!(matches!(refused, Err(GateError::NotFound("site"))), "the operator's site is not the Client's");
}

#[tokio::test]
async fn a_process_that_ends_at_any_step_loses_no_visit_and_doubles_none() {
    for step in 0..12 {
        let world = World::under(POLICY).await;
        let process = world.open().await;
        let mut ada = browser("192.0.2.1");
        ada.says(&process, true).await;
        ada.hits(&process, page(1, "/")).await;
        browser("192.0.2.2").hits(&process, page(2, "/")).await;
        world.pass_days(1);
        world.faults.end_after(step, step % 2 == 0);
        let _ended = process.close_visits(5).await;
        let _ended = process.tally_days(5).await;
        world.faults.clear();
        drop(process);
        let process = world.open().await;
        settle(&process).await;
        assert_eq!(totals(&report(&process, &[]).await), [2, 2, 2], "ended at step {step}");
        let subjects = process.list_subjects(&process.operator, None, 9).await.unwrap();
        let held = process.stores.data.type_counts(subjects[0].id).await.unwrap();
        assert_eq!(held.iter().map(|count| count.records).sum::<u64>(), 1, "ended at step {step}");
        assert_eq!(subjects[0].state, SubjectState::Active);
    }
}

#[tokio::test]
async fn two_visits_of_one_who_is_recognised_are_closed_together() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    for view in 0..3 {
        ada.hits(&process, page(view, "/")).await;
        world.pass(SignedDuration::from_mins(31));
    }
    assert_eq!(process.close_visits(9).await.unwrap(), 1);
    assert_eq!(process.close_visits(9).await.unwrap(), 0);
    assert_eq!(totals(&report(&process, &[]).await), [1, 3, 3]);
    let subject = &process.list_subjects(&process.operator, None, 9).await.unwrap()[0];
    let held = process.stores.data.type_counts(subject.id).await.unwrap();
    assert_eq!(held.iter().map(|count| count.records).sum::<u64>(), 3);
}

#[tokio::test]
async fn of_what_is_over_no_number_is_left_by_which_anybody_could_be_found() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    ada.hits(&process, page(1, "/")).await;
    let began = day_of(process.ambient().clock.now().as_second());
    world.pass_days(367);
    settle(&process).await;
    let period = Period { from: began, until: began + 1 };
    let figures = async || {
        let asked = VisitQuestion { period, by: Vec::new(), filter: Filter::default() };
        process.report(&process.operator, "website", &asked).await.unwrap().totals
    };
    assert_eq!((figures().await.recognised.count(), figures().await.visitors()), (1, 1));
    process.expire_visits().await.unwrap();
    assert_eq!((figures().await.recognised.count(), figures().await.visitors()), (0, 1));
}

#[tokio::test]
async fn visits_go_with_their_time_and_their_figures_stay() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    browser("192.0.2.1").hits(&process, page(1, "/")).await;
    let began = day_of(process.ambient().clock.now().as_second());
    world.pass_days(364);
    settle(&process).await;
    assert_eq!(process.expire_visits().await.unwrap(), 0);
    world.pass_days(3);
    assert_eq!(process.expire_visits().await.unwrap(), 1);
    assert_eq!(process.expire_visits().await.unwrap(), 0, "once");
    let site = site(&process).site;
    assert!(process.stores.data.visits(&site, began).await.unwrap().is_empty());
    let period = Period { from: began, until: began + 1 };
    let asked = VisitQuestion { period, by: vec![Dimension::Page], filter: Filter::default() };
    let report = process.report(&process.operator, "website", &asked).await.unwrap();
    assert_eq!(totals(&report), [1, 1, 1]);
}
