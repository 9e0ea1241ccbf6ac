//! Accounts with their keys, policies, subjects' states, and where keys stand.

use domain::{Account, ApiKey, Contact, Scope};
use store::{Change, Conflict, key_store::Deletion};

use super::must;
use crate::{
    commit::{alone::Refused, transaction::Transaction},
    connect::Parameters,
    rows::{bucket, number, time, uuid},
};

pub(super) async fn apply(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::PutAccount(account) => put_account(transaction, account).await?,
        Change::AddAccountKeys(keys) => {
            let sql = "INSERT INTO account_key VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let row: Parameters<'_> = &[&uuid(keys.account), &number(keys.version), &keys.wrapped];
            must(transaction, sql, row, Conflict::Exists).await?;
        }
        Change::PutAccountKeys(keys) => {
            let sql = "INSERT INTO account_key VALUES ($1, $2, $3)
                       ON CONFLICT (account_id, version) DO UPDATE SET wrapped = excluded.wrapped";
            transaction.run(sql, &[&uuid(keys.account), &number(keys.version), &keys.wrapped]).await?;
        }
        Change::AddApiKey(key) => add_api_key(transaction, key).await?,
        Change::RevokeApiKey(id, at) => {
            let sql = "UPDATE api_key SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1";
            must(transaction, sql, &[&uuid(*id), &time(*at)], Conflict::Exists).await?;
        }
        Change::NoteKeyUse(id, at) => {
            let sql = "INSERT INTO api_key_use VALUES ($1, $2) ON CONFLICT (key_id)
                       DO UPDATE SET used_at = greatest(api_key_use.used_at, excluded.used_at)";
            transaction.run(sql, &[&uuid(*id), &time(*at)]).await?;
        }
        Change::PutInstallation(name, value) => {
            let sql = "INSERT INTO installation VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            transaction.run(sql, &[name, value]).await?;
        }
        Change::AddPolicyVersion(version) => {
            let sql = "INSERT INTO policy_version VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
            let (account, at) = (uuid(version.account), time(version.published_at));
            let row: Parameters<'_> =
                &[&account, &number(version.number), &version.source, &at, &version.because];
            must(transaction, sql, row, Conflict::Policy).await?;
        }
        change => keys(transaction, change).await?,
    }
    Ok(())
}

async fn put_account(transaction: &Transaction<'_>, account: &Account) -> Result<(), Refused> {
    let sql = "INSERT INTO account VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET
               kind = excluded.kind, name = excluded.name, created_at = excluded.created_at,
               accepted_policy = excluded.accepted_policy, accepted_at = excluded.accepted_at";
    let (id, kind) = (uuid(account.id), account.kind.as_str());
    let (created, accepted) = (time(account.created_at), account.accepted_policy.map(number));
    let accepted_at = account.accepted_at.map(time);
    transaction.run(sql, &[&id, &kind, &account.name, &created, &accepted, &accepted_at]).await?;
    match &account.contact {
        None => transaction.run("DELETE FROM account_contact WHERE account_id = $1", &[&id]).await?,
        Some(Contact { record, field }) => {
            let sql = "INSERT INTO account_contact VALUES ($1, $2, $3) ON CONFLICT (account_id)
                       DO UPDATE SET record_id = excluded.record_id, field = excluded.field";
            transaction.run(sql, &[&id, &uuid(*record), field]).await?
        }
    };
    put_state(transaction, account).await
}

async fn put_state(transaction: &Transaction<'_>, account: &Account) -> Result<(), Refused> {
    let id = uuid(account.id);
    match account.state.since() {
        None => transaction.run("DELETE FROM account_state WHERE account_id = $1", &[&id]).await?,
        Some(since) => {
            let sql = "INSERT INTO account_state VALUES ($1, $2, $3) ON CONFLICT (account_id)
                       DO UPDATE SET state = excluded.state, since = excluded.since";
            transaction.run(sql, &[&id, &account.state.as_str(), &time(since)]).await?
        }
    };
    Ok(())
}

async fn add_api_key(transaction: &Transaction<'_>, key: &ApiKey) -> Result<(), Refused> {
    let sql = "INSERT INTO api_key VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
    let (id, account, secret) = (uuid(key.id), uuid(key.account), key.secret_hash.as_slice());
    let (created, expires) = (time(key.created_at), key.expires_at.map(time));
    let (scopes, revoked) = (Scope::join(&key.scopes), key.revoked_at.map(time));
    let row: Parameters<'_> = &[&id, &account, &key.name, &scopes, &secret, &created, &expires, &revoked];
    must(transaction, sql, row, Conflict::Exists).await
}

async fn keys(transaction: &Transaction<'_>, change: &Change) -> Result<(), Refused> {
    match change {
        Change::SetSubjectState(id, state) => {
            let sql = "UPDATE subject SET state = $3, version = version + 1 WHERE bucket = $1 AND id = $2";
            let row: Parameters<'_> = &[&bucket(*id), &uuid(*id), &i16::from(state.code())];
            must(transaction, sql, row, Conflict::Subject).await?;
        }
        Change::SetSubjectAge { subject, version, age } => {
            let sql = "UPDATE subject SET age = $3, version = $4 WHERE bucket = $1 AND id = $2 AND version + 1 = $4";
            let (bucket, age) = (bucket(*subject), i16::from(age.code()));
            must(transaction, sql, &[&bucket, &uuid(*subject), &age, &number(*version)], Conflict::Subject)
                .await?;
        }
        Change::MoveKeyBinding(binding) => {
            let sql = "UPDATE subject_key SET slot = $4 WHERE bucket = $1 AND subject_id = $2 AND class = $3";
            let (bucket, subject) = (bucket(binding.subject), uuid(binding.subject));
            let row: Parameters<'_> = &[&bucket, &subject, &binding.class, &binding.slot.0.cast_signed()];
            must(transaction, sql, row, Conflict::Subject).await?;
        }
        Change::RemoveKeyBinding(subject, class) => {
            let sql = "DELETE FROM subject_key WHERE bucket = $1 AND subject_id = $2 AND class = $3";
            transaction.run(sql, &[&bucket(*subject), &uuid(*subject), class]).await?;
        }
        Change::CondemnSlot(deletion) => condemn(transaction, deletion).await?,
        Change::ReleaseSlot(slot) => {
            let sql = "DELETE FROM condemned_slot WHERE slot = $1";
            transaction.run(sql, &[&slot.0.cast_signed()]).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn condemn(transaction: &Transaction<'_>, deletion: &Deletion) -> Result<(), Refused> {
    let sql = "INSERT INTO condemned_slot VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slot) DO UPDATE
               SET account_id = excluded.account_id, subject_id = excluded.subject_id, class = excluded.class,
                   at = excluded.at";
    let (slot, at) = (deletion.slot.0.cast_signed(), time(deletion.at));
    let (account, subject) = (uuid(deletion.account), uuid(deletion.subject));
    transaction.run(sql, &[&slot, &account, &subject, &deletion.class, &at]).await?;
    Ok(())
}
