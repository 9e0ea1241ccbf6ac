//! Sessions: someone signed in with a browser, and is still there. Only a hash of the secret in their cookie is kept, and
//! no address.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseKind, Filed, Filing},
    id::{AccountId, SessionId, SubjectId},
    link::Reached,
};

/// How long nothing may be done in a session before it ends.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// How long a session lasts, whatever is done in it.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// For how long a password that was typed lets one do what is dangerous.
const PROVED: SignedDuration = SignedDuration::from_mins(10);
/// How exactly it is noted that somebody is there: each note has an entry in the log.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A session of somebody who signs in, or of a person in the privacy center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The account that they act for, or that of the Client whose End User it is.
    pub account: AccountId,
    /// Whose.
    pub subject: SubjectId,
    /// Where one is signed in.
    #[serde(skip_serializing_if = "Place::is_console", default)]
    pub place: Place,
    /// The hash of the secret in the cookie, in hexadecimal digits.
    pub secret: String,
    /// What kind of browser it is.
    pub browser: Browser,
    /// When they signed in.
    pub started_at: Timestamp,
    /// When they were last there, to within five minutes.
    pub seen_at: Timestamp,
    /// When they last typed their password.
    #[serde(default)]
    pub proved_at: Timestamp,
    /// The hash of what was stored of that password: another one ends every session.
    #[serde(default)]
    pub credential: String,
    /// Whether it goes on.
    pub state: SessionState,
    /// Counts its changes, from 1.
    pub version: u32,
}

/// Where one is signed in. What is in one place opens nothing in the other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The console, as a member of staff.
    #[default]
    Console,
    /// The privacy center, as oneself, by a link that was sent to an address in this record.
    PrivacyCenter(Reached),
}

impl Place {
    fn is_console(&self) -> bool {
        *self == Self::Console
    }

    /// Whether both are the console, or both the privacy center.
    pub fn is_like(&self, other: &Self) -> bool {
        self.is_console() == other.is_console()
    }
}

/// Whether a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionState {
    /// It does, as long as somebody is there.
    Open,
    /// It was ended.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        how: Ended,
    },
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// They signed out.
    SignedOut,
    /// They ended it from another one.
    Revoked,
    /// Nobody was there for too long, or it had lasted long enough.
    TimeOver,
    /// They set another password.
    PasswordChanged,
    /// They sign in with another address.
    AddressChanged,
    /// What is held about them is held as somebody else's now.
    Merged,
}

impl Ended {
    /// The word that stands in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed out",
            Self::Revoked => "revoked",
            Self::TimeOver => "its time was over",
            Self::PasswordChanged => "another password was set",
            Self::AddressChanged => "the address was changed",
            Self::Merged => "the person was merged",
        }
    }
}

impl Session {
    /// The first moment at which it opens nothing any more.
    pub fn ends_at(&self) -> Timestamp {
        let after = |from: Timestamp, time| from.saturating_add(time).unwrap_or(Timestamp::MAX);
        after(self.seen_at, IDLE).min(after(self.started_at, LONGEST))
    }

    /// Whether it opens anything, also where nobody has noticed yet that its time is over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == SessionState::Open && now < self.ends_at()
    }

    /// Somebody is there; none where that was noted a moment ago, or it has ended.
    pub fn seen(&self, now: Timestamp) -> Option<Self> {
        let is_due = self.is_live(now) && now.duration_since(self.seen_at) >= NOTED_EVERY;
        is_due.then(|| Self { seen_at: now, version: self.version + 1, ..self.clone() })
    }

    /// Whether the password was typed a moment ago: only then what is dangerous is done.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let since = now.duration_since(self.proved_at);
        since >= SignedDuration::ZERO && since < PROVED
    }

    /// The password was typed once more; none when it has ended.
    pub fn proved(&self, now: Timestamp) -> Option<Self> {
        self.is_live(now).then(|| Self {
            seen_at: now,
            proved_at: now,
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// Where it stands, for the log.
    pub const fn note(&self) -> &'static str {
        match self.state {
            SessionState::Open => self.browser.as_str(),
            SessionState::Ended { how, .. } => how.as_str(),
        }
    }

    /// After it was ended; none when it was before.
    pub fn ended(self, at: Timestamp, how: Ended) -> Option<Self> {
        let is_open = self.state == SessionState::Open;
        is_open.then(|| Self { state: SessionState::Ended { at, how }, version: self.version + 1, ..self })
    }
}

impl Filed for Session {
    const KIND: CaseKind = CaseKind::Session;

    fn filing(&self) -> Filing {
        let is_open = self.state == SessionState::Open;
        Filing {
            id: *self.id.as_bytes(),
            account: self.account,
            subject: Some(self.subject),
            is_open,
            due_at: Some(self.ends_at()),
            wake_at: is_open.then(|| self.ends_at()),
            version: self.version,
        }
    }
}

/// What kind of browser someone has: enough to know one's own, and too little to know anybody by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Browser {
    /// Mozilla Firefox.
    Firefox,
    /// Microsoft Edge.
    Edge,
    /// Google Chrome, or what is made of the same.
    Chrome,
    /// Apple Safari.
    Safari,
    /// Another, or one that does not say.
    Other,
}

