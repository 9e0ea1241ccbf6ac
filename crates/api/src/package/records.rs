//! The records of a package: as articles of its page, as JSON and as CSV.

use std::io::Write;

use domain::Source;
use gate::{Effective, OpenedRecord};
use serde::Serializer;
use serde_json::{Map, Value};
use web::{Language, PackageField, PackageRecord, Template};

use super::{Archive, Broken, begin, contents::Contents};
use crate::routes::view::RecordView;

/// What stands for a field that is about others.
const ABOUT_OTHERS: &str = "left out, as it is about someone else";

pub(super) fn as_page(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    let effective = contents.effective()?;
    contents.each_record(|opened| {
        let mut opened = opened;
        hide(contents, &mut opened);
        let id = opened.record.id;
        let article = article(Language::English, &effective, opened, |field| contents.hides(id, field));
        Ok(archive.write_all(article.render()?.as_bytes())?)
    })
}

pub(super) fn as_json(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    use serde::ser::SerializeSeq;

    begin(archive, "records.json")?;
    let mut writer = serde_json::Serializer::pretty(archive);
    let mut list = writer.serialize_seq(None)?;
    contents.each_record(|mut opened| {
        hide(contents, &mut opened);
        Ok(list.serialize_element(&RecordView::opened(opened))?)
    })?;
    Ok(list.end()?)
}

pub(super) fn as_csv(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    begin(archive, "records.csv")?;
    let mut writer = csv::Writer::from_writer(archive);
    writer.write_record(["record", "type", "field", "value", "since", "until", "source", "used_for"])?;
    contents.each_record(|mut opened| {
        hide(contents, &mut opened);
        let record = opened.record.clone();
        let until = record.metadata.expires_at.map(|until| until.to_string()).unwrap_or_default();
        for (field, value) in opened.fields.into_revealed() {
            writer.write_record([
                record.id.to_string(),
                record.record_type.clone(),
                field,
                not_a_formula(&text(&value)),
                record.created_at.to_string(),
                until.clone(),
                record.metadata.source.as_str().to_owned(),
                record.metadata.collected_for.join(" "),
            ])?;
        }
        Ok(())
    })?;
    Ok(writer.flush()?)
}

/// A record as people read it; some of its fields may have been hidden.
pub(crate) fn article(
    language: Language,
    effective: &Effective,
    opened: OpenedRecord,
    is_hidden: impl Fn(&str) -> bool,
) -> PackageRecord {
    let policy = effective.declaring();
    let document = policy.document();
    let declared = policy.record_type(&opened.record.record_type);
    let field_label = |name: &str| {
        let category = declared.and_then(|declared| declared.fields.get(name)?.category.as_ref());
        let category = category.and_then(|category| document.categories.get(category.get_ref().as_str()));
        let label = category.map(|category| category.label.get_ref().clone());
        label.map_or_else(|| name.to_owned(), |label| format!("{label} ({name})"))
    };
    let purpose_label = |name: &String| {
        let purpose = document.purposes.get(name.as_str());
        purpose.map_or_else(|| name.clone(), |purpose| purpose.label.get_ref().clone())
    };
    let withheld = opened.withheld.iter().map(|one| PackageField {
        label: field_label(&one.field),
        value: language.fill("not shown: {}", language.say(one.refusal.reason.text())),
        is_withheld: true,
    });
    let withheld: Vec<PackageField> = withheld.collect();
    let shown = opened.fields.into_revealed().into_iter().map(|(name, value)| PackageField {
        label: field_label(&name),
        is_withheld: is_hidden(&name),
        value: text(&value),
    });
    let metadata = &opened.record.metadata;
    let recipients: Vec<String> = metadata.shared_with.clone();
    PackageRecord {
        label: declared.map_or_else(|| opened.record.record_type.clone(), |one| one.label.get_ref().clone()),
        fields: shown.chain(withheld).collect(),
        since: language.day(opened.record.created_at),
        until: metadata.expires_at.map_or_else(
            || language.say("as long as the policy says, without a set day").to_owned(),
            |until| language.fill("until {}", &language.day(until)),
        ),
        source: language.say(source(metadata.source)).to_owned(),
        purposes: metadata.collected_for.iter().map(purpose_label).collect::<Vec<_>>().join(", "),
        shared: if recipients.is_empty() {
            language.say("Shared with nobody.").to_owned()
        } else {
            language.fill("Shared with {}.", &recipients.join(", "))
        },
    }
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::Subject => "You gave it.",
        Source::Account => "Whoever serves you gave it.",
        Source::Observed => "It was observed.",
        Source::ThirdParty => "Someone else gave it.",
    }
}

/// Puts words in the place of fields that are about others.
fn hide(contents: &Contents<'_>, opened: &mut OpenedRecord) {
    let id = opened.record.id;
    let fields = std::mem::replace(&mut opened.fields, domain::Personal::new(Map::new())).into_revealed();
    let hidden = fields.into_iter().map(|(name, value)| {
        let value = if contents.hides(id, &name) { Value::from(ABOUT_OTHERS) } else { value };
        (name, value)
    });
    opened.fields = domain::Personal::new(hidden.collect());
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text that no program for tables takes for a formula.
fn not_a_formula(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_no_formula() {
        assert_eq!(not_a_formula("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(not_a_formula("Ada"), "Ada");
    }
}
