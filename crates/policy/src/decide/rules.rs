//! The rules, each a reason to refuse. None of them can allow anything.

use super::{Age, ChoiceState, Facts, Question, Reason, Refusal};
use crate::{
    clause::Clauses,
    document::{
        Basis, Choice, Document, Name, Purpose, Recipient, RecordType, Section, Statement, UnknownAge,
    },
    promise::Promise,
};

/// Collects refusals for one question.
struct Judge<'a> {
    document: &'a Document,
    clauses: &'a Clauses,
    question: &'a Question<'a>,
    facts: &'a Facts<'a>,
    refusals: Vec<Refusal>,
}

/// Every reason to refuse; empty means allowed.
pub(crate) fn refusals(
    document: &Document,
    clauses: &Clauses,
    question: &Question<'_>,
    facts: &Facts<'_>,
) -> Vec<Refusal> {
    let mut judge = Judge { document, clauses, question, facts, refusals: Vec::new() };
    judge.names();
    judge.purpose();
    judge.record();
    judge.sections();
    judge.recipient();
    judge.person();
    judge.refusals
}

/// Whether a list of names holds `name`.
pub(crate) fn lists(names: &[Name], name: &str) -> bool {
    names.iter().any(|listed| listed.get_ref() == name)
}

impl Judge<'_> {
    fn refuse(&mut self, reason: Reason, kind: &str, name: &str, promise: Promise) {
        let clause = self.clauses.find(kind, name, promise);
        let declaration = format!("{kind}.{name}");
        self.refusals.push(Refusal { reason, declaration, promise, clause });
    }

    fn names(&mut self) {
        let question = self.question;
        if !self.document.roles.contains_key(question.role) {
            self.refuse(Reason::UnknownRole, "roles", question.role, Promise::Roles);
        }
        match self.document.categories.get(question.category) {
            None => {
                self.refuse(Reason::UnknownCategory, "categories", question.category, Promise::Inventory);
            }
            Some(category) if category.forbidden.as_ref().is_some_and(|forbidden| *forbidden.get_ref()) => {
                self.refuse(Reason::ForbiddenCategory, "categories", question.category, Promise::Inventory);
            }
            Some(_) => {}
        }
    }

    fn purpose(&mut self) {
        let (question, name) = (self.question, self.question.purpose);
        let Some(purpose) = self.document.purposes.get(name) else {
            return self.refuse(Reason::UnknownPurpose, "purposes", name, Promise::Purposes);
        };
        if !lists(&purpose.roles, question.role) {
            self.refuse(Reason::PurposeNotForRole, "purposes", name, Promise::Purposes);
        }
        let choice = purpose_choice(purpose);
        self.choice(choice, "purposes", name);
        self.objection("purposes", name);
        // What the law obliges to is done whatever a record was collected for, and also while its use is restricted: a
        // person's own request must reach all that is held of them.
        let is_obliged = *purpose.basis.get_ref() == Basis::LegalObligation;
        if self.facts.restricted && !is_obliged {
            self.refuse(Reason::Restricted, "rights", "restriction", Promise::Access);
        }
        if let Some(collected_for) = self.facts.collected_for
            && !is_obliged
            && !collected_for.iter().any(|one| one == name || lists(&purpose.compatible_with, one))
        {
            self.refuse(Reason::NotCollectedForPurpose, "purposes", name, Promise::Purposes);
        }
    }

    fn choice(&mut self, choice: Option<Choice>, kind: &str, name: &str) {
        let Some(choice) = choice else { return };
        let promise = if kind == "recipients" { Promise::UserChoice } else { Promise::Consent };
        match (self.facts.choices.about(kind, name), choice) {
            (Some(ChoiceState::Granted), _) | (None, Choice::OptOut) => {}
            (None, Choice::OptIn) => self.refuse(Reason::ChoiceNeeded, kind, name, promise),
            (Some(ChoiceState::Denied | ChoiceState::Withdrawn), _) => {
                self.refuse(Reason::ChoiceDenied, kind, name, Promise::UserChoice);
            }
        }
    }

    /// A name that a purpose and a recipient share bars both: what the person meant is not guessed.
    fn objection(&mut self, kind: &str, name: &str) {
        if self.facts.objections.iter().any(|objected| objected == name) {
            self.refuse(Reason::Objected, kind, name, Promise::UserChoice);
        }
    }

    fn record(&mut self) {
        let question = self.question;
        let Some(name) = question.record_type else {
            if !self.document.records.values().any(|record| holds(record, question)) {
                let about = question.purpose;
                self.refuse(Reason::NotHeldForPurpose, "purposes", about, Promise::Purposes);
            }
            return;
        };
        match self.document.records.get(name) {
            None => self.refuse(Reason::UnknownRecordType, "records", name, Promise::Inventory),
            Some(record) if !holds(record, question) => {
                self.refuse(Reason::NotHeldForPurpose, "records", name, Promise::Purposes);
            }
            Some(_) => {}
        }
    }

    fn sections(&mut self) {
        let document = self.document;
        for section in &document.sections {
            for statement in &section.get_ref().refuses {
                if covers(statement.get_ref(), self.question) {
                    self.refuse_by_section(section.get_ref());
                }
            }
        }
    }

    fn refuse_by_section(&mut self, section: &Section) {
        let clause = Clauses::of_section(self.document, section);
        self.refusals.push(Refusal {
            reason: Reason::RefusedBySection,
            declaration: format!("sections.{}", section.number.get_ref()),
            promise: clause.promise.unwrap_or(Promise::Purposes),
            clause,
        });
    }

    fn recipient(&mut self) {
        let question = self.question;
        let Some(name) = question.recipient else { return };
        let Some(recipient) = self.document.recipients.get(name) else {
            return self.refuse(Reason::UnknownRecipient, "recipients", name, Promise::ThirdParties);
        };
        if !lists(&recipient.receives, question.category) {
            self.refuse(Reason::CategoryNotForRecipient, "recipients", name, Promise::ThirdParties);
        }
        if !lists(&recipient.purposes, question.purpose) {
            self.refuse(Reason::PurposeNotForRecipient, "recipients", name, Promise::ThirdParties);
        }
        if !in_force(recipient, self.facts) {
            self.refuse(Reason::AgreementNotInForce, "recipients", name, Promise::ThirdParties);
        }
        self.choice(recipient.choice.as_ref().map(|choice| *choice.get_ref()), "recipients", name);
        self.objection("recipients", name);
        if !self.covered(self.deployment(), recipient.region.as_ref().map(|region| region.get_ref().as_str()))
        {
            self.refuse(Reason::TransferNotCovered, "recipients", name, Promise::Transfers);
        }
    }

    fn person(&mut self) {
        if let Some(rule) = &self.document.age {
            match self.facts.age {
                Age::Child => self.refuse(Reason::BelowMinimumAge, "age", "minimum", Promise::Children),
                Age::Unknown if rule.get_ref().unknown == UnknownAge::Refuse => {
                    self.refuse(Reason::AgeUnknown, "age", "minimum", Promise::Children);
                }
                Age::Unknown | Age::OfAge => {}
            }
        }
        if self.facts.region.is_some() && !self.covered(self.facts.region, self.deployment()) {
            self.refuse(Reason::TransferNotCovered, "transfers", "deployment", Promise::Transfers);
        }
    }

    fn deployment(&self) -> Option<&str> {
        let transfers = self.document.transfers.as_ref()?;
        Some(transfers.get_ref().deployment.get_ref())
    }

    /// Whether data may move between two countries. An unknown country is covered only by `*`.
    fn covered(&self, from: Option<&str>, to: Option<&str>) -> bool {
        if from == to && from.is_some() {
            return true;
        }
        let Some(transfers) = &self.document.transfers else { return true };
        let matches = |allowed: &Name, country: Option<&str>| {
            allowed.get_ref() == "*" || Some(allowed.get_ref().as_str()) == country
        };
        let allowed = &transfers.get_ref().allowed;
        allowed.iter().any(|one| matches(&one.get_ref().from, from) && matches(&one.get_ref().to, to))
    }
}

