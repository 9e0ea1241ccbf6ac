//! Proving an identifier by the link that is mailed beside its code. It is made of the same as the code, under the account's key, and
//! kept nowhere; it is good as long as the code is, and proves as the code would.

use domain::{Request, id::RequestId};

use super::Attempt;
use crate::{Caller, Gate, GateError, token::Token};

impl Gate {
    /// The link beside the code that an identifier waits for; none where it waits for none.
    pub(crate) async fn code_link(
        &self,
        acting: &Caller,
        request: &Request,
        place: usize,
    ) -> Result<Option<Token>, GateError> {
        let Some((number, _, until)) = request.awaited_code(place) else { return Ok(None) };
        if until <= self.now() {
            return Ok(None);
        }
        let place = u64::try_from(place).unwrap_or(u64::MAX).to_be_bytes();
        let words = self.version_of_words(request).await?.to_be_bytes();
        let parts = [b"code link".as_slice(), request.id.as_bytes(), &place, &words, &[number]];
        Ok(Some(Token::derived(request.id, self.repetition_hash(acting, &parts)?)))
    }

    /// Whether a link proves anything, now. Looking uses nothing up.
    ///
    /// # Errors
    /// A store fails.
    pub async fn is_proof(&self, link: &str) -> Result<bool, GateError> {
        Ok(self.proved_by(link).await?.is_some())
    }

    /// Proves the identifier to which a link was mailed, once: what comes of it is what comes of the code. Returns the request; none
    /// when the link proves nothing, or not any more.
    ///
    /// # Errors
    /// A store fails.
    pub async fn prove_by_link(&self, link: &str) -> Result<Option<Request>, GateError> {
        let Some((acting, request, place)) = self.proved_by(link).await? else { return Ok(None) };
        let code = self.code(&acting, &request, place, request.codes_of(place)).await?;
        match self.try_code(&acting, request.id, place, &code).await {
            Ok(Attempt::Proved(request, _)) => Ok(Some(*request)),
            // It was used, or replaced, at the same moment.
            Ok(Attempt::Wrong) | Err(GateError::NotNow(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Which identifier of which request a link proves, and who acts for it.
    async fn proved_by(&self, link: &str) -> Result<Option<(Caller, Request, usize)>, GateError> {
        let Some(token) = Token::parse(link) else { return Ok(None) };
        let id: RequestId = token.id();
        let request: Request = match self.filed(*id.as_bytes()).await {
            Ok(request) => request,
            Err(GateError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let acting = Caller::system(self.account(request.account).await?);
        for place in 0..request.identifiers.len() {
            let kept = match self.code_link(&acting, &request, place).await {
                Ok(kept) => kept,
                // The words of the request are gone.
                Err(GateError::Gone(_)) => None,
                Err(error) => return Err(error),
            };
            if kept.is_some_and(|kept| token.is(&kept.hash())) {
                return Ok(Some((acting, request, place)));
            }
        }
        Ok(None)
    }
}
