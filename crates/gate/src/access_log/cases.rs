//! A case of abuse: what came from an address is copied into a record that lives on a clock of its own, and a hold keeps it.

use domain::{Hold, RecordId, Source, SubjectId, Told};
use policy::{
    Document,
    document::{AccessLog, RecordType},
};
use serde_json::{Value, json};
use store::records::Replay;

use super::{AddressFound, OpenedAccess, Wanted, declared};
use crate::{
    Caller, Determination, Fields, Gate, GateError, NewHold, NewRecord, NewSubject,
    accounts::require_operator,
};

/// How much of it is kept, in bytes: what a text may hold, with room for the last line.
const LONGEST: usize = 60 * 1_024;

/// A case that was opened.
#[derive(Debug)]
pub struct AbuseCase {
    /// Whoever it is about, of whom no more is known.
    pub subject: SubjectId,
    /// The record with the evidence.
    pub record: RecordId,
    /// What keeps it, where the policy has an exception that somebody determines.
    pub hold: Option<Hold>,
    /// How many lines are in it.
    pub lines: usize,
}

/// Where cases are kept.
struct Kept<'a> {
    name: &'a str,
    record: &'a RecordType,
    purpose: &'a str,
    role: &'a str,
    /// The exception that keeps them once somebody has determined it.
    exception: Option<&'a str>,
}

impl Gate {
    /// Opens a case about whoever came from an address: its lines become a record of somebody of whom nothing else is known, and the
    /// exception that the policy has for it is determined to apply. The clock of the access log then takes nothing of it. Asked for
    /// twice, it is one case.
    ///
    /// # Errors
    /// The policy keeps no cases or refuses something of it, nothing came from the address, the case is there, or a store fails.
    pub async fn open_abuse_case(
        &self,
        caller: &Caller,
        wanted: &Wanted,
        why: &Determination,
        replay: Option<&Replay>,
    ) -> Result<AbuseCase, GateError> {
        require_operator(caller, "access log")?;
        let effective = self.effective(caller)?;
        let document = effective.operator.policy.document();
        let none = || GateError::Malformed("the policy in force keeps no cases of abuse".to_owned());
        let kept = kept(document).ok_or_else(none)?;
        let found = self.look_up_address(caller, wanted, kept.purpose).await?;
        if found.lines.is_empty() {
            return Err(GateError::NotFound("line of the access log"));
        }
        let new = NewSubject { role: kept.role.to_owned(), region: None, age: Told::Nothing };
        let (subject, _, was_before) = self.create_subject(caller, &new, replay).await?;
        if was_before {
            return Err(GateError::Exists);
        }
        // Before anything is there, so that nothing of it can go in between.
        let hold = match kept.exception {
            None => None,
            Some(exception) => {
                let new =
                    NewHold { subject: subject.id, exception: exception.to_owned(), determined: why.clone() };
                Some(self.place_hold(caller, &new, None).await?.0)
            }
        };
        let record = self.keep_evidence(caller, subject.id, (&kept, &found, why)).await?;
        Ok(AbuseCase { subject: subject.id, record, hold, lines: found.lines.len() })
    }

    /// Stores the evidence; without what browsers say of themselves where the policy does not let such text in, as anybody may write
    /// anything there.
    async fn keep_evidence(
        &self,
        caller: &Caller,
        subject: SubjectId,
        (kept, found, why): (&Kept<'_>, &AddressFound, &Determination),
    ) -> Result<RecordId, GateError> {
        let record = |with_agents| NewRecord {
            record_type: kept.name.to_owned(),
            fields: fields(kept.record, found, why, with_agents),
            collected_for: Vec::new(),
            source: Source::Observed,
        };
        let stored = self.create_record(caller, subject, kept.purpose, &record(true), None).await;
        match stored {
            Err(GateError::Invalid(_) | GateError::Screened(_) | GateError::Refused { .. }) => {
                let bare = record(false);
                Ok(self.create_record(caller, subject, kept.purpose, &bare, None).await?.record.id)
            }
            other => Ok(other?.record.id),
        }
    }
}

fn kept(document: &Document) -> Option<Kept<'_>> {
    let (log, _) = declared(document)?;
    let name = log.case.as_ref()?.get_ref().as_str();
    let record = document.records.get(name)?;
    let exceptions = document.exceptions.iter();
    let mut exceptions = exceptions.filter(|(_, one)| one.determined_by.is_some() && one.keeps(name));
    let exception = exceptions.next().map(|(exception, _)| exception.get_ref().as_str());
    let role = record.roles.first()?.get_ref();
    Some(Kept { name, record, purpose: log.purpose.get_ref(), role, exception })
}

fn fields(record: &RecordType, found: &AddressFound, why: &Determination, with_agents: bool) -> Fields {
    let mut text = String::new();
    for line in found.lines.iter().map(|line| written(line, with_agents)) {
        if text.len() + line.len() > LONGEST {
            break;
        }
        text.push_str(&line);
    }
    let address = found.lines.first().map(|line| line.address.reveal().to_string());
    let all = [
        (AccessLog::EVIDENCE, Some(json!(text))),
        ("ip_address", address.map(Value::String)),
        ("notes", Some(json!(why.because))),
    ];
    let told = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    told.filter(|(name, _)| record.fields.contains_key(*name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn written(line: &OpenedAccess, with_agents: bool) -> String {
    let asked = &line.asked;
    let event = asked.event.map(|event| format!(" ({})", event.as_str())).unwrap_or_default();
    let agent = if with_agents { format!(" {}", line.agent.reveal()) } else { String::new() };
    format!("{} {} {} {}{event}{agent}\n", line.at, asked.method, asked.route, asked.status)
}