impl Browser {
    /// From what a browser says of itself (`User-Agent`). Each says that it is also those before it.
    pub fn of(user_agent: &str) -> Self {
        let named = [
            ("Firefox/", Self::Firefox),
            ("Edg/", Self::Edge),
            ("Chrome/", Self::Chrome),
            ("Safari/", Self::Safari),
        ];
        named.into_iter().find(|(name, _)| user_agent.contains(name)).map_or(Self::Other, |(_, kind)| kind)
    }

    /// What a person calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firefox => "Firefox",
            Self::Edge => "Edge",
            Self::Chrome => "Chrome or Chromium",
            Self::Safari => "Safari",
            Self::Other => "another browser",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn session() -> Session {
        Session {
            id: SessionId::from_bytes([1; 16]),
            account: AccountId::from_bytes([2; 16]),
            subject: SubjectId::from_bytes([3; 16]),
            place: Place::Console,
            secret: "5e".repeat(32),
            browser: Browser::Firefox,
            started_at: at(0),
            seen_at: at(0),
            proved_at: at(0),
            credential: "c".to_owned(),
            state: SessionState::Open,
            version: 1,
        }
    }

    #[test]
    fn a_password_is_good_for_ten_minutes_of_what_is_dangerous() {
        assert!(session().is_fresh(at(9)) && !session().is_fresh(at(10)) && !session().is_fresh(at(-1)));
        let proved = session().proved(at(20)).unwrap();
        assert!(proved.is_fresh(at(29)) && proved.is_live(at(49)));
        assert_eq!(session().proved(at(30)), None, "it has ended by then");
    }

    #[test]
    fn an_idle_session_ends_after_half_an_hour() {
        assert!(session().is_live(at(29)) && !session().is_live(at(30)));
        assert_eq!(session().seen(at(4)), None, "that was noted a moment ago");
        assert!(session().seen(at(29)).unwrap().is_live(at(58)));
        assert_eq!(session().seen(at(30)), None, "what is over is not brought back");
    }

    #[test]
    fn a_session_from_before_there_were_two_places_is_of_the_console() {
        let text = serde_json::to_string(&session()).unwrap();
        assert!(!text.contains("place"), "{text}");
        assert_eq!(serde_json::from_str::<Session>(&text).unwrap(), session());
        let (subject, record) = (SubjectId::from_bytes([3; 16]), crate::RecordId::from_bytes([4; 16]));
        let center = Place::PrivacyCenter(Reached { subject, record, field: "email".to_owned() });
        let there = Session { place: center, ..session() };
        let text = serde_json::to_string(&there).unwrap();
        assert_eq!(serde_json::from_str::<Session>(&text).unwrap(), there);
        assert!(!there.place.is_like(&session().place) && there.place.is_like(&there.place));
    }

    #[test]
    fn what_was_ended_opens_nothing() {
        let ended = session().ended(at(1), Ended::SignedOut).unwrap();
        assert!(!ended.is_live(at(1)) && ended.seen(at(10)).is_none());
        assert_eq!((ended.filing().is_open, ended.filing().wake_at), (false, None));
        assert_eq!(ended.ended(at(2), Ended::Revoked), None);
    }

    #[test]
    fn browsers_are_known_by_what_they_say() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(Browser::of(edge), Browser::Edge);
        assert_eq!(
            Browser::of("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"),
            Browser::Firefox
        );
        assert_eq!(Browser::of("curl/8"), Browser::Other);
    }

    proptest! {
        /// However often somebody is there, a session lasts at most half a day, and ends half an hour after they were last noted.
        #[test]
        fn no_session_outlives_its_day(gaps in prop::collection::vec(0_i64..60, 0..60)) {
            let (mut session, mut now) = (session(), 0);
            for gap in gaps {
                now += gap;
                let was_live = session.is_live(at(now));
                if let Some(seen) = session.seen(at(now)) {
                    prop_assert!(was_live && seen.version == session.version + 1);
                    session = seen;
                }
                prop_assert!(session.ends_at() <= at(12 * 60));
                prop_assert!(session.ends_at() <= session.seen_at + IDLE);
                prop_assert_eq!(session.is_live(at(now)), was_live);
            }
        }
    }
}