/// What a purpose asks of the person: one that rests on consent always needs a yes.
pub(crate) fn purpose_choice(purpose: &Purpose) -> Option<Choice> {
    match purpose.basis.get_ref() {
        Basis::Consent => Some(Choice::OptIn),
        _ => purpose.choice.as_ref().map(|choice| *choice.get_ref()),
    }
}

/// Whether a record type holds the category of the question, of its role, for its purpose.
pub(crate) fn holds(record: &RecordType, question: &Question<'_>) -> bool {
    lists(&record.roles, question.role)
        && lists(&record.purposes, question.purpose)
        && record
            .fields
            .values()
            .any(|field| field.category.as_ref().is_some_and(|name| name.get_ref() == question.category))
}

fn in_force(recipient: &Recipient, facts: &Facts<'_>) -> bool {
    recipient.agreement.as_ref().is_some_and(|agreement| {
        let agreement = agreement.get_ref();
        agreement.signed.get_ref().0 <= facts.today
            && agreement.until.as_ref().is_none_or(|until| facts.today < until.get_ref().0)
    })
}

/// Whether a statement speaks of the question. What it leaves out it does not ask about.
pub(crate) fn covers(statement: &Statement, question: &Question<'_>) -> bool {
    let agrees = |stated: &Option<Name>, asked: Option<&str>| {
        stated.as_ref().is_none_or(|name| Some(name.get_ref().as_str()) == asked)
    };
    agrees(&statement.role, Some(question.role))
        && agrees(&statement.category, Some(question.category))
        && agrees(&statement.purpose, Some(question.purpose))
        && agrees(&statement.recipient, question.recipient)
}
