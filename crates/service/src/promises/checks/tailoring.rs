//! `tailoring`: a made-up visitor who said yes is shown nothing more often than its cap, and of one who did not nothing is kept.

use domain::{
    choice::Method,
    item::{Cap, Terms},
};
use gate::{Consent, GateError, KnownSite, NextItem, Remembered};

use super::{Checked, Checking};
use crate::promises::{Examination, Verdict, verdict::counted};

/// A name that no site gives to what it shows.
const NAME: &str = "an-assessment";
/// How often it may be shown.
const TIMES: u32 = 2;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let (mut faults, mut looked) = (Vec::new(), 0);
    let (gate, operator) = (examination.gate, &examination.operator);
    for name in gate.sites(operator.account_id())? {
        let known = gate.site(None, &name)?;
        if known.tailor().is_none() || known.asked_purposes().is_empty() {
            continue;
        }
        gate.put_item(operator, (&name, NAME), &item()).await?;
        let fault = tried(examination, &known).await;
        gate.remove_item(operator, &name, NAME).await?;
        faults.extend(fault?.map(|fault| format!("on `{name}` {fault}")));
        looked += 1;
    }
    Ok(match looked {
        0 => Verdict::unchecked("the policy chooses for nobody what a site shows"),
        looked => Verdict::unless(&faults, || {
            let sites = counted(looked, "site");
            format!(
                "on {sites} a made-up visitor was shown an item {TIMES} times, as its cap says, and of one who did not agree nothing was kept"
            )
        }),
    })
}

fn item() -> Terms {
    let cap = Some(Cap { times: TIMES, hours: 24 });
    Terms { slot: NAME.to_owned(), tags: [].into(), weight: 1, from: None, until: None, cap }
}

/// Asks more often than may be, with a yes and without; what was wrong.
async fn tried(examination: &Examination<'_>, known: &KnownSite) -> Result<Option<String>, GateError> {
    for agrees in [false, true] {
        let cookie = agreed(examination, known, agrees).await?;
        let fault = asked(examination, known, (&cookie, agrees)).await;
        let said = consent(&[(known.purpose().to_owned(), false)]);
        examination.gate.consent(known, Some(&cookie), &said).await?;
        if let Some(fault) = fault? {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}

async fn asked(
    examination: &Examination<'_>,
    known: &KnownSite,
    (cookie, agrees): (&str, bool),
) -> Result<Option<String>, GateError> {
    let (gate, mut shown) = (examination.gate, 0);
    for _ in 0..=TIMES {
        match gate.next_item(known, NAME, Some(cookie)).await? {
            NextItem::Picked(item) => shown += u32::from(item.is_some()),
            NextItem::Candidates(_) => {}
        }
    }
    let is_known = gate.is_known_by(known, cookie).await?;
    Ok(match (agrees, shown, is_known) {
        (false, 0, false) | (true, TIMES, true) => None,
        (false, ..) => Some("something is known of a visitor who did not say yes to it".to_owned()),
        (true, ..) => Some(format!("an item was shown {shown} times that may be shown {TIMES} times")),
    })
}

/// The cookie of a made-up visitor who is recognised, and says yes or no to the rest.
async fn agreed(examination: &Examination<'_>, known: &KnownSite, agrees: bool) -> Result<String, GateError> {
    let purpose = known.tailor().map(|used| used.purpose.get_ref().clone()).unwrap_or_default();
    let said = consent(&[(known.purpose().to_owned(), true), (purpose, agrees)]);
    match examination.gate.consent(known, None, &said).await? {
        Remembered::As(cookie) => Ok(cookie),
        Remembered::NoMore | Remembered::Nothing => Err(GateError::Damaged("a visitor who agreed")),
    }
}

fn consent(said: &[(String, bool)]) -> Consent {
    Consent {
        said: said.to_vec(),
        text: "asked by an assessment".to_owned(),
        language: "en".to_owned(),
        method: Method::Click,
    }
}
