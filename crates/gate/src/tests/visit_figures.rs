//! What visits add up to over long times, what they lead to, and what of it anybody may see.

use domain::visit::{Dimension, Filter, Hit, Period, Surroundings, What, day_of};

use super::{
    visits::{POLICY, asked, browser, page, report, seen, settle, site, totals},
    world::{Process, World},
};
use crate::{GateError, LeftOut, Seen, VisitQuestion};

#[tokio::test]
async fn what_stretches_were_added_up_to_is_what_their_visits_are() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (mut ada, mut bob, eve) = (browser("192.0.2.1"), browser("192.0.2.2"), browser("192.0.2.3"));
    ada.says(&process, true).await;
    bob.says(&process, true).await;
    let began = day_of(process.ambient().clock.now().as_second());
    for day in 0..80 {
        let came = [(&ada, 3), (&bob, 5), (&eve, 2)].into_iter().filter(|(_, every)| day % every == 0);
        for (who, every) in came {
            who.hits(&process, page(day, if day % 4 == 0 { "/prices" } else { "/" })).await;
            who.hits(&process, seen(day, u32::try_from(every).unwrap() * 100)).await;
        }
        world.pass_days(1);
        settle(&process).await;
    }
    let stretches = began.div_euclid(28)..(began + 80).div_euclid(28) + 1;
    let made = process.stores.data.stretches(&site(&process).site, stretches, &["page"]).await.unwrap();
    assert!(made.len() >= 2, "{}", made.len());
    let by = [Dimension::Total, Dimension::Page, Dimension::Hour, Dimension::Browser];
    // Every visit has this, and a filter asks the visits themselves.
    let all = Filter(vec![(Dimension::Browser, vec!["Firefox".to_owned()])]);
    let compared = async || {
        let asked = |filter| VisitQuestion {
            period: Period { from: began, until: began + 81 },
            by: by.to_vec(),
            filter,
        };
        let read = async |filter| process.report(&process.operator, "website", &asked(filter)).await.unwrap();
        let (sums, visits) = (read(Filter::default()).await, read(all.clone()).await);
        assert_eq!((&sums.totals, &sums.days, &sums.by), (&visits.totals, &visits.days, &visits.by));
        (totals(&sums), sums.by.0[&Dimension::Page]["/prices"].recognised.count())
    };
    assert_eq!(compared().await, ([2 + 40, 27 + 16 + 40, 27 + 16 + 40], 2));
    ada.says(&process, false).await;
    assert_eq!(compared().await, ([1 + 40, 16 + 40, 16 + 40], 1), "before anything is added up again");
    settle(&process).await;
    assert_eq!(compared().await, ([1 + 40, 16 + 40, 16 + 40], 1));
}

#[tokio::test]
async fn goals_are_told_of_visits_from_before_they_were_declared() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let (ada, bob) = (browser("192.0.2.1"), browser("192.0.2.2"));
    ada.hits(&process, page(1, "/prices")).await;
    let signup = What::Event { name: "signup".to_owned(), properties: [].into() };
    ada.hits(&process, Hit { view: 1, what: signup }).await;
    bob.hits(&process, page(2, "/prices")).await;
    let goals = async |process: &Process| {
        let found = report(process, &[]).await;
        assert!(found.by.0.is_empty(), "only what was asked for");
        found.goals.into_iter().map(|(goal, figures)| (goal, figures.visits)).collect::<Vec<_>>()
    };
    let known = [("signed_up".to_owned(), 1), ("saw_prices".to_owned(), 2)];
    assert_eq!(goals(&process).await, known);
    world.pass_days(1);
    settle(&process).await;
    assert_eq!(goals(&process).await, known);
    let filter = Filter(vec![(Dimension::Event, vec!["signup".to_owned()])]);
    let asked = asked(&process, &[], filter);
    let of_signups = process.report(&process.operator, "website", &asked).await.unwrap();
    assert_eq!(of_signups.goals[1].1.visits, 1, "a filter holds for goals too");
}

#[tokio::test]
async fn anybody_sees_months_that_are_over_and_nothing_of_the_few() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let addresses: Vec<&'static str> = (0..15).map(|number| &*format!("192.0.2.{number}").leak()).collect();
    let today = day_of(process.ambient().clock.now().as_second());
    for (view, address) in (0..).zip(&addresses) {
        browser(address).hits(&process, page(view, "/")).await;
        // Twelve came to one page, three to another.
        browser(address)
            .hits(&process, page(view + 100, if view < 12 { "/prices" } else { "/secret" }))
            .await;
    }
    let month = Period { from: today, until: today + 1 };
    let seen = async |process: &Process| process.public_figures(&site(process), month).await;
    assert!(matches!(seen(&process).await, Err(GateError::Malformed(_))), "it is not over");
    world.pass_days(1);
    settle(&process).await;
    let found = seen(&process).await.unwrap();
    assert_eq!(found.total.map(|total| (total.visitors(), total.views)), Some((15, 30)));
    let pages = found.by.iter().find(|(by, _)| *by == Dimension::Page).map(|(_, values)| values).unwrap();
    let pages: Vec<&str> = pages.iter().map(|(page, _)| page.as_str()).collect();
    assert_eq!(pages, ["/"], "three came to one, and who did not come to it must not be told either");
    let quiet = Period { from: today - 1, until: today };
    let nothing = process.public_figures(&site(&process), quiet).await.unwrap();
    assert!(nothing.total.is_none() && nothing.by.is_empty());
}

#[tokio::test]
async fn a_day_is_not_taken_from_a_log_while_a_visit_of_it_goes_on() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let at = process.ambient().clock.now();
    browser("192.0.2.1").hits(&process, page(1, "/")).await;
    world.pass_days(1);
    let left_out = async || {
        let mut log = process.import_log(None, "website").unwrap();
        let surroundings = Surroundings::default();
        let seen = Seen { at, address: "192.0.2.1", agent: "a browser", hit: page(2, "/"), surroundings };
        log.take(seen).await.unwrap();
        log.finish().await.unwrap().left_out
    };
    assert_eq!(left_out().await, [(LeftOut::Already, 1)].into(), "it would be counted twice");
    settle(&process).await;
    assert_eq!(left_out().await, [(LeftOut::Already, 1)].into());
    assert_eq!(totals(&report(&process, &[]).await), [1, 1, 1]);
}
