//! Who signs in with an address, or may once they have set a password. Several may be invited at one; whoever uses their link first
//! signs in with it, and the other links open nothing then: so nobody keeps an address from anyone else by naming it.

use domain::Staff;

use super::held::purposes;
use crate::{Caller, Gate, GateError};

impl Gate {
    /// Everyone at an address who is let in or will be, found by the very record with which they sign in.
    pub(super) async fn staff_at(&self, console: &Caller, email: &str) -> Result<Vec<Staff>, GateError> {
        let mut all: Vec<Staff> = Vec::new();
        for purpose in purposes(self.effective(console)?.declaring().document()) {
            let found = match self.find_records(console, "email", email, &purpose).await {
                Ok(found) => found,
                // What cannot be an address is nobody's.
                Err(GateError::Malformed(_)) => continue,
                Err(error) => return Err(error),
            };
            for (subject, record) in found {
                let staff = self.staff_member(subject).await?;
                let is_open =
                    |staff: &Staff| staff.record == record && staff.is_open() && !staff.is_lapsed(self.now());
                let is_new = all.iter().all(|known| known.subject != subject);
                all.extend(staff.filter(|staff| is_new && is_open(staff)));
            }
        }
        Ok(all)
    }

    /// Whoever signs in with an address.
    pub(super) async fn signs_in_at(
        &self,
        console: &Caller,
        email: &str,
    ) -> Result<Option<Staff>, GateError> {
        let all = self.staff_at(console, email).await?;
        Ok(all.into_iter().find(|staff| staff.credential().is_some()))
    }

    /// Whether somebody else signs in by now with the address of whoever was invited.
    pub(super) async fn is_taken(&self, acting: &Caller, invited: &Staff) -> Result<bool, GateError> {
        let email = self.name_card_of(acting, invited).await?.email;
        let known = self.signs_in_at(acting, &email).await?;
        Ok(known.is_some_and(|known| known.subject != invited.subject))
    }
}
