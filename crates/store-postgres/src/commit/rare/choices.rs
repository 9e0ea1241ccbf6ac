//! Choices: added to the history, and what stands from then on.

use domain::{Choice, EntryId, choice::Standing};
use store::{CommitError, Conflict};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, json, time, uuid},
};

pub(super) async fn add(
    transaction: &Transaction<'_>,
    choice: &Choice,
    standing: &Standing,
    entry: Option<EntryId>,
) -> Result<(), Refused> {
    let (bucket, subject) = (bucket(choice.subject), uuid(choice.subject));
    let standing = json(standing).map_err(CommitError::from)?;
    let sql = "UPDATE subject SET choices = $3, version = version + 1 WHERE bucket = $1 AND id = $2";
    must(transaction, sql, &[&bucket, &subject, &standing], Conflict::Subject).await?;
    let (about, said) = (choice.about.to_string(), json(&choice.said).map_err(CommitError::from)?);
    let (number, position) =
        (entry.map(|entry| entry.bundle.cast_signed()), entry.map(|entry| entry.position.cast_signed()));
    let sql = "INSERT INTO choice (bucket, id, subject_id, about, said, at, bundle, position)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let row: Parameters<'_> =
        &[&bucket, &uuid(choice.id), &subject, &about, &said, &time(choice.at), &number, &position];
    must(transaction, sql, row, Conflict::Exists).await
}
