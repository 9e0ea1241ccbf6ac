//! The judge: turns the policy's decision on each field into a permit for what is allowed and a reason for what
//! is not. The only place that makes a [`Permit`].

use std::{collections::HashMap, sync::Arc};

use domain::{Age, Record, Subject, SubjectState};
use policy::{
    Clause, Decision, Policy, Promise, Question, Refusal,
    decide::{ChoiceState, Choices, Facts, Reason, decide_under},
    document::{AccessLog, RecordType},
};

use crate::{
    Gate, GateError, Permit,
    permit::{AddressPermit, SystemPermit, SystemUse},
    policies::Effective,
};

/// What is asked of one record type of one subject.
pub(crate) struct Ask<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) record_type: &'a str,
    /// The fields concerned; empty means all that the record type declares.
    pub(crate) fields: &'a [&'a str],
    pub(crate) purpose: &'a str,
    /// Of the record at hand; none where one is about to be stored.
    pub(crate) collected_for: Option<&'a [String]>,
    /// What the person objected to for that record.
    pub(crate) objections: &'a [String],
    pub(crate) recipient: Option<&'a str>,
}

/// What the judge says.
pub(crate) struct Judgement {
    /// For the fields that are allowed; none when no field is.
    pub(crate) permit: Option<Permit>,
    /// Every field that is refused, with the most telling reason.
    pub(crate) withheld: Vec<(String, Refusal)>,
}

impl Gate {
    /// Judges an ask about a living subject.
    pub(crate) fn judge(&self, effective: &Effective, ask: &Ask<'_>) -> Result<Judgement, GateError> {
        if ask.subject.state != SubjectState::Active {
            return Err(GateError::Gone("subject"));
        }
        let declaring = effective.declaring();
        let Some(declared) = declaring.record_type(ask.record_type) else {
            let withheld = ask.fields.iter().map(|field| undeclared(declaring, ask.record_type, field));
            return Ok(Judgement { permit: None, withheld: withheld.collect() });
        };
        let bearings = effective.bearings(ask.subject, ask.objections);
        let facts = Facts { collected_for: ask.collected_for, ..bearings.facts(self.today()) };
        let mut decisions: HashMap<&str, Decision> = HashMap::new();
        let (mut fields, mut clause, mut withheld) = (Vec::new(), None, Vec::new());
        for (field, category) in concerned(declared, ask.fields) {
            let decision = decisions.entry(category).or_insert_with(|| {
                let question = Question {
                    role: &ask.subject.role,
                    record_type: Some(ask.record_type),
                    category,
                    purpose: ask.purpose,
                    recipient: ask.recipient,
                };
                effective.decide(&question, &facts)
            });
            match decision {
                Decision::Allowed(under) => {
                    clause.get_or_insert_with(|| Arc::clone(under));
                    fields.push(field.to_owned());
                }
                Decision::Refused(refusals) => {
                    withheld.extend(refusals.first().map(|one| (field.to_owned(), one.clone())));
                }
            }
        }
        let unknown = ask.fields.iter().filter(|field| !declared.fields.contains_key(**field));
        withheld.extend(unknown.map(|field| undeclared(declaring, ask.record_type, field)));
        let categories = allowed_categories(&decisions);
        Ok(Judgement {
            permit: clause.map(|clause| permit(effective, ask, fields, categories, clause)),
            withheld,
        })
    }

    /// Permits an address to be looked up, once: for the purpose of the log and no other, and when the policy lets it be opened for
    /// that purpose of anybody. The log is the operator's to declare, so its policy decides.
    pub(crate) fn judge_address(
        &self,
        effective: &Effective,
        log: &AccessLog,
        purpose: &str,
    ) -> Result<AddressPermit, Vec<Refusal>> {
        let policy = &effective.operator.policy;
        if log.purpose.get_ref() != purpose {
            return Err(vec![not_for(policy)]);
        }
        let choices = yes_to(purpose);
        let facts = Facts { age: Age::OfAge, ..Facts::new(self.today(), &choices) };
        let Some((record, _)) = log.declared(policy.document()) else { return Err(vec![not_for(policy)]) };
        let address = log.address_category(policy.document()).map(|name| name.get_ref().as_str());
        let mut refusals = Vec::new();
        for role in &record.roles {
            let question = Question {
                role: role.get_ref(),
                record_type: Some(log.record.get_ref()),
                category: address.unwrap_or_default(),
                purpose,
                recipient: None,
            };
            match decide_under(policy, None, &question, &facts) {
                Decision::Allowed(clause) => {
                    let categories = address.iter().map(|name| (*name).to_owned()).collect();
                    return Ok(AddressPermit::new(categories, clause, effective.expects()));
                }
                Decision::Refused(because) => refusals.extend(because.iter().cloned()),
            }
        }
        Err(refusals)
    }

