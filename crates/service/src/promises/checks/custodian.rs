//! `custodian`: the policy in force names one, who can be written to.

use policy::document::Document;

use super::{Checking, requests};
use crate::promises::{Examination, Verdict};

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(async move { Ok(look(examination.document(), requests::how_mail_leaves(examination))) })
}

/// Looks at what a policy says of its custodian.
pub(crate) fn look(document: &Document, how_mail_leaves: &str) -> Verdict {
    let Some(custodian) = &document.custodian else {
        return Verdict::broken("the policy in force names no custodian");
    };
    let custodian = custodian.get_ref();
    let ways = [&custodian.email, &custodian.address];
    match ways.iter().filter(|way| way.is_some()).count() {
        0 => Verdict::broken("nobody can write to the custodian that the policy in force names"),
        ways => Verdict::kept(format!(
            "the policy in force names `{}`, who can be reached in {ways} ways; what they must be reminded of \
             {how_mail_leaves}; the custodian's queue is not there yet",
            custodian.name.get_ref()
        )),
    }
}
