//! Subjects and the bindings of their keys.

use std::collections::HashSet;

use domain::Subject;
use store::{Conflict, key_store::Deletion, subjects::KeyBinding};
use uuid::Uuid;

use super::{Conflicts, Placed, missing};
use crate::{
    commit::transaction::Transaction,
    error::Failure,
    rows::{bucket, number, time, uuid},
};

/// Adds subjects; one that is there already conflicts.
pub(super) async fn add(
    transaction: &Transaction<'_>,
    subjects: &Placed<&Subject>,
) -> Result<Conflicts, Failure> {
    if subjects.is_empty() {
        return Ok(Conflicts::new());
    }
    let all = || subjects.iter().map(|(_, subject)| *subject);
    let buckets: Vec<i32> = all().map(|one| bucket(one.id)).collect();
    let ids: Vec<Uuid> = all().map(|one| uuid(one.id)).collect();
    let accounts: Vec<Uuid> = all().map(|one| uuid(one.account)).collect();
    let roles: Vec<&str> = all().map(|one| one.role.as_str()).collect();
    let states: Vec<i16> = all().map(|one| i16::from(one.state.code())).collect();
    let versions: Vec<i64> = all().map(|one| number(one.version)).collect();
    let created: Vec<i64> = all().map(|one| time(one.created_at)).collect();
    let regions: Vec<Option<&str>> = all().map(|one| one.region.as_deref()).collect();
    let ages: Vec<i16> = all().map(|one| i16::from(one.age.code())).collect();
    let written =
        |one: &Subject| serde_json::to_string(&one.choices).expect("words and numbers can be written");
    let choices: Vec<String> = all().map(written).collect();
    let frozen = |one: &Subject| serde_json::to_string(&one.freezes).expect("words and times can be written");
    let freezes: Vec<String> = all().map(frozen).collect();
    let happened =
        |one: &Subject| serde_json::to_string(&one.triggers).expect("words and times can be written");
    let triggers: Vec<String> = all().map(happened).collect();
    let settling: Vec<bool> = all().map(|one| one.triggers.is_settling()).collect();
    let sql = "INSERT INTO subject (bucket, id, account_id, role, state, version, created_at, region, age, choices,
                                    freezes, triggers, settling)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::bigint[],
                                    $7::bigint[], $8::text[], $9::smallint[], $10::text[], $11::text[],
                                    $12::text[], $13::boolean[])
               ON CONFLICT DO NOTHING RETURNING id";
    let rows = transaction
        .rows(
            sql,
            &[
                &buckets, &ids, &accounts, &roles, &states, &versions, &created, &regions, &ages, &choices,
                &freezes, &triggers, &settling,
            ],
        )
        .await?;
    let added: Vec<Uuid> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let asked = subjects.iter().map(|(place, subject)| (*place, uuid(subject.id)));
    Ok(missing(asked, added, Conflict::Exists))
}

/// Binds the keys of classes; a class that has one already conflicts.
pub(super) async fn bind(
    transaction: &Transaction<'_>,
    bindings: &Placed<&KeyBinding>,
) -> Result<Conflicts, Failure> {
    if bindings.is_empty() {
        return Ok(Conflicts::new());
    }
    let all = || bindings.iter().map(|(_, binding)| *binding);
    let buckets: Vec<i32> = all().map(|one| bucket(one.subject)).collect();
    let subjects: Vec<Uuid> = all().map(|one| uuid(one.subject)).collect();
    let classes: Vec<&str> = all().map(|one| one.class.as_str()).collect();
    let slots: Vec<i64> = all().map(|one| one.slot.0.cast_signed()).collect();
    let sql = "INSERT INTO subject_key (bucket, subject_id, class, slot)
               SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[])
               ON CONFLICT DO NOTHING RETURNING subject_id, class";
    let rows = transaction.rows(sql, &[&buckets, &subjects, &classes, &slots]).await?;
    let bound: Vec<(Uuid, String)> =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, Failure>>()?;
    let asked = bindings.iter().map(|(place, one)| (*place, (uuid(one.subject), one.class.clone())));
    Ok(missing(asked, bound, Conflict::Subject))
}

/// Forgets the bindings of classes without records, and condemns their slots.
pub(super) async fn condemn_emptied(
    transaction: &Transaction<'_>,
    emptied: &[&Deletion],
) -> Result<(), Failure> {
    if emptied.is_empty() {
        return Ok(());
    }
    let all = || emptied.iter();
    let buckets: Vec<i32> = all().map(|one| bucket(one.subject)).collect();
    let subjects: Vec<Uuid> = all().map(|one| uuid(one.subject)).collect();
    let classes: Vec<&str> = all().map(|one| one.class.as_str()).collect();
    let slots: Vec<i64> = all().map(|one| one.slot.0.cast_signed()).collect();
    let unbind = "DELETE FROM subject_key AS k
                  USING unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[]) AS gone (bucket, subject_id, class, slot)
                  WHERE k.bucket = gone.bucket AND k.subject_id = gone.subject_id AND k.class = gone.class
                    AND k.slot = gone.slot AND NOT EXISTS (
                        SELECT FROM holding AS h WHERE h.bucket = k.bucket AND h.subject_id = k.subject_id
                        AND h.class = k.class AND h.records > 0)
                  RETURNING k.slot";
    let rows = transaction.rows(unbind, &[&buckets, &subjects, &classes, &slots]).await?;
    let unbound: HashSet<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let gone = || emptied.iter().filter(|one| unbound.contains(&one.slot.0.cast_signed()));
    let slots: Vec<i64> = gone().map(|one| one.slot.0.cast_signed()).collect();
    let accounts: Vec<Uuid> = gone().map(|one| uuid(one.account)).collect();
    let subjects: Vec<Uuid> = gone().map(|one| uuid(one.subject)).collect();
    let classes: Vec<&str> = gone().map(|one| one.class.as_str()).collect();
    let times: Vec<i64> = gone().map(|one| time(one.at)).collect();
    let condemn = "INSERT INTO condemned_slot (slot, account_id, subject_id, class, at)
                   SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[])
                   ON CONFLICT DO NOTHING";
    transaction.run(condemn, &[&slots, &accounts, &subjects, &classes, &times]).await?;
    Ok(())
}
