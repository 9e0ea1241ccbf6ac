//! A front without the routes of a server: it reads what browsers send as those do, and can be sabotaged.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use collect::Reading;
use domain::{
    choice::Method,
    visit::{Drop, Surroundings},
};
use gate::{Arrival, Consent, EXAMINER, Gate, KnownSite, Remembered};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;

use crate::front::{Answered, Asked, Front};

/// What a saboteur does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// Every door sets a cookie of its own.
    Tracks,
    /// Whoever says no, or whose browser does, is given the cookie of a visitor.
    Recognises,
    /// The cookie lives for ten years.
    LivesLong,
    /// Scripts can read the cookie.
    BareCookie,
    /// The image does not hear the signal.
    DeafImage,
    /// The image does not know anybody.
    BlindImage,
}

/// The front of a world.
pub(super) struct SmallFront {
    gate: Arc<Gate>,
    pub(super) sabotage: Mutex<Option<Sabotage>>,
}

#[derive(Deserialize)]
struct Said {
    choices: BTreeMap<String, bool>,
}

impl SmallFront {
    pub(super) fn new(gate: &Arc<Gate>) -> Arc<Self> {
        Arc::new(Self { gate: Arc::clone(gate), sabotage: Mutex::default() })
    }

    fn is_sabotaged(&self, by: Sabotage) -> bool {
        *self.sabotage.lock() == Some(by)
    }

    fn site(&self) -> KnownSite {
        self.gate.site(None, "website").unwrap()
    }

    async fn take(&self, asked: &Asked, read: Result<Reading, Drop>, is_image: bool) {
        let known = self.site();
        let is_deaf = is_image && self.is_sabotaged(Sabotage::DeafImage);
        let is_blind = is_image && self.is_sabotaged(Sabotage::BlindImage);
        let cookie = header(asked, "cookie").and_then(|cookie| cookie.split_once('='));
        let arrival = Arrival {
            hit: read.unwrap().hit,
            surroundings: Surroundings::assessment(),
            address: EXAMINER,
            agent: header(asked, "user-agent").unwrap_or_default(),
            cookie: cookie.map(|(_, value)| value).filter(|_| !is_blind),
            refuses: header(asked, "sec-gpc").is_some() && !is_deaf,
        };
        self.gate.take_hit(&known, arrival).await.unwrap();
    }

    async fn choose(&self, asked: &Asked) -> Vec<String> {
        let said: Said = serde_json::from_str(&asked.body).unwrap();
        let known = self.site();
        let method = if header(asked, "sec-gpc").is_some() { Method::SecGpc } else { Method::Click };
        let said = said.choices.into_iter().collect();
        let consent = Consent { said, text: "May we?".to_owned(), language: "en".to_owned(), method };
        let cookie = header(asked, "cookie").and_then(|cookie| cookie.split_once('='));
        let remembered = self.gate.consent(&known, cookie.map(|(_, value)| value), &consent).await.unwrap();
        let remembered = match remembered {
            Remembered::Nothing if self.is_sabotaged(Sabotage::Recognises) => Remembered::As("x".to_owned()),
            other => other,
        };
        let set = known.set_cookie(&remembered, self.gate.ambient().clock.now());
        let is_long = self.is_sabotaged(Sabotage::LivesLong);
        let is_bare = self.is_sabotaged(Sabotage::BareCookie);
        let spoiled = set.map(|set| match set.split_once("Max-Age=3") {
            Some((before, _)) if is_long => format!("{before}Max-Age=315360000"),
            _ if is_bare => set.replace("HttpOnly; ", ""),
            _ => set,
        });
        spoiled.into_iter().collect()
    }
}

fn header<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    asked.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

#[async_trait]
impl Front for SmallFront {
    async fn ask(&self, asked: Asked) -> Answered {
        let known = self.site();
        let has = |_: &str, host: &str| known.has_host(host);
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let mut answered = Answered { status: 200, ..Answered::default() };
        match path {
            "/collect" => self.take(&asked, Reading::of_body(asked.body.as_bytes(), has), false).await,
            "/beacon.gif" => self.take(&asked, Reading::of_query(query, 7, has), true).await,
            "/collect/notice" => {
                let purposes: Vec<_> =
                    known.asked_purposes().into_iter().map(|one| json!({ "name": one.name })).collect();
                answered.body = json!({ "version": "1", "purposes": purposes }).to_string().into_bytes();
            }
            "/collect/choices" => answered.cookies = self.choose(&asked).await,
            _ if self.is_sabotaged(Sabotage::Tracks) => {
                answered.cookies = vec!["tracker=1; Secure; HttpOnly; SameSite=Lax".to_owned()];
            }
            _ => {}
        }
        answered
    }
}
