//! Signing in by a provider of identities that the operator trusts (OpenID Connect Core 1.0, the code flow with PKCE): where one is
//! sent, and who came back.

mod token;

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use parking_lot::Mutex;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, de::DeserializeOwned};

use crate::outside::{Http, Question};

/// How long what a provider says of itself is believed.
const BELIEVED: SignedDuration = SignedDuration::from_mins(10);

/// Who the provider is, and as what it knows us.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its address, as it names itself.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// By which it knows us.
    pub client_secret: String,
}

/// Why nobody was recognised. It is told in the log, and names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It was not reached, or its answer is not what the standard says.
    #[error("the provider did not answer as it should: {0}")]
    Answer(&'static str),
    /// Its token is not for us, now, or by it.
    #[error("the provider’s token does not hold: {0}")]
    Token(&'static str),
}

/// One try to sign in: three secrets that only the browser that began it leads to.
#[derive(Clone)]
pub struct Attempt {
    /// What comes back in the address.
    pub state: String,
    /// What comes back in the token.
    pub nonce: String,
    /// What is told only when the code is exchanged (RFC 7636).
    pub verifier: String,
}

/// Somebody whom the provider recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who they are to it, for good: its address and its name for them.
    pub known_as: String,
    /// Their e-mail address, where it has made sure that it is theirs.
    pub email: Option<String>,
}

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

struct Believed {
    discovered: Discovered,
    keys: JwkSet,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// A provider of identities.
pub struct Provider {
    settings: ProviderSettings,
    http: Arc<dyn Http>,
    believed: Mutex<Option<Arc<Believed>>>,
}

impl Provider {
    /// One that is asked by HTTP.
    pub fn new(settings: ProviderSettings, http: Arc<dyn Http>) -> Self {
        Self { settings, http, believed: Mutex::default() }
    }

    /// What people call it: the host of its address.
    pub fn name(&self) -> &str {
        let rest =
            self.settings.issuer.split_once("://").map_or(self.settings.issuer.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }

    /// Where somebody is sent to be recognised, and comes back from to `back`.
    ///
    /// # Errors
    /// The provider does not say where.
    pub async fn way(&self, attempt: &Attempt, back: &str, now: Timestamp) -> Result<String, ProviderError> {
        let believed = self.believed(now).await?;
        let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, attempt.verifier.as_bytes()).as_ref());
        let asked = encoded(&[
            ("response_type", "code"),
            ("scope", "openid email"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", back),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ])?;
        let endpoint = &believed.discovered.authorization_endpoint;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{endpoint}{joint}{asked}"))
    }

    /// Who came back with a code.
    ///
    /// # Errors
    /// The provider does not know the code, or its token does not hold.
    pub async fn identify(
        &self,
        attempt: &Attempt,
        (code, back): (&str, &str),
        now: Timestamp,
    ) -> Result<Identity, ProviderError> {
        let believed = self.believed(now).await?;
        let form = encoded(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", &attempt.verifier),
        ])?;
        let secret =
            encoded(&[(&self.settings.client_id, &self.settings.client_secret)])?.replacen('=', ":", 1);
        let basic = format!("Basic {}", data_encoding::BASE64.encode(secret.as_bytes()));
        let headers = vec![("Authorization", basic), ("Accept", "application/json".to_owned())];
        let url = believed.discovered.token_endpoint.clone();
        let tokens: Tokens = self.read(Question { url, headers, form: Some(form) }).await?;
        let expected = token::Expected {
            issuer: &self.settings.issuer,
            audience: &self.settings.client_id,
            nonce: &attempt.nonce,
            now,
        };
        token::verified(&tokens.id_token, &believed.keys, &expected)
    }

    async fn believed(&self, now: Timestamp) -> Result<Arc<Believed>, ProviderError> {
        let kept = self.believed.lock().clone().filter(|believed| now < believed.until);
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let address =
            format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let discovered: Discovered = self.read(Self::look(address)).await?;
        if discovered.issuer != self.settings.issuer {
            return Err(ProviderError::Answer("it calls itself something else than `issuer`"));
        }
        let keys = self.read(Self::look(discovered.jwks_uri.clone())).await?;
        let until = now.saturating_add(BELIEVED).unwrap_or(Timestamp::MAX);
        let believed = Arc::new(Believed { discovered, keys, until });
        *self.believed.lock() = Some(Arc::clone(&believed));
        Ok(believed)
    }

    const fn look(url: String) -> Question {
        Question { url, headers: Vec::new(), form: None }
    }

    async fn read<T: DeserializeOwned>(&self, question: Question) -> Result<T, ProviderError> {
        let answer =
            self.http.ask(&question).await.map_err(|failure| ProviderError::Answer(failure.as_str()))?;
        if answer.status != 200 {
            return Err(ProviderError::Answer("it refused what it was asked"));
        }
        serde_json::from_slice(&answer.body).map_err(|_| ProviderError::Answer("it said something else"))
    }
}

fn encoded(pairs: &[(&str, &str)]) -> Result<String, ProviderError> {
    serde_urlencoded::to_string(pairs).map_err(|_| ProviderError::Answer("what is asked cannot be written"))
}
