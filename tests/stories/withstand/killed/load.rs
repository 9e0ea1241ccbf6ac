//! A worker that writes, reads and erases, and remembers what it was answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};
use stories::{Actor, Call, Chance, eventually};

/// A person that a worker made, or began to make.
pub(in crate::withstand) struct Person {
    /// Also the beginning of the idempotency keys.
    pub(in crate::withstand) name: String,
    /// Once it was answered.
    pub(in crate::withstand) subject: Option<String>,
    /// Once it was answered.
    pub(in crate::withstand) record: Option<String>,
    pub(in crate::withstand) erasure: Erasure,
}

/// What is known of a person's erasure.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::withstand) enum Erasure {
    NotAsked,
    Asked,
    Answered,
}

/// Why a request has no answer. Whether it was done is not known.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::withstand) enum Unanswered {
    /// The server broke off, or was not there.
    BrokenOff,
    /// It said that it could not just now, and when to come back.
    Unavailable,
}

pub(in crate::withstand) struct Worker {
    pub(in crate::withstand) client: Actor,
    pub(in crate::withstand) people: Vec<Person>,
    /// Audit entries that were answered and not yet proved.
    pub(in crate::withstand) entries: Vec<String>,
    chance: Chance,
    number: u64,
}

impl Worker {
    pub(in crate::withstand) fn new(client: Actor, number: u64) -> Self {
        Self { client, people: Vec::new(), entries: Vec::new(), chance: Chance::of(number), number }
    }

    /// Works until the server answers no more. One whose database is there has no reason to be unavailable.
    pub(in crate::withstand) fn work_until_broken_off(&mut self, answers: &AtomicU64) {
        loop {
            match self.step() {
                Ok(()) => answers.fetch_add(1, Ordering::SeqCst),
                Err(broken_off) => return assert_eq!(broken_off, Unanswered::BrokenOff),
            };
        }
    }

    /// Works until told to end, through whatever outage. What is not answered is asked for again until it is.
    pub(in crate::withstand) fn work_until(&mut self, end: &AtomicBool, answers: &AtomicU64) {
        while !end.load(Ordering::SeqCst) {
            eventually("an answer, or the end", || match self.go_on() {
                Ok(()) => {
                    answers.fetch_add(1, Ordering::SeqCst);
                    Some(())
                }
                Err(_) => end.load(Ordering::SeqCst).then_some(()),
            });
        }
    }

    /// Asks again for what was not answered, or does something new.
    pub(in crate::withstand) fn go_on(&mut self) -> Result<(), Unanswered> {
        if let Some(place) = self.people.iter().position(|person| person.record.is_none()) {
            return self.finish(place);
        }
        if let Some(place) = self.people.iter().position(|person| person.erasure == Erasure::Asked) {
            return self.erase(place);
        }
        self.step()
    }

    fn step(&mut self) -> Result<(), Unanswered> {
        let whole: Vec<usize> = (0..self.people.len()).filter(|place| self.is_whole(*place)).collect();
        match (self.chance.below(10), &whole[..]) {
            (0..=4, _) | (_, []) => {
                let name = format!("Person {} of worker {}", self.people.len(), self.number);
                let erasure = Erasure::NotAsked;
                self.people.push(Person { name, subject: None, record: None, erasure });
                self.finish(self.people.len() - 1)
            }
            (5..=7, some) => {
                let place = some[usize::try_from(self.chance.below(some.len() as u64)).unwrap_or_default()];
                self.read(place)
            }
            (_, some) => {
                let place = some[usize::try_from(self.chance.below(some.len() as u64)).unwrap_or_default()];
                self.erase(place)
            }
        }
    }

    fn is_whole(&self, place: usize) -> bool {
        let person = &self.people[place];
        person.record.is_some() && person.erasure == Erasure::NotAsked
    }

    fn read(&mut self, place: usize) -> Result<(), Unanswered> {
        let person = &self.people[place];
        let record = person.record.as_deref().expect("a whole person has a record");
        let target = format!("/v1/records/{record}?purpose=service_for_client");
        let read = answered(self.client.get(&target), 200)?;
        assert_eq!(read["fields"], json!({ "full_name": person.name }));
        self.remember(&read);
        Ok(())
    }

    /// Makes a person, or what is still missing of them. Asking again is the same request.
    pub(in crate::withstand) fn finish(&mut self, place: usize) -> Result<(), Unanswered> {
        let (name, known) = (self.people[place].name.clone(), self.people[place].subject.clone());
        let subject = match known {
            Some(subject) => subject,
            None => {
                let call = self.client.post("/v1/subjects", &json!({ "role": "end_user" }));
                self.make(call.header("Idempotency-Key", format!("{name}, subject")))?
            }
        };
        self.people[place].subject = Some(subject.clone());
        let call = self.client.profile_call(&subject, &json!({ "full_name": name }));
        let record = self.make(call.header("Idempotency-Key", format!("{name}, record")))?;
        self.people[place].record = Some(record);
        Ok(())
    }

    fn make(&mut self, call: Call) -> Result<String, Unanswered> {
        let made = answered(call, 201)?;
        self.remember(&made);
        Ok(made["id"].as_str().expect("what was made has an id").to_owned())
    }

    fn erase(&mut self, place: usize) -> Result<(), Unanswered> {
        let person = &mut self.people[place];
        person.erasure = Erasure::Asked;
        let subject = person.subject.clone().expect("a whole person has a subject");
        let erased = answered(self.client.call("POST", &format!("/v1/subjects/{subject}/erasure")), 200)?;
        self.remember(&erased["certificate"]);
        self.people[place].erasure = Erasure::Answered;
        Ok(())
    }

    fn remember(&mut self, answer: &Value) {
        self.entries.push(answer["entry"].as_str().expect("every answer names its entry").to_owned());
    }
}

/// The answer to a request, which must have this status, or be told to come back and when.
fn answered(call: Call, status: u16) -> Result<Value, Unanswered> {
    let reply = call.attempt().ok_or(Unanswered::BrokenOff)?;
    if reply.status != 503 {
        return Ok(reply.expect(status));
    }
    reply.tells_to_come_back();
    Err(Unanswered::Unavailable)
}
