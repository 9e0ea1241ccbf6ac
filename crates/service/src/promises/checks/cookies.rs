//! `cookies`: a made-up browser opens the server's doors and answers its notice. It is given no cookie but those that the policy
//! declares, for no longer and with their flags; and none that takes a yes before there is one, or under the signal.

use domain::calendar;
use gate::{GateError, KnownSite};
use policy::document::{Basis, Choice, Cookie, Document};

use super::{Checked, Checking, visits::sites};
use crate::promises::{Examination, Verdict, made_up_browser::MadeUpBrowser, verdict::counted};

/// The doors that stand open to browsers.
const DOORS: [&str; 8] = [
    "/",
    "/policy",
    "/privacy",
    "/console",
    "/console/sign-in",
    "/bailee.js",
    "/bailee-choices.js",
    "/.well-known/gpc.json",
];

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let Some(front) = &examination.front else {
        return Ok(Verdict::unchecked("no server answers browsers here"));
    };
    let mut faults = Vec::new();
    for signals in [false, true] {
        for door in DOORS {
            let answered = MadeUpBrowser::door(front, door, signals).await?;
            faults.extend(wrong(examination, &answered.cookies, false).map(|what| format!("{door} {what}")));
        }
    }
    let sites = sites(examination)?;
    for known in &sites {
        let name = &known.site.name;
        let found = on_site(examination, known).await?;
        faults.extend(found.into_iter().map(|what| format!("on `{name}` the server {what}")));
    }
    Ok(Verdict::unless(&faults, || {
        let (doors, sites) = (counted(DOORS.len(), "door"), counted(sites.len(), "site"));
        format!(
            "a made-up browser was given no cookie at {doors}; on {sites} none before a yes or under Sec-GPC, and then the one that \
             is declared, for no longer"
        )
    }))
}

/// What is wrong with the cookies of a site.
async fn on_site(examination: &Examination<'_>, known: &KnownSite) -> Result<Vec<String>, GateError> {
    let Some(mut browser) = MadeUpBrowser::on(examination, known) else { return Ok(Vec::new()) };
    let found = given_to(examination, &mut browser).await;
    browser.leave(examination, known).await?;
    found
}

async fn given_to(
    examination: &Examination<'_>,
    browser: &mut MadeUpBrowser,
) -> Result<Vec<String>, GateError> {
    let mut faults = Vec::new();
    for signals in [false, true] {
        browser.signals = signals;
        let mut answers = vec![
            browser.tells_by_script(u64::from(signals), "/").await?,
            browser.tells_by_beacon("/").await?,
            browser.says(false).await?,
        ];
        if signals {
            answers.push(browser.says(true).await?);
        }
        for answered in answers {
            faults.extend(wrong(examination, &answered.cookies, false));
        }
    }
    browser.signals = false;
    let given = browser.says(true).await?.cookies;
    faults.extend(wrong(examination, &given, true));
    browser.cookie = given.first().and_then(|set| set.split(';').next()).map(str::to_owned);
    if browser.cookie.is_none() {
        faults.push("gives no cookie to who says yes".to_owned());
    }
    let taken = browser.says(false).await?.cookies;
    if !taken.iter().any(|set| SetCookie::read(set).is_removal()) {
        faults.push("leaves the cookie with who takes the yes back".to_owned());
    }
    Ok(faults)
}

/// What is wrong with cookies that are set.
fn wrong<'a>(
    examination: &'a Examination<'_>,
    cookies: &'a [String],
    said_yes: bool,
) -> impl Iterator<Item = String> + 'a {
    let set = cookies.iter().map(|set| SetCookie::read(set)).filter(|set| !set.is_removal());
    set.filter_map(move |set| set.fault(examination, said_yes))
}

/// A cookie as it is set; its value is not looked at.
struct SetCookie<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> SetCookie<'a> {
    fn read(header: &'a str) -> Self {
        let pair = |part: &'a str| part.trim().split_once('=').unwrap_or((part.trim(), ""));
        let mut parts = header.split(';').map(pair);
        let name = parts.next().unwrap_or_default().0;
        Self { name, attributes: parts.collect() }
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// For how long it lives, in seconds; none until the browser closes.
    fn life(&self) -> Option<i64> {
        // What says when it ends by a date is not told how long that is: it is as good as for ever.
        let by_date = self.attribute("expires").map(|_| i64::MAX);
        self.attribute("max-age").and_then(|seconds| seconds.parse().ok()).or(by_date)
    }

    fn is_removal(&self) -> bool {
        self.life() == Some(0)
    }

    fn fault(&self, examination: &Examination<'_>, said_yes: bool) -> Option<String> {
        let document = examination.document();
        let mut known = document.cookies.iter();
        let declared = known.find(|(declared, cookie)| cookie.is_called(declared.get_ref(), self.name));
        let Some((_, declared)) = declared else {
            return Some(format!("sets `{}`, which the policy does not declare", self.name));
        };
        if !said_yes && takes_a_choice(document, declared) {
            return Some(format!("sets `{}` although nobody said yes", self.name));
        }
        if self.lives_longer(examination, declared) {
            return Some(format!("sets `{}` for longer than is declared", self.name));
        }
        let flags = ["Secure", "HttpOnly", "SameSite"];
        let missing = flags.into_iter().find(|flag| self.attribute(flag).is_none())?;
        Some(format!("sets `{}` without {missing}", self.name))
    }

    fn lives_longer(&self, examination: &Examination<'_>, declared: &Cookie) -> bool {
        let Some(lives) = self.life() else { return false };
        let Some(life) = &declared.life else { return true };
        let end = calendar::after(examination.now, *life.get_ref());
        end.is_some_and(|end| lives > end.duration_since(examination.now).as_secs())
    }
}

fn takes_a_choice(document: &Document, cookie: &Cookie) -> bool {
    let of_purpose = document.purposes.get(cookie.purpose.get_ref().as_str()).is_some_and(|purpose| {
        *purpose.basis.get_ref() == Basis::Consent
            || purpose.choice.as_ref().is_some_and(|choice| *choice.get_ref() == Choice::OptIn)
    });
    cookie.choice.is_some() || of_purpose
}
