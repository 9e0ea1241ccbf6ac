//! `retention`: every record ends when its clock says, and none whose time is over is still there.

use domain::{Record, Subject, Trigger, Triggers, retention::expires_at};
use gate::Effective;
use jiff::SignedDuration;

use super::{Checked, Checking, triggers};
use crate::promises::{Examination, Verdict};

/// How long after its end a record may wait for the job that deletes it; nobody can open it meanwhile.
const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// How many overdue records are counted.
const COUNTED: u32 = 1_000;

pub(crate) fn check<'a>(examination: &'a Examination<'a>) -> Checking<'a> {
    Box::pin(look(examination))
}

async fn look(examination: &Examination<'_>) -> Checked {
    let overdue = examination.gate.overdue_records(GRACE, COUNTED).await?;
    let mut faults: Vec<String> = overdue
        .iter()
        .map(|record| format!("{record} is still there, though its time was over more than an hour ago"))
        .collect();
    let wrong =
        examination.records().filter(|(record, owner, effective)| !ends_on_time(record, *owner, effective));
    faults.extend(wrong.map(|(record, ..)| format!("{} does not end when its clock says", record.id)));
    let reopened = triggers::close_and_reopen(examination).await?;
    faults.extend(reopened.clone().and_then(Result::err));
    let tried = if reopened.is_some() { "; a made-up account was closed and opened again" } else { "" };
    Ok(Verdict::unless(&faults, || {
        format!(
            "no record is left an hour after its end; {} looked at, none set to end later than its clock says{tried}",
            examination.sampled()
        )
    }))
}

/// Whether a record has the class and, at the latest, the end that the policy in force gives it.
fn ends_on_time(record: &Record, owner: Option<&Subject>, effective: &Effective) -> bool {
    let policy = effective.declaring();
    let class = policy.record_type(&record.record_type).and_then(|declared| declared.retention.as_ref());
    let clock = policy.document().retention.get(record.class.as_str());
    let (Some(class), Some(clock)) = (class, clock) else { return false };
    let nothing = Triggers::default();
    let happened = owner.map_or(&nothing, |owner| &owner.triggers);
    // The job reckons them anew just now, and nothing of the person expires until it has.
    if happened.is_settling() && Trigger::of(*clock.until.get_ref()).is_some() {
        return *class.get_ref() == record.class;
    }
    let declared = expires_at(clock, record.created_at, record.changed_at, happened);
    let in_time = match (record.metadata.expires_at, declared) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(set), Some(declared)) => set <= declared,
    };
    *class.get_ref() == record.class && in_time
}
