//! Members of staff whom a provider of identities recognised: found by the address that it made sure of, and from then on bound to
//! its name for them, so that an address that changes hands lets nobody in.

use domain::{Action, Role, Staff, digest::sha256_hex, staff::Browser};

use super::SignedIn;
use crate::{Gate, GateError, attempts::Failed};

impl Gate {
    /// Three secrets of one try to sign in by a provider, made from what only the browser that began it keeps.
    ///
    /// # Errors
    /// The installation has no operator.
    pub fn provider_secret(&self, what: &str, kept: &str) -> Result<String, GateError> {
        let secret =
            self.repetition_hash(&self.console()?, &[b"provider", what.as_bytes(), kept.as_bytes()])?;
        Ok(data_encoding::BASE64URL_NOPAD.encode(&secret))
    }

    /// Signs a member of staff in whom a provider recognised. Returns what their browser keeps; none when nobody was invited
    /// under this address, or the provider knew somebody else by it before.
    ///
    /// # Errors
    /// A store fails.
    pub async fn sign_in_by_provider(
        &self,
        (known_as, email): (&str, &str),
        browser: Browser,
    ) -> Result<Option<(SignedIn, String)>, GateError> {
        let console = self.console()?;
        let known_as = sha256_hex(known_as);
        for staff in self.staff_at(&console, email).await? {
            let is_staff = matches!(staff.role, Role::Staff(_)) && self.open_to(&staff).await?.is_some();
            if !is_staff {
                continue;
            }
            if let Some(bound) = self.bound_to_provider(staff, &known_as).await? {
                let begun = self.start_session(bound, browser, Vec::new()).await;
                return begun.map(Some).map_err(Failed::into_error);
            }
        }
        self.record_failure(&console, Action::SessionStarted).await.map(|()| None)
    }

    /// A failed try, which names nobody.
    ///
    /// # Errors
    /// A store fails.
    pub async fn refuse_provider(&self) -> Result<(), GateError> {
        self.record_failure(&self.console()?, Action::SessionStarted).await
    }

    /// Them, bound to the provider's name for them, now or before; none when they are bound to another, or not let in.
    async fn bound_to_provider(&self, staff: Staff, known_as: &str) -> Result<Option<Staff>, GateError> {
        if staff.provider() == Some(known_as) {
            return Ok(Some(staff));
        }
        let acting = crate::Caller { staff: Some(staff.subject), ..self.console()? };
        let attempt = async || {
            let staff = self.staff_member(staff.subject).await?.ok_or(GateError::Gone("member of staff"))?;
            let bound = staff.bound(known_as.to_owned(), self.now());
            let bound = bound.ok_or(GateError::Gone("member of staff"))?;
            self.replace_staff(&acting, Action::StaffBound, bound, Vec::new()).await
        };
        match self.retried(attempt).await.map_err(Failed::into_error) {
            Ok((bound, _)) => Ok(Some(bound)),
            Err(GateError::Gone(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
