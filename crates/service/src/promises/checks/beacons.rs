//! `beacons`: a made-up browser tells of a page by the script and of another by the image, as a stranger, as somebody who is
//! recognised, and with the signal: both are counted as the same.

use domain::{
    ambient::random_bytes,
    visit::{ASSESSMENT, Dimension, Filter, Period, day_of},
};
use gate::{GateError, KnownSite, VisitQuestion};

use super::{Checked, Checking, visits::sites};
use crate::promises::{
    Examination, Verdict,
    made_up_browser::{MadeUpBrowser, word},
    verdict::counted,
};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    if examination.front.is_none() {
        return Ok(Verdict::unchecked("no server answers browsers here"));
    }
    let (mut faults, sites) = (Vec::new(), sites(examination)?);
    for known in &sites {
        let found = on_site(examination, known).await?;
        faults.extend(found.into_iter().map(|what| format!("on `{}` {what}", known.site.name)));
    }
    if sites.is_empty() {
        return Ok(Verdict::unchecked("the policy declares no site on which visitors can be recognised"));
    }
    Ok(Verdict::unless(&faults, || {
        let sites = counted(sites.len(), "site");
        format!(
            "on {sites} the image counted a stranger, somebody recognised and a browser with Sec-GPC as the script did"
        )
    }))
}

async fn on_site(examination: &Examination<'_>, known: &KnownSite) -> Result<Vec<String>, GateError> {
    let Some(mut browser) = MadeUpBrowser::on(examination, known) else { return Ok(Vec::new()) };
    let found = each(examination, known, &mut browser).await;
    browser.leave(examination, known).await?;
    found
}

/// What is wrong with how the three are told of.
async fn each(
    examination: &Examination<'_>,
    known: &KnownSite,
    browser: &mut MadeUpBrowser,
) -> Result<Vec<String>, GateError> {
    let mut faults = told(examination, known, browser, "a stranger").await?;
    let given = browser.says(true).await?.cookies;
    browser.cookie = given.first().and_then(|set| set.split(';').next()).map(str::to_owned);
    faults.extend(told(examination, known, browser, "somebody who is recognised").await?);
    browser.signals = true;
    faults.extend(told(examination, known, browser, "a browser with Sec-GPC").await?);
    browser.signals = false;
    browser.says(false).await?;
    Ok(faults)
}

/// What is wrong with how one who comes is told of.
async fn told(
    examination: &Examination<'_>,
    known: &KnownSite,
    browser: &MadeUpBrowser,
    who: &str,
) -> Result<Vec<String>, GateError> {
    let word = word(examination);
    let path = |by: &str| format!("/an-assessment/{word}/{by}");
    let view = u64::from_be_bytes(random_bytes(&*examination.gate.ambient().randomness));
    browser.tells_by_script(view, &path("script")).await?;
    let image = browser.tells_by_beacon(&path("image")).await?;
    let by_script = figures(examination, known, path("script")).await?;
    let by_image = figures(examination, known, path("image")).await?;
    let may_be_recognised = browser.cookie.is_some() && !browser.signals;
    let mut faults = Vec::new();
    if by_script != by_image {
        faults.push(format!("the image counts {who} otherwise than the script"));
    }
    if !may_be_recognised && by_image[0] > 0 {
        faults.push(format!("the image recognises {who}"));
    }
    if may_be_recognised && by_image[0] == 0 {
        faults.push(format!("the image does not recognise {who}"));
    }
    if !image.cookies.is_empty() {
        faults.push(format!("the image sets a cookie for {who}"));
    }
    Ok(faults)
}

/// Who is recognised, who is not, and views: of a page alone.
async fn figures(
    examination: &Examination<'_>,
    known: &KnownSite,
    path: String,
) -> Result<[u64; 3], GateError> {
    let today = day_of(examination.gate.ambient().clock.now().as_second());
    let question = VisitQuestion {
        period: Period { from: today - 1, until: today + 2 },
        by: Vec::new(),
        filter: Filter(vec![
            (Dimension::Page, vec![path]),
            (Dimension::Browser, vec![ASSESSMENT.to_owned()]),
        ]),
    };
    let report = examination.gate.report(&examination.operator, &known.site.name, &question).await?;
    let totals = report.totals;
    Ok([totals.recognised.count() as u64, totals.strangers, totals.views])
}
