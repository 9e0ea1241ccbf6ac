//! The cookie that recognises a visitor of a site: their id as a subject, and a tag that only this server can make, for that site.

use data_encoding::BASE64URL_NOPAD;
use domain::{
    Subject, SubjectId, SubjectState, calendar,
    visit::{Site, Visitor},
};
use jiff::{Span, Timestamp};
use store::subjects::{AUDIT_CLASS, KeyBinding};

use super::{KnownSite, Recognised, Remembered};
use crate::{Gate, GateError, judge::Ask};

/// The longest that a cookie may live, in seconds: browsers keep none for longer than 400 days (RFC 6265bis, section 5.5).
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

impl KnownSite {
    /// What sets the cookie in a browser, or takes it back.
    pub fn set_cookie(&self, remembered: &Remembered, now: Timestamp) -> Option<String> {
        let (name, life) = self.cookie()?;
        let (value, seconds) = match remembered {
            Remembered::Nothing => return None,
            Remembered::NoMore => ("", Some(0)),
            Remembered::As(value) => (value.as_str(), life.map(|life| seconds(life, now))),
        };
        let life = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        Some(format!("{name}={value}; Path=/; HttpOnly; Secure; SameSite=Lax{life}"))
    }
}

fn seconds(life: Span, now: Timestamp) -> i64 {
    let end = calendar::after(now, life);
    end.map_or(LONGEST_LIFE, |end| end.duration_since(now).as_secs()).min(LONGEST_LIFE)
}

impl Gate {
    /// The value of the cookie that recognises a subject.
    ///
    /// # Errors
    /// The account has no keys.
    pub(super) fn visitor_cookie(&self, site: &Site, subject: SubjectId) -> Result<String, GateError> {
        let mut bytes = subject.as_bytes().to_vec();
        bytes.extend_from_slice(&self.keyring.account(site.account)?.visitor_tag(&site.name, subject));
        Ok(BASE64URL_NOPAD.encode(&bytes))
    }

    /// Whom a cookie names, when this server made it for this site.
    pub(super) fn named_by(&self, site: &Site, cookie: &str) -> Option<SubjectId> {
        let bytes = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok()?;
        let (id, tag) = bytes.split_first_chunk::<16>()?;
        let subject = SubjectId::from_bytes(*id);
        let keys = self.keyring.account_versions(site.account);
        keys.iter().any(|keys| keys.is_visitor_tag(&site.name, subject, tag)).then_some(subject)
    }

    /// The visitor whom a cookie names, when they agreed to be recognised and the policy still lets it happen.
    pub(super) async fn recognised(
        &self,
        known: &KnownSite,
        cookie: &str,
    ) -> Result<Option<Recognised>, GateError> {
        let Some(id) = self.named_by(&known.site, cookie) else { return Ok(None) };
        let Some((subject, keys)) = self.store.subject(id).await? else { return Ok(None) };
        if !self.may_recognise(known, &subject)? {
            return Ok(None);
        }
        let number = self.visitor_of(&known.site, &subject, &keys).await?.number;
        Ok(Some(Recognised { subject: id, version: subject.version, number }))
    }

    /// Whether a subject agreed to be recognised on a site, and their visits may be held.
    pub(super) fn may_recognise(&self, known: &KnownSite, subject: &Subject) -> Result<bool, GateError> {
        let declared = &known.declared;
        let (Some(role), Some(record)) = (&declared.role, &declared.record) else { return Ok(false) };
        let is_theirs = subject.account == known.site.account
            && subject.state == SubjectState::Active
            && subject.role == *role.get_ref();
        if !is_theirs || declared.cookie.is_none() {
            return Ok(false);
        }
        if !known.is_agreed(subject, known.purpose()) {
            return Ok(false);
        }
        let ask = Ask {
            subject,
            record_type: record.get_ref(),
            fields: &[],
            purpose: known.purpose(),
            collected_for: None,
            objections: &[],
            recipient: None,
        };
        Ok(self.judge(&known.effective, &ask)?.permit.is_some())
    }

    /// The number of a subject on a site: it dies with the key of their entries.
    pub(super) async fn visitor_of(
        &self,
        site: &Site,
        subject: &Subject,
        keys: &[KeyBinding],
    ) -> Result<Visitor, GateError> {
        let key = self.class_key(subject, keys, AUDIT_CLASS).await?;
        Ok(Visitor { number: key.visitor_number(&site.name), is_recognised: true })
    }
}
