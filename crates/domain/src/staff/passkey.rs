//! Passkeys (Web Authentication, level 3): what is kept of one, and when what a browser says with one is about this server, now.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// The bits of what an authenticator says of its person: they were there, and it made sure who they are (section 6.1).
const PRESENT_AND_VERIFIED: u8 = 0b0000_0101;

/// What is kept of a passkey, in the record of whoever signs in with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The id of the credential, in base64url.
    pub id: String,
    /// Its public key (`SubjectPublicKeyInfo`), in base64url.
    pub key: String,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// How often its authenticator said that it was used, when it was used last; 0 of one that does not count.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub counter: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
const fn is_zero(counter: &u32) -> bool {
    *counter == 0
}

impl Passkey {
    /// By which it is known to have come through the door.
    pub fn digest(&self) -> String {
        crate::digest::sha256_hex(format!("{}\n{}", self.id, self.key))
    }

    /// Whether somebody else uses a copy of it: its authenticator counts, and says no more than the last time (section 6.1.1).
    pub const fn is_copied(&self, counter: u32) -> bool {
        (counter != 0 || self.counter != 0) && counter <= self.counter
    }
}

/// What is done with a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It is made.
    Create,
    /// Somebody signs in with it.
    Get,
}

/// What a browser and its authenticator say, as they encode it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// JSON: what for, for which challenge, on a page of whom.
    pub client: &'a [u8],
    /// For whom, and whether the person was there.
    pub authenticator: &'a [u8],
}

impl Said<'_> {
    /// What the passkey signs.
    pub fn signed(&self) -> Vec<u8> {
        [self.authenticator, digest(&SHA256, self.client).as_ref()].concat()
    }

    /// How often the authenticator says that it was used: what stands behind the hash of the host's name and the flags.
    pub fn counter(&self) -> u32 {
        let bytes = self.authenticator.get(33..37).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    }
}

/// What it must be about.
#[derive(Debug, Clone, Copy)]
pub struct Ceremony<'a> {
    /// What is done.
    pub act: Act,
    /// The challenge that was given, as it was given.
    pub challenge: &'a str,
    /// The page's origin, for example `https://privacy.example.com`.
    pub origin: &'a str,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    is_of_another_page: bool,
}

impl Ceremony<'_> {
    /// Whether what was said is about it (sections 7.1 and 7.2): the act, the challenge, the origin, this host, and a person
    /// who was there and known to their authenticator.
    pub fn is_told_by(&self, said: Said<'_>) -> bool {
        let Ok(client) = serde_json::from_slice::<ClientData>(said.client) else { return false };
        let act = match self.act {
            Act::Create => "webauthn.create",
            Act::Get => "webauthn.get",
        };
        client.kind == act
            && client.challenge == self.challenge
            && client.origin == self.origin
            && !client.is_of_another_page
            && self.is_answered_by(said.authenticator)
    }

    /// The first bytes are the hash of the host's name; then come the flags.
    fn is_answered_by(&self, authenticator: &[u8]) -> bool {
        let Some((host, [flags, ..])) = authenticator.split_at_checked(32) else { return false };
        host == digest(&SHA256, self.host().as_bytes()).as_ref()
            && flags & PRESENT_AND_VERIFIED == PRESENT_AND_VERIFIED
    }

    /// The host of the origin, without its port.
    fn host(&self) -> &str {
        let host = self.origin.split_once("://").map_or(self.origin, |(_, rest)| rest);
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }
}

/// Bytes as a browser's script writes them; none when it is something else.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Bytes as a browser's script reads them.
pub fn text(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// What a passkey is asked to sign: until when that counts, something random, and a mark that only this installation makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// The first moment at which it counts no more, in seconds.
    pub until: i64,
    /// What makes it unlike any other.
    pub random: [u8; 16],
    /// The keyed hash of both and of what it is for.
    pub mark: [u8; 32],
}

impl Challenge {
    /// As a page gives it to a browser, in base64url.
    pub fn to_text(self) -> String {
        text(&[self.until.to_be_bytes().as_slice(), &self.random, &self.mark].concat())
    }

    /// Reads one back; none when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = self::bytes(text)?;
        let (until, rest) = bytes.split_first_chunk::<8>()?;
        let (random, mark) = rest.split_first_chunk::<16>()?;
        let until = i64::from_be_bytes(*until);
        Some(Self { until, random: *random, mark: mark.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://privacy.example:8443";

    fn client(kind: &str, challenge: &str, origin: &str, rest: &str) -> Vec<u8> {
        format!("{{\"type\":\"{kind}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\"{rest}}}")
            .into_bytes()
    }

    fn authenticator(host: &str, flags: u8) -> Vec<u8> {
        [digest(&SHA256, host.as_bytes()).as_ref(), &[flags, 0, 0, 0, 1]].concat()
    }

    #[test]
    fn a_challenge_is_read_back_as_it_was_written() {
        let challenge = Challenge { until: 1_800_000_000, random: [7; 16], mark: [9; 32] };
        assert_eq!(Challenge::parse(&challenge.to_text()), Some(challenge));
        assert_eq!(Challenge::parse(&challenge.to_text()[1..]), None);
        assert_eq!(Challenge::parse("~"), None);
    }

    #[test]
    fn a_counter_that_does_not_go_on_is_of_a_copy() {
        let at = |counter| Passkey {
            id: "a".to_owned(),
            key: "b".to_owned(),
            name: "c".to_owned(),
            added_at: Timestamp::UNIX_EPOCH,
            counter,
        };
        assert!(!at(0).is_copied(0), "it does not count");
        assert!(!at(0).is_copied(1) && !at(7).is_copied(8));
        assert!(at(7).is_copied(7) && at(7).is_copied(6) && at(7).is_copied(0));
        let said = authenticator("privacy.example", 5);
        assert_eq!(Said { client: &[], authenticator: &said }.counter(), 1);
        assert_eq!(Said { client: &[], authenticator: &said[..34] }.counter(), 0);
        let text = serde_json::to_string(&at(0)).unwrap();
        assert!(!text.contains("counter") && serde_json::from_str::<Passkey>(&text).unwrap() == at(0));
    }

    #[test]
    fn only_what_is_about_this_very_moment_and_place_counts() {
        let ceremony = Ceremony { act: Act::Get, challenge: "YQ", origin: ORIGIN };
        let is_told =
            |client: &[u8], authenticator: &[u8]| ceremony.is_told_by(Said { client, authenticator });
        let (good, there) = (client("webauthn.get", "YQ", ORIGIN, ""), authenticator("privacy.example", 5));
        assert!(is_told(&good, &there));
        for other in [
            client("webauthn.create", "YQ", ORIGIN, ""),
            client("webauthn.get", "YR", ORIGIN, ""),
            client("webauthn.get", "YQ", "https://evil.example", ""),
            client("webauthn.get", "YQ", "http://privacy.example:8443", ""),
            client("webauthn.get", "YQ", ORIGIN, ",\"crossOrigin\":true"),
            b"no JSON".to_vec(),
        ] {
            assert!(!is_told(&other, &there), "{}", String::from_utf8_lossy(&other));
        }
        for other in [
            authenticator("evil.example", 5),
            authenticator("privacy.example", 1),
            authenticator("privacy.example", 4),
            Vec::new(),
            vec![0; 32],
        ] {
            assert!(!is_told(&good, &other), "{other:?}");
        }
    }
}
