//! What a page hands to its own server so that it can say which visitor is meant: a token that is good for some minutes, as the
//! cookie is for this server's eyes only.

use data_encoding::BASE64URL_NOPAD;
use domain::{SubjectId, visit::Site};
use jiff::SignedDuration;
use subtle::ConstantTimeEq;

use super::KnownSite;
use crate::{Caller, Gate, GateError};

/// For how long a token is good.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

impl Gate {
    /// A token that names the visitor of a cookie; none where nobody is recognised, or who is said no to being tied to a person.
    ///
    /// # Errors
    /// A store fails.
    pub async fn visitor_token(&self, known: &KnownSite, cookie: &str) -> Result<Option<String>, GateError> {
        let Some(link) = known.link() else { return Ok(None) };
        let Some(recognised) = self.recognised(known, cookie).await? else { return Ok(None) };
        let Some((subject, _)) = self.store.subject(recognised.subject).await? else { return Ok(None) };
        if !known.is_agreed(&subject, link.purpose.get_ref()) {
            return Ok(None);
        }
        let until = self.now().saturating_add(LIFE).map_err(|_| GateError::Damaged("the clock"))?;
        let mut bytes = subject.id.as_bytes().to_vec();
        bytes.extend_from_slice(&until.as_second().to_be_bytes());
        let tag = self.token_tag(&known.site, &bytes)?;
        bytes.extend_from_slice(&tag);
        Ok(Some(BASE64URL_NOPAD.encode(&bytes)))
    }

    /// Whom a token names that is still good.
    pub(super) fn named_by_token(&self, site: &Site, text: &str) -> Result<Option<SubjectId>, GateError> {
        let Ok(bytes) = BASE64URL_NOPAD.decode(text.as_bytes()) else { return Ok(None) };
        let Some((said, tag)) = bytes.split_first_chunk::<24>() else { return Ok(None) };
        let (id, until) = said.split_at(16);
        let is_ours: bool = self.token_tag(site, said)?.ct_eq(tag).into();
        let until = until.first_chunk().map(|until| i64::from_be_bytes(*until)).unwrap_or_default();
        let id = id.first_chunk().map(|id| SubjectId::from_bytes(*id));
        Ok(id.filter(|_| is_ours && until > self.now().as_second()))
    }

    fn token_tag(&self, site: &Site, said: &[u8]) -> Result<[u8; 32], GateError> {
        let account = self.accounts.account(site.account).ok_or(GateError::NotFound("site"))?;
        let parts = [b"visitor token".as_slice(), site.name.as_bytes(), said];
        self.repetition_hash(&Caller::system(account), &parts)
    }
}
