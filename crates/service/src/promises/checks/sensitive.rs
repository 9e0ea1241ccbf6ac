//! `sensitive`: the compiler takes no special category for the operator's own records, and none is in force.

use policy::document::Class;

use super::Checking;
use crate::promises::{Examination, Verdict};

/// What the compiler must find in a policy whose own records hold a special category.
const SPECIAL_CATEGORY: &str = "P0203";
/// Declarations that would let health be stored.
const HEALTH: &str = r#"
[categories.examined_health]
label = "health"
dpv = "dpv-pd:Health"
class = "special"
[records.examined_health]
label = "health"
roles = []
purposes = []
[records.examined_health.fields]
health = { category = "examined_health" }
"#;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(async move { Ok(look(examination)) })
}

fn look(examination: &Examination<'_>) -> Verdict {
    let mut faults = in_force(examination);
    let source = format!("{}\n{HEALTH}", examination.policy().source());
    let compiled = (examination.compile)(&source, examination.today(), None);
    let found = |found: &[policy::Diagnostic]| found.iter().any(|one| one.code == SPECIAL_CATEGORY);
    if compiled.map_or_else(|diagnostics| !found(&diagnostics), |_| true) {
        faults.push("a policy with a field for health passed the compiler".to_owned());
    }
    Verdict::unless(&faults, || {
        let count = examination.document().records.len();
        format!(
            "none of {count} record types of the operator's holds a special category, and the same policy with a \
             field for health was rejected ({SPECIAL_CATEGORY}); free text is not screened yet"
        )
    })
}

/// Fields of the policy in force that hold a special category.
fn in_force(examination: &Examination<'_>) -> Vec<String> {
    let document = examination.document();
    let is_special = |name: &str| {
        let category = document.categories.get(name);
        category.is_some_and(|category| *category.class.get_ref() == Class::Special)
    };
    let records = document.records.iter().filter(|(_, record)| {
        let mut categories = record.fields.values().filter_map(|field| field.category.as_ref());
        categories.any(|category| is_special(category.get_ref()))
    });
    records.map(|(name, _)| format!("`{}` holds a special category", name.get_ref())).collect()
}
