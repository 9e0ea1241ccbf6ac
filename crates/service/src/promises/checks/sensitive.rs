//! `sensitive`: the compiler takes no special category for the operator's own records, none is in force, and what free text
//! says of the classes that are not sought is noticed on the way in.

use domain::metadata::Selection;
use domain::screen::{Flag, is_free_text, sample};
use gate::{Fields, GateError};
use policy::document::Class;

use super::{Checked, Checking};
use crate::promises::{
    Examination, Verdict,
    stand_in::{StandIn, new_record},
    verdict::counted,
};

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
/// The most flagged records of a made-up person.
const FLAGGED: u32 = 10;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let mut faults = in_force(examination);
    faults.extend(compiled(examination));
    let (screened, unseen) = unscreened(examination);
    faults.extend(unseen);
    let tried = match tried_class(examination) {
        Some(class) => {
            faults.extend(let_in(examination, &class).await?);
            format!("text of a made-up person about `{class}` was {}", effect(examination))
        }
        None => "the policy names no class that is looked for in free text".to_owned(),
    };
    Ok(Verdict::unless(&faults, || {
        let count = examination.document().records.len();
        format!(
            "none of {count} record types of the operator's holds a special category, and the same policy with a field for \
             health was rejected ({SPECIAL_CATEGORY}); {} for free text seen to notice plain words, which is what lists of \
             words can do; {tried}{}",
            counted(screened, "field"),
            not_looked_for(examination)
        )
    }))
}

/// Whether a policy with a field for health passes the compiler.
fn compiled(examination: &Examination<'_>) -> Option<String> {
    let source = format!("{}\n{HEALTH}", examination.policy().source());
    let compiled = (examination.compile)(&source, examination.today(), None);
    let found = |found: &[policy::Diagnostic]| found.iter().any(|one| one.code == SPECIAL_CATEGORY);
    let passed = compiled.map_or_else(|diagnostics| !found(&diagnostics), |_| true);
    passed.then(|| "a policy with a field for health passed the compiler".to_owned())
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

/// How many fields take free text, and those in which words of a class of the policy go unnoticed.
fn unscreened(examination: &Examination<'_>) -> (usize, Vec<String>) {
    let (rules, policy) = (examination.effective.screening(), examination.policy());
    let (mut asked, mut faults) = (0, Vec::new());
    for (record_type, declared) in &examination.document().records {
        for (name, _) in declared.fields.iter().filter(|(_, field)| is_free_text(policy, field)) {
            asked += 1;
            for (class, text) in rules.classes().filter_map(|class| Some((class, sample(class)?))) {
                let fields = Fields::from_iter([(name.get_ref().clone(), text.into())]);
                let found = rules.findings(policy, declared, &fields);
                if !found.iter().any(|one| one.flag == Flag::Sensitive(class.to_owned())) {
                    faults.push(format!(
                        "{}.{} does not notice {class}",
                        record_type.get_ref(),
                        name.get_ref()
                    ));
                }
            }
        }
    }
    (asked, faults)
}

/// A class of the policy that is looked for in free text.
fn tried_class(examination: &Examination<'_>) -> Option<String> {
    let rules = examination.effective.screening();
    rules.classes().find(|class| sample(class).is_some()).map(str::to_owned)
}

/// The classes of the policy that nothing looks for.
fn not_looked_for(examination: &Examination<'_>) -> String {
    let rules = examination.effective.screening();
    let classes: Vec<&str> = rules.classes().filter(|class| sample(class).is_none()).collect();
    if classes.is_empty() {
        String::new()
    } else {
        format!("; no words are listed for {}", classes.join(", "))
    }
}

fn effect(examination: &Examination<'_>) -> &'static str {
    if examination.effective.screening().refuses() { "refused" } else { "flagged, and found by its flag" }
}

/// Sends text of a class through the gate; says what is wrong with what came of it.
async fn let_in(examination: &Examination<'_>, class: &str) -> Result<Option<String>, GateError> {
    let (gate, operator, policy) = (examination.gate, &examination.operator, examination.policy());
    let requests = examination.document().requests.as_ref().map(|requests| &requests.get_ref().record);
    let takes_text = |name: &str| {
        // The words of a request are flagged, and never refused.
        let declared =
            policy.record_type(name).filter(|_| requests.is_none_or(|record| record.get_ref() != name));
        declared.is_some_and(|declared| declared.fields.values().any(|field| is_free_text(policy, field)))
    };
    let Some(writer) = StandIn::enter_with(gate, operator, policy, takes_text).await? else {
        // There is nowhere that it could be written.
        return Ok(None);
    };
    let fault = written(examination, &writer, class).await;
    gate.erase(operator, writer.subject).await?;
    fault
}

async fn written(
    examination: &Examination<'_>,
    writer: &StandIn,
    class: &str,
) -> Result<Option<String>, GateError> {
    let (gate, operator, policy) = (examination.gate, &examination.operator, examination.policy());
    let declared = policy.record_type(&writer.record_type);
    let texts = declared.into_iter().flat_map(|declared| &declared.fields);
    let texts = texts.filter(|(_, field)| is_free_text(policy, field));
    let text = sample(class).unwrap_or_default();
    let mut fields = writer.fields.clone();
    fields.extend(texts.map(|(name, _)| (name.get_ref().clone(), text.clone().into())));
    let record = new_record(&writer.record_type, fields);
    let flag = Flag::Sensitive(class.to_owned()).to_string();
    let refuses = examination.effective.screening().refuses();
    let stored = gate.create_record(operator, writer.subject, &writer.purpose, &record, None).await;
    let stored = match stored {
        Err(GateError::Screened(_)) if refuses => return Ok(None),
        Ok(_) if refuses => return Ok(Some(format!("text about `{class}` was stored and not refused"))),
        other => other?.record.id,
    };
    let selection = Selection::Subject(writer.subject);
    let page = gate.query_metadata(operator, &selection, &writer.purpose, None, FLAGGED).await?;
    let is_flagged = page.rows.iter().any(|row| row.record == stored && row.metadata.flags.contains(&flag));
    Ok((!is_flagged).then(|| format!("text about `{class}` was stored without its flag")))
}
