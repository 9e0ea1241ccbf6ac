//! Whoever's browser says no for them, and whoever shows the cookie of one site at another.

use domain::{ChoiceState, SubjectId, choice::Method};

use super::*;

/// The same policy with another site, whose visitors are recognised likewise.
fn two_sites() -> String {
    let other = "[sites.blog]\nlabel = \"our blog\"\nhosts = [\"blog.influxis.com\"]\npurpose = \"statistics\"\n\
                 role = \"visitor\"\ncookie = \"visitor\"\nrecord = \"visit\"\n\n[rights.access]";
    let two = POLICY.replacen("[rights.access]", other, 1);
    assert_ne!(two, POLICY);
    two
}

async fn visitors(process: &Process) -> Vec<SubjectId> {
    let subjects = process.list_subjects(&process.operator, None, 9).await.unwrap();
    subjects.iter().map(|subject| subject.id).collect()
}

#[tokio::test]
async fn a_cookie_of_one_site_recognises_nobody_at_another() {
    let world = World::under(&two_sites()).await;
    let process = world.open().await;
    let mut ada = browser("192.0.2.1");
    ada.says(&process, true).await;
    let blog = process.gate.site(None, "blog").unwrap();
    let arrival = Arrival {
        hit: page(1, "/"),
        surroundings: Surroundings::default(),
        address: ada.address,
        agent: "a browser",
        cookie: ada.cookie.as_deref(),
        refuses: false,
    };
    process.take_hit(&blog, arrival).await.unwrap();
    let asked = asked(&process, &[], Filter::default());
    let figures = process.report(&process.operator, "blog", &asked).await.unwrap().totals;
    assert_eq!((figures.recognised.count(), figures.strangers), (0, 1));
    let no = Consent {
        said: vec![("statistics".to_owned(), false)],
        text: String::new(),
        language: "en".to_owned(),
        method: Method::Click,
    };
    let said = process.consent(&blog, ada.cookie.as_deref(), &no).await.unwrap();
    assert_eq!(said, Remembered::Nothing, "nor does a no at one site erase the visitor of another");
    assert_eq!(visitors(&process).await.len(), 1);
}

#[tokio::test]
async fn a_yes_under_the_signal_is_a_no_and_says_that_the_signal_said_it() {
    let world = World::under(POLICY).await;
    let process = world.open().await;
    let mut ada = Browser { refuses: true, ..browser("192.0.2.1") };
    ada.says(&process, true).await;
    assert_eq!((ada.cookie.clone(), visitors(&process).await.len()), (None, 0), "nobody is made known");

    ada.refuses = false;
    ada.says(&process, true).await;
    let known = visitors(&process).await[0];
    ada.refuses = true;
    ada.says(&process, true).await;
    assert_eq!(ada.cookie, None);
    let (subject, _) = process.stores.data.subject(known).await.unwrap().unwrap();
    assert_ne!(subject.state, SubjectState::Active, "what stands is a no, and a no takes every trace");
    let said = subject.choices.about(&domain::About::Purpose("statistics".to_owned()));
    assert!(said.is_none_or(|said| said.state != ChoiceState::Granted));
}

#[test]
fn under_the_signal_no_yes_stands() {
    let said = |method| {
        let said = vec![("statistics".to_owned(), true), ("tailoring".to_owned(), false)];
        let consent = Consent { said, text: String::new(), language: String::new(), method };
        consent.stands().into_iter().map(|(_, is_yes)| is_yes).collect::<Vec<_>>()
    };
    assert_eq!((said(Method::Click), said(Method::SecGpc)), (vec![true, false], vec![false, false]));
}