    /// Permits the system one of its uses, under the clause of the operator's policy that makes `promise`.
    pub(crate) fn permit_system(
        &self,
        effective: &Effective,
        permits: SystemUse,
        promise: Promise,
    ) -> SystemPermit {
        // No declaration is meant: the clause is found by its promise.
        SystemPermit::new(permits, effective.operator.policy.clause("", promise))
    }
}

/// The system's own permit to make the index of a record anew: it opens the fields that a person can be found by, and is
/// spent on nothing else. None where the policy in force declares no such field of it.
pub(crate) fn to_index(effective: &Effective, record: &Record) -> Option<Permit> {
    let policy = effective.declaring();
    let declared = policy.record_type(&record.record_type)?;
    let (mut fields, mut categories) = (Vec::new(), Vec::new());
    for (name, field) in &declared.fields {
        if field.lookup.as_ref().is_some_and(|lookup| *lookup.get_ref()) {
            fields.push(name.get_ref().clone());
            categories.extend(field.category.as_ref().map(|category| category.get_ref().clone()));
        }
    }
    if fields.is_empty() {
        return None;
    }
    let clause = policy.clause(&format!("records.{}", record.record_type), Promise::Access);
    Some(Permit::new(record.subject, fields, categories, String::new(), clause, effective.expects()))
}

/// The system's own permit to make a record another subject's: it opens every field of it, to be sealed again at once.
pub(crate) fn to_move(effective: &Effective, record: &Record) -> Permit {
    let fields = record.fields.iter().map(|field| field.name.clone()).collect();
    let clause = effective.declaring().clause(&format!("records.{}", record.record_type), Promise::Access);
    Permit::new(record.subject, fields, Vec::new(), String::new(), clause, effective.expects())
}

/// Why an address is not looked up for another purpose.
fn not_for(policy: &Policy) -> Refusal {
    let declaration = "access_log".to_owned();
    let clause = policy.clause(&declaration, Promise::Abuse);
    Refusal { reason: Reason::NotHeldForPurpose, declaration, promise: Promise::Abuse, clause }
}

/// The choices of someone who said yes to a purpose.
pub(crate) fn yes_to(purpose: &str) -> Choices {
    Choices([(format!("purposes.{purpose}"), ChoiceState::Granted)].into())
}

/// The fields asked for, each with its category. A field without category cannot be in a checked policy.
fn concerned<'a>(declared: &'a RecordType, asked: &[&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let asked: Vec<String> = asked.iter().map(|field| (*field).to_owned()).collect();
    declared
        .fields
        .iter()
        .filter(move |(name, _)| asked.is_empty() || asked.iter().any(|field| field == name.get_ref()))
        .filter_map(|(name, field)| {
            Some((name.get_ref().as_str(), field.category.as_ref()?.get_ref().as_str()))
        })
}

/// Why a stored field stays shut that the policy in force does not declare any more, or whose record type it does not.
fn undeclared(policy: &Policy, record_type: &str, field: &str) -> (String, Refusal) {
    let declaration = format!("records.{record_type}");
    let (reason, promise) = match policy.record_type(record_type) {
        None => (Reason::UnknownRecordType, Promise::Inventory),
        Some(_) => (Reason::NotHeldForPurpose, Promise::Inventory),
    };
    let clause = policy.clause(&declaration, promise);
    (field.to_owned(), Refusal { reason, declaration, promise, clause })
}

fn allowed_categories(decisions: &HashMap<&str, Decision>) -> Vec<String> {
    let allowed = decisions.iter().filter(|(_, decision)| decision.is_allowed());
    let mut categories: Vec<String> = allowed.map(|(category, _)| (*category).to_owned()).collect();
    categories.sort_unstable();
    categories
}

fn permit(
    effective: &Effective,
    ask: &Ask<'_>,
    fields: Vec<String>,
    categories: Vec<String>,
    clause: Arc<Clause>,
) -> Permit {
    let expects = effective.expects_of(ask.subject);
    Permit::new(ask.subject.id, fields, categories, ask.purpose.to_owned(), clause, expects)
}
