//! What the JSON of an answer says. Both sides answer in JSON, so both are read by the same code.

use anyhow::{Context, ensure};
use memchr::memmem;

use super::{model::Answer, record};

/// The ids by which one side knows records and people.
pub(super) struct Names {
    pub(super) records: Vec<String>,
    pub(super) subjects: Vec<String>,
}

/// How many items a list of metadata has; each must say what was selected.
///
/// # Errors
/// One of them does not, or is no record.
pub(super) fn matched(body: &[u8], selected: &str) -> anyhow::Result<Answer> {
    let items = memmem::find_iter(body, b"\"id\":\"rec_").count();
    let right = memmem::find_iter(body, selected.as_bytes()).count();
    ensure!(items == right, "{items} records came and {right} of them hold {selected}");
    Ok(Answer::Matched(u32::try_from(items)?))
}

/// The version of the data of a record.
///
/// # Errors
/// It is another record, or the data is not what was stored.
pub(super) fn data(body: &[u8], id: &str, number: u32) -> anyhow::Result<Answer> {
    ensure!(memmem::find(body, id.as_bytes()).is_some(), "another record than {id} came");
    const LABEL: &[u8] = b"\"data\":\"";
    let start = memmem::find(body, LABEL).context("a record without its data")? + LABEL.len();
    let found = body.get(start..start + 100).context("data that is too short")?;
    let revision = record::revision(number, std::str::from_utf8(found)?);
    Ok(Answer::Data(Some(revision.with_context(|| format!("the data of {id} is not what was stored"))?)))
}

/// How many entries of the log came.
///
/// # Errors
/// Never.
pub(super) fn entries(body: &[u8]) -> anyhow::Result<Answer> {
    Ok(Answer::Entries(u32::try_from(memmem::find_iter(body, b"\"entry\":\"ent_").count())?))
}

/// The number that a member of an object has.
///
/// # Errors
/// There is no such member.
pub(super) fn number(body: &[u8], member: &str) -> anyhow::Result<u32> {
    let value: serde_json::Value = serde_json::from_slice(body)?;
    let number = value[member].as_u64().with_context(|| format!("an answer without `{member}`"))?;
    Ok(u32::try_from(number)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_and_must_be_those_selected() {
        let body =
            br#"{"items":[{"id":"rec_1","collected_for":["p1"]},{"id":"rec_2","collected_for":["p1"]}]}"#;
        assert_eq!(matched(body, r#""collected_for":["p1"]"#).unwrap(), Answer::Matched(2));
        matched(body, r#""collected_for":["p2"]"#).unwrap_err();
    }

    #[test]
    fn data_must_be_that_of_the_record() {
        let body = format!(r#"{{"id":"rec_9","fields":{{"data":"{}"}}}}"#, record::data(9, 4));
        assert_eq!(data(body.as_bytes(), "rec_9", 9).unwrap(), Answer::Data(Some(4)));
        data(body.as_bytes(), "rec_9", 8).unwrap_err();
        data(body.as_bytes(), "rec_8", 9).unwrap_err();
    }
}
