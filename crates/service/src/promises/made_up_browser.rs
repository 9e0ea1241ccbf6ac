//! A made-up browser at the server's own front. Whatever it leaves that nobody recognises is removed again: it comes from an
//! address that nobody else has.

use std::sync::Arc;

use domain::ambient::random_bytes;
use gate::{GateError, KnownSite};
use serde_json::{Value, json};

use super::{Examination, checks::visits::consent};
use crate::front::{Answered, Asked, Front};

/// A browser on a page of a site.
pub(crate) struct MadeUpBrowser {
    front: Arc<dyn Front>,
    agent: String,
    origin: String,
    site: String,
    /// Whether it says no for its user.
    pub(crate) signals: bool,
    /// The cookie that it keeps, with its name.
    pub(crate) cookie: Option<String>,
}

impl MadeUpBrowser {
    /// One on a site; none where no front is shown.
    pub(crate) fn on(examination: &Examination<'_>, known: &KnownSite) -> Option<Self> {
        let host = known.declared.hosts.first().map_or("front.invalid", |host| host.get_ref().as_str());
        Some(Self {
            front: examination.front.clone()?,
            agent: format!("Mozilla/5.0 Firefox/1.0 {}", word(examination)),
            origin: format!("https://{host}"),
            site: known.site.name.clone(),
            signals: false,
            cookie: None,
        })
    }

    /// Opens a page of the server itself, as whoever comes for the first time.
    ///
    /// # Errors
    /// The server is too busy to answer.
    pub(crate) async fn door(
        front: &Arc<dyn Front>,
        target: &str,
        signals: bool,
    ) -> Result<Answered, GateError> {
        let signal = signals.then(|| ("sec-gpc", "1".to_owned()));
        let headers = signal.into_iter().chain([("accept", "text/html".to_owned())]).collect();
        let asked = Asked { method: "GET", target: target.to_owned(), headers, body: String::new() };
        heard(front.ask(asked).await)
    }

    async fn ask(&self, method: &'static str, target: String, body: String) -> Result<Answered, GateError> {
        let mut headers = vec![("user-agent", self.agent.clone()), ("origin", self.origin.clone())];
        headers.extend(self.signals.then(|| ("sec-gpc", "1".to_owned())));
        headers.extend(self.cookie.clone().map(|cookie| ("cookie", cookie)));
        heard(self.front.ask(Asked { method, target, headers, body }).await)
    }

    /// Tells of a page by the script.
    pub(crate) async fn tells_by_script(&self, view: u64, path: &str) -> Result<Answered, GateError> {
        let Self { origin, site, .. } = self;
        let hit =
            json!({ "s": site, "v": format!("{view:016x}"), "k": "page", "u": format!("{origin}{path}") });
        self.ask("POST", "/collect".to_owned(), hit.to_string()).await
    }

    /// Tells of a page by the image.
    pub(crate) async fn tells_by_beacon(&self, path: &str) -> Result<Answered, GateError> {
        let query =
            serde_urlencoded::to_string([("s", &self.site), ("u", &format!("{}{path}", self.origin))]);
        self.ask("GET", format!("/beacon.gif?{}", query.unwrap_or_default()), String::new()).await
    }

    /// Answers the notice, to all that is asked.
    pub(crate) async fn says(&self, is_yes: bool) -> Result<Answered, GateError> {
        let notice = self.ask("GET", format!("/collect/notice?s={}", self.site), String::new()).await?;
        let notice: Value = serde_json::from_slice(&notice.body).unwrap_or_default();
        let purposes = notice["purposes"].as_array().into_iter().flatten();
        let choices: serde_json::Map<String, Value> =
            purposes.filter_map(|one| Some((one["name"].as_str()?.to_owned(), is_yes.into()))).collect();
        let said =
            json!({ "s": self.site, "version": notice["version"], "language": "en", "choices": choices });
        self.ask("POST", "/collect/choices".to_owned(), said.to_string()).await
    }

    /// Removes what it left: as somebody who is recognised, if it still is, and as one of many.
    ///
    /// # Errors
    /// A store fails.
    pub(crate) async fn leave(
        self,
        examination: &Examination<'_>,
        known: &KnownSite,
    ) -> Result<(), GateError> {
        let cookie = self.cookie.as_ref().and_then(|cookie| cookie.split_once('='));
        if let Some((_, value)) = cookie {
            examination.gate.consent(known, Some(value), &consent(known, false)).await?;
        }
        examination.gate.forget_examiner(known, &self.agent).await
    }
}

/// An answer, unless the server has no time for one: what is not looked at is neither kept nor broken.
fn heard(answered: Answered) -> Result<Answered, GateError> {
    if matches!(answered.status, 429 | 503) { Err(GateError::Busy) } else { Ok(answered) }
}

/// A word that is in no address of a page, and looks like no number of a person.
pub(crate) fn word(examination: &Examination<'_>) -> String {
    let bytes: [u8; 6] = random_bytes(&*examination.gate.ambient().randomness);
    bytes.iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}
