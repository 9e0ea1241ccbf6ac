//! The token of a provider (OpenID Connect Core 1.0, section 3.1.3.7): signed by one of its keys, for us, now, in this try.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::Deserialize;

use super::{Identity, ProviderError};

/// Signatures that nobody can make who only knows what everybody knows.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// By how much its clock may go before ours, or after it, in seconds.
const LEEWAY: i64 = 60;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    iat: i64,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
}

/// For whom a token is made: one, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether it is made for somebody else besides, so that it must say who may use it.
    fn is_shared(&self, own: &str) -> bool {
        match self {
            Self::One(one) => one != own,
            Self::Several(all) => all.iter().any(|one| one != own),
        }
    }
}

/// Whom a token names.
pub(super) fn verified(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Identity, ProviderError> {
    let claims = signed(token, keys, expected)?;
    let now = expected.now.as_second();
    if now >= claims.exp.saturating_add(LEEWAY) || claims.iat > now.saturating_add(LEEWAY) {
        return Err(ProviderError::Token("its time is over, or has not come"));
    }
    if claims.nonce != expected.nonce {
        return Err(ProviderError::Token("it is of another try"));
    }
    let is_ours = match &claims.azp {
        Some(party) => party == expected.audience,
        None => !claims.aud.is_shared(expected.audience),
    };
    if !is_ours {
        return Err(ProviderError::Token("it was made for somebody else"));
    }
    let known_as = format!("{}\n{}", expected.issuer, claims.sub);
    Ok(Identity { known_as, email: claims.email.filter(|_| claims.email_verified) })
}

fn signed(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Claims, ProviderError> {
    let header = decode_header(token).map_err(|_| ProviderError::Token("it is none"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(ProviderError::Token("it is signed in a way that proves nothing"));
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Its times are compared with our clock, which is passed in.
    validation.validate_exp = false;
    let is_named = |id: &Option<String>| header.kid.is_none() || *id == header.kid;
    let named = keys.keys.iter().filter(|key| is_named(&key.common.key_id));
    let mut found = named.filter_map(|key| DecodingKey::from_jwk(key).ok());
    found
        .find_map(|key| decode::<Claims>(token, &key, &validation).ok())
        .map(|decoded| decoded.claims)
        .ok_or(ProviderError::Token("it is not signed by the provider, or not for us"))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::{Value, json};

    use super::*;

    struct Signer {
        key: EncodingKey,
        keys: JwkSet,
    }

    /// What stands before the seed of a private key (RFC 8410).
    const BEFORE: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

    fn signer(seed: u8) -> Signer {
        let document = [BEFORE, &[seed; 32]].concat();
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let x = data_encoding::BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x });
        let keys = serde_json::from_value(json!({ "keys": [key] })).unwrap();
        Signer { key: EncodingKey::from_ed_der(&document), keys }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "bailee", "sub": "7", "exp": 1_000, "iat": 500, "nonce": "n",
            "email": "grace@staff.example", "email_verified": true,
        })
    }

    fn read(signer: &Signer, keys: &JwkSet, claims: &Value, second: i64) -> Result<Identity, ProviderError> {
        let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let token = encode(&header, claims, &signer.key).unwrap();
        let now = Timestamp::from_second(second).unwrap();
        let expected = Expected { issuer: "https://id.example", audience: "bailee", nonce: "n", now };
        verified(&token, keys, &expected)
    }

    #[test]
    fn a_token_of_the_provider_for_us_and_now_names_somebody() {
        let signer = signer(1);
        let identity = read(&signer, &signer.keys, &claims(), 900).unwrap();
        assert_eq!(identity.known_as, "https://id.example\n7");
        assert_eq!(identity.email.as_deref(), Some("grace@staff.example"));
        let mut shared = claims();
        shared["aud"] = json!(["another", "bailee"]);
        shared["azp"] = json!("bailee");
        assert!(read(&signer, &signer.keys, &shared, 900).is_ok(), "it is ours to use");
        let mut unsure = claims();
        unsure["email_verified"] = json!(false);
        assert_eq!(read(&signer, &signer.keys, &unsure, 900).unwrap().email, None);
    }

    #[test]
    fn a_forged_token_names_nobody() {
        let (signer, other) = (signer(1), signer(2));
        assert!(read(&other, &signer.keys, &claims(), 900).is_err(), "signed by another");
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("aud", json!("another")),
            ("aud", json!(["bailee", "another"])),
            ("aud", json!([])),
            ("nonce", json!("of another try")),
            ("azp", json!("another")),
            ("iat", json!(2_000)),
            ("sub", Value::Null),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert!(read(&signer, &signer.keys, &claims, 900).is_err(), "{name}");
        }
        assert!(read(&signer, &signer.keys, &claims(), 1_060).is_err(), "its time is over");
        let expected = Expected {
            issuer: "https://id.example",
            audience: "bailee",
            nonce: "n",
            now: Timestamp::from_second(900).unwrap(),
        };
        // By the public key as if it were a secret, and by nothing at all.
        let secret = EncodingKey::from_secret(b"known to all");
        let symmetric = encode(&Header::new(Algorithm::HS256), &claims(), &secret).unwrap();
        let none = format!("eyJhbGciOiJub25lIn0.{}.", symmetric.split('.').nth(1).unwrap());
        for token in [symmetric.as_str(), &none, "no token"] {
            assert!(verified(token, &signer.keys, &expected).is_err(), "{token}");
        }
    }
}
