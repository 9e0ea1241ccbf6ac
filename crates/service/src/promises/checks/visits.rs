//! `visits` and `statistics`: a made-up visitor agrees, looks at a page for a while, and takes the yes back: what they did is counted
//! as they did it, and then it is as if they had never come. What the days were added up to is what their visits add up to.

use domain::{
    ambient::random_bytes,
    choice::Method,
    visit::{ASSESSMENT, Channel, Dimension, Filter, Hit, Period, Source, Surroundings, What, day_of},
};
use gate::{Arrival, Consent, GateError, KnownSite, Remembered, Taken, VisitQuestion};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

/// For how long the made-up visitor looks, in milliseconds.
const LOOKS: u32 = 7_000;
/// How many days are added up anew, at most.
const DAYS: u32 = 64;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

pub(crate) fn statistics<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(add_up(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut faults, mut looked) = (Vec::new(), 0);
    for known in sites(examination)? {
        let visit = Visit::on(examination, &known).await?;
        let seen = visit.figures(examination).await?;
        visit.forget(examination).await?;
        if seen != [1, 1, 1, u64::from(LOOKS)] {
            let name = &known.site.name;
            faults.push(format!(
                "what a visitor of `{name}` did, and was acknowledged, is not what is counted"
            ));
        }
        looked += 1;
    }
    Ok(match looked {
        0 => Verdict::unchecked("the policy declares no site on which visitors can be recognised"),
        looked => Verdict::unless(&faults, || {
            format!(
                "a made-up visitor was counted on {} with page, time and browser",
                counted(looked, "site")
            )
        }),
    })
}

async fn add_up(examination: &Examination<'_>) -> Checked {
    let (mut faults, mut looked) = (Vec::new(), 0);
    for known in sites(examination)? {
        let visit = Visit::on(examination, &known).await?;
        visit.forget(examination).await?;
        if visit.figures(examination).await? != [0; 4] {
            faults.push(format!(
                "of a visitor of `{}` who is erased something is still counted",
                known.site.name
            ));
        }
        looked += 1;
    }
    let (days, wrong) = examination.gate.examine_tallies(DAYS).await?;
    faults.extend(wrong.map(|(site, day)| {
        format!("what day {day} of `{site}` was added up to is not what its visits add up to")
    }));
    Ok(match looked {
        0 => Verdict::unchecked("the policy declares no site on which visitors can be recognised"),
        looked => Verdict::unless(&faults, || {
            let (looked, days) = (counted(looked, "site"), counted(days, "day"));
            format!(
                "of a made-up visitor of {looked} nothing is left since they were erased; {days} added up anew"
            )
        }),
    })
}

/// The operator's sites on which visitors can be recognised.
pub(super) fn sites(examination: &Examination<'_>) -> Result<Vec<KnownSite>, GateError> {
    let names = examination.gate.sites(examination.operator.account_id())?;
    let known = names.iter().map(|name| examination.gate.site(None, name));
    let known: Vec<KnownSite> = known.collect::<Result<_, _>>()?;
    Ok(known.into_iter().filter(|known| !known.asked_purposes().is_empty()).collect())
}

/// A made-up visitor who agreed, and looks at a page that nobody else does.
struct Visit<'a> {
    known: &'a KnownSite,
    path: String,
    cookie: String,
}

impl<'a> Visit<'a> {
    async fn on(examination: &Examination<'_>, known: &'a KnownSite) -> Result<Self, GateError> {
        let view = u64::from_be_bytes(random_bytes(&*examination.gate.ambient().randomness));
        let path = format!("/an-assessment-{view:016x}");
        let said = examination.gate.consent(known, None, &consent(known, true)).await?;
        let Remembered::As(cookie) = said else { return Err(GateError::Damaged("a visitor who agreed")) };
        let visit = Self { known, path, cookie };
        let source = Source { channel: Channel::Direct, name: None };
        let page = What::Page { path: visit.path.clone(), source, campaign: None };
        for what in [page, What::Seen { milliseconds: LOOKS }] {
            visit.tell(examination, Hit { view, what }).await?;
        }
        Ok(visit)
    }

    async fn tell(&self, examination: &Examination<'_>, hit: Hit) -> Result<(), GateError> {
        let arrival = Arrival {
            hit,
            surroundings: Surroundings::assessment(),
            address: "::",
            agent: "",
            cookie: Some(&self.cookie),
            refuses: false,
        };
        match examination.gate.take_hit(self.known, arrival).await? {
            Taken::Counted => Ok(()),
            Taken::Dropped(_) => Err(GateError::Damaged("a visitor who agreed is not counted")),
        }
    }

    /// Who is recognised, visits, views, and how long: of the page alone.
    async fn figures(&self, examination: &Examination<'_>) -> Result<[u64; 4], GateError> {
        let today = day_of(examination.gate.ambient().clock.now().as_second());
        let question = VisitQuestion {
            period: Period { from: today - 1, until: today + 2 },
            by: Vec::new(),
            filter: Filter(vec![
                (Dimension::Page, vec![self.path.clone()]),
                (Dimension::Browser, vec![ASSESSMENT.to_owned()]),
            ]),
        };
        let report = examination.gate.report(&examination.operator, &self.known.site.name, &question).await?;
        let totals = report.totals;
        Ok([totals.recognised.count() as u64, totals.visits, totals.views, totals.visible])
    }

    async fn forget(&self, examination: &Examination<'_>) -> Result<(), GateError> {
        let said =
            examination.gate.consent(self.known, Some(&self.cookie), &consent(self.known, false)).await;
        said.map(drop)
    }
}

/// What a made-up visitor says.
pub(crate) fn consent(known: &KnownSite, is_yes: bool) -> Consent {
    Consent {
        said: vec![(known.purpose().to_owned(), is_yes)],
        text: "asked by an assessment".to_owned(),
        language: "en".to_owned(),
        method: Method::Click,
    }
}
