//! What an erasure would take and leave, before it is asked for; and its certificate, for whoever is held no more.

use domain::{Erasure, Kept, Request, Right, id::RequestId};

use super::Oneself;
use crate::{
    Caller, Gate, GateError,
    erasure::{Cause, kept},
    token::Token,
};

/// Records of one type, and what an erasure would do with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The record type.
    pub record_type: String,
    /// How many there are.
    pub records: u64,
    /// Why they would be kept; empty where they would go.
    pub kept: Vec<Kept>,
}

impl Gate {
    /// What an erasure of the person would take now, and what it would leave.
    ///
    /// # Errors
    /// They are gone, or the data store fails.
    pub async fn foreseen_erasure(&self, oneself: &Oneself) -> Result<Vec<Foreseen>, GateError> {
        let (subject, _) = self.living_subject(&oneself.caller, oneself.subject()).await?;
        let effective = self.effective(&oneself.caller)?;
        let counts = self.store.type_counts(subject.id).await?;
        let all = counts.iter().map(|count| (count.record_type.clone(), count.records)).collect::<Vec<_>>();
        let document = effective.declaring().document();
        let stays = kept(document, counts, (&subject, self.now()), Cause::Requested);
        let foreseen = |(record_type, records): (String, u64)| {
            let kept = stays.iter().filter(|kept| kept.record_type == record_type).cloned().collect();
            Foreseen { record_type, records, kept }
        };
        Ok(all.into_iter().map(foreseen).collect())
    }

    /// What opens the certificate of a request to be erased, also when nothing is held of whoever asked any more. It is kept nowhere.
    ///
    /// # Errors
    /// The account has no keys.
    pub async fn certificate_link(&self, request: &Request) -> Result<String, GateError> {
        Ok(self.certificate_token(request).await?.to_text())
    }

    /// The request of a link to its certificate, and the erasures that it led to; none where the link opens nothing.
    ///
    /// # Errors
    /// A store fails.
    pub async fn certificates_by(&self, link: &str) -> Result<Option<(Request, Vec<Erasure>)>, GateError> {
        let Some(token) = Token::parse(link) else { return Ok(None) };
        let id: RequestId = token.id();
        let request: Request = match self.filed(*id.as_bytes()).await {
            Ok(request) => request,
            Err(GateError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let kept = self.certificate_token(&request).await?.hash();
        if request.right != Right::Erasure || !token.is(&kept) {
            return Ok(None);
        }
        let mut erasures = Vec::new();
        for erasure in request.erasures() {
            erasures.extend(self.store.erasure(*erasure).await?);
        }
        Ok(Some((request, erasures)))
    }

    async fn certificate_token(&self, request: &Request) -> Result<Token, GateError> {
        let system = Caller::system(self.account(request.account).await?);
        let secret = self.repetition_hash(&system, &[b"certificate link", request.id.as_bytes()])?;
        Ok(Token::derived(request.id, secret))
    }
}
