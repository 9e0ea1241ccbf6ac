//! Words of metadata: each must be one that the policy in force declares, so that no free text gets where nothing is
//! sealed.

use domain::metadata::Setting;
use jiff::Timestamp;

use crate::{Gate, GateError, Terms, policies::Effective};

impl Gate {
    /// Whether a record can be stored under these terms.
    pub(crate) fn check_terms(&self, effective: &Effective, terms: &Terms) -> Result<(), GateError> {
        objections(effective, &terms.objections)?;
        purposes(effective, "automated", &terms.automated)?;
        recipients(effective, "shared_with", &terms.shared_with)?;
        terms.ends_by.map_or(Ok(()), |at| self.check_end(at))
    }

    /// Whether metadata can be set to this.
    pub(crate) fn check_setting(&self, effective: &Effective, setting: &Setting) -> Result<(), GateError> {
        match setting {
            Setting::Objections(names) => objections(effective, names),
            Setting::Automated(names) => purposes(effective, setting.field(), names),
            Setting::SharedWith(names) => recipients(effective, setting.field(), names),
            Setting::Source(_) => Ok(()),
            Setting::EndsBy(at) => self.check_end(*at),
        }
    }

    /// An end that is over already would be a deletion that the log does not call one.
    fn check_end(&self, at: Timestamp) -> Result<(), GateError> {
        if at > self.now() {
            return Ok(());
        }
        Err(GateError::Malformed(
            "`expires_at` is not in the future; to delete a record, delete it".to_owned(),
        ))
    }
}

fn objections(effective: &Effective, names: &[String]) -> Result<(), GateError> {
    let known = |name: &str| effective.declares_purpose(name) || effective.declares_recipient(name);
    words("objections", "purpose or recipient", names, known)
}

fn purposes(effective: &Effective, field: &str, names: &[String]) -> Result<(), GateError> {
    words(field, "purpose", names, |name| effective.declares_purpose(name))
}

fn recipients(effective: &Effective, field: &str, names: &[String]) -> Result<(), GateError> {
    words(field, "recipient", names, |name| effective.declares_recipient(name))
}

/// The word itself is not repeated: it could be anything.
fn words(field: &str, kind: &str, names: &[String], known: impl Fn(&str) -> bool) -> Result<(), GateError> {
    for (place, name) in names.iter().enumerate() {
        if !known(name) {
            let detail = format!("item {} of `{field}` is no {kind} that the policy declares", place + 1);
            return Err(GateError::Malformed(detail));
        }
        if names[..place].contains(name) {
            return Err(GateError::Malformed(format!("`{field}` names the same {kind} twice")));
        }
    }
    Ok(())
}
