//! `verification`: what is in force compiles today without errors.

use policy::{Diagnostic, Policy, Severity};

use super::Checking;
use crate::promises::{Examination, Verdict, verdict::counted};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(async move { Ok(look(examination)) })
}

fn look(examination: &Examination<'_>) -> Verdict {
    let mut faults = errors(examination, "the operator", examination.policy(), None);
    let mut compiled = 1;
    for account in &examination.accounts {
        let effective = examination.gate.policy(account.id).ok();
        if let Some((_, own)) = effective.and_then(|effective| effective.account) {
            compiled += 1;
            let operator = Some(examination.policy());
            faults.extend(errors(examination, &account.id.to_string(), &own.policy, operator));
        }
    }
    Verdict::unless(&faults, || {
        format!(
            "{} in force compiled without errors as of {}",
            counted(compiled, "policy file"),
            examination.today()
        )
    })
}

/// What the compiler says today against a policy that it once accepted.
fn errors(
    examination: &Examination<'_>,
    whose: &str,
    policy: &Policy,
    operator: Option<&Policy>,
) -> Vec<String> {
    let compiled = (examination.compile)(policy.source(), examination.today(), operator);
    let found = compiled.err().unwrap_or_default();
    let is_error = |one: &&Diagnostic| one.severity == Severity::Error;
    let errors = found.iter().filter(is_error);
    errors.map(|one| format!("the policy of {whose} has an error: {} ({})", one.message, one.code)).collect()
}
