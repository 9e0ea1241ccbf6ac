//! Choices: added to the history, and what stands from then on.

use domain::{Choice, EntryId, choice::Standing};
use store::{CommitError, Conflict};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, number, time, uuid},
};

pub(super) async fn add(
    transaction: &Transaction<'_>,
    choice: &Choice,
    standing: &Standing,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let (bucket, subject) = (bucket(choice.subject), uuid(choice.subject));
    let standing = json(standing).map_err(CommitError::from)?;
    let version = number(choice.version);
    let sql =
        "UPDATE subject SET choices = $3, version = $4 WHERE bucket = $1 AND id = $2 AND version + 1 = $4";
    must(transaction, sql, &[&bucket, &subject, &standing, &version], Conflict::Subject).await?;
    let (about, said) = (choice.about.to_string(), json(&choice.said).map_err(CommitError::from)?);
    let (bundle, position) =
        (entry.map(|entry| entry.bundle.cast_signed()), entry.map(|entry| entry.position.cast_signed()));
    let sql = "INSERT INTO choice (bucket, id, subject_id, version, about, said, at, bundle, position)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let row: Parameters<'_> =
        &[&bucket, &uuid(choice.id), &subject, &version, &about, &said, &time(choice.at), &bundle, &position];
    must(transaction, sql, row, Conflict::Exists).await
}
