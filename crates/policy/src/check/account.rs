//! P07: an account's policy stands under the operator's and only narrows it.

use super::{Checker, codes};
use crate::{
    decide::uses::text,
    document::{Name, Relation},
    narrow::widenings,
    policy::Policy,
};

pub(super) fn check(checker: &mut Checker<'_>) {
    let header = checker.document.policy.get_ref();
    if checker.is_operator() {
        if let Some(under) = &header.under {
            checker.report(
                codes::OPERATOR_UNDER
                    .found("an operator's policy stands under no other")
                    .at(under.span(), "named here")
                    .help("take `under` out, or say `kind = \"account\"`"),
            );
        }
        return;
    }
    relations(checker);
    backups(checker);
    match (&header.under, checker.context.operator) {
        (None, _) => checker.report(
            codes::WITHOUT_UNDER
                .found("this account's policy does not say which operator's it narrows")
                .at(header.id.span(), "an account's policy")
                .help("say `under = \"…\"` with the `id` of the operator's policy"),
        ),
        (Some(under), None) => checker.report(
            codes::NOT_COMPARED
                .found("this policy was not compared with the operator's")
                .at(under.span(), "the operator's policy")
                .help("check it together with the operator's file: `--under FILE`"),
        ),
        (Some(under), Some(operator)) => compare(checker, under, operator),
    }
}

fn relations(checker: &mut Checker<'_>) {
    for (name, role) in &checker.document.roles {
        if *role.relation.get_ref() != Relation::ForAccount {
            checker.report(
                codes::NOT_FOR_ACCOUNT
                    .found(format!("`{}` deals with the operator, not with the account", text(name)))
                    .at(role.relation.span(), "not the account's")
                    .at(name.span(), "the role")
                    .help("say `relation = \"for_account\"`, or leave the role to the operator"),
            );
        }
    }
}

fn backups(checker: &mut Checker<'_>) {
    if let Some(backups) = &checker.document.backups {
        checker.report(
            codes::BACKUPS_OF_ACCOUNT
                .found("an account cannot say how long backups live")
                .at(backups.span(), "the operator's to say")
                .help("take `[backups]` out"),
        );
    }
}

fn compare(checker: &mut Checker<'_>, under: &Name, operator: &Policy) {
    let id = &operator.document().policy.get_ref().id;
    if text(under) != text(id) {
        checker.report(
            codes::UNDER_ANOTHER
                .found(format!("this policy is under `{}`, not under `{}`", text(under), text(id)))
                .at(under.span(), "another operator's policy")
                .help(format!("say `under = \"{}\"`, or check it under the right one", text(id))),
        );
        return;
    }
    // A name that means nothing, or too many uses, would make the comparison endless or untrue.
    if checker.has_errors() {
        return;
    }
    for widening in widenings(operator, checker.document) {
        checker.report(
            codes::WIDER
                .found("this permits what the operator's policy refuses")
                .at(widening.span, "wider than the operator's")
                .why(format!("{} ({})", widening.counterexample, widening.why))
                .help("permit no more here than the operator's policy does"),
        );
    }
}
