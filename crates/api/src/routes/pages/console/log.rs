//! `/console/log`: the audit log searched, one entry with its proof, the newest checkpoint, and evidence verified.

use axum::{extract::State, response::Response};
use domain::{Action, Certificate, Detail, EntryId, Outcome, Permission};
use gate::{
    LogFound, LogProof, LogQuestion, ProofState, Receipt, SignedIn, verify_certificate, verify_receipt,
};
use serde::Deserialize;
use serde_json::Value as Json;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::form,
    frame,
    incidents::{actor, days},
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{
    ApiState, Problem,
    extract::{Path, parse},
};

const PLACE: &str = "/console/log";
const EVIDENCE: &str = "/console/evidence";
/// How many entries are shown.
const SHOWN: usize = 200;

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SearchLog).await?;
    let checkpoint = state.gate().checkpoint().await?;
    let today = domain::calendar::day(state.now()).to_string();
    let lead = "Every use of personal data has an entry here, also each search. Entries about somebody who was erased say nothing \
                any more.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "The audit log", lead)
        .with(Block::Forms(vec![search_form(&signed_in, &Search::on(&today)), entry_form(&signed_in)]))
        .section("The newest checkpoint", Block::Source(checkpoint));
    shown(&sheet)
}

fn search_form(signed_in: &SignedIn, asked: &Search) -> Form {
    let mut form = form(signed_in, "search", format!("{PLACE}/search"));
    (form.title, form.button) = (Some("Search"), "Search");
    form.explains = format!("Shows the newest {SHOWN} entries that are meant. The search is recorded.");
    let outcomes = [("", "done or refused"), ("refused", "refused only")];
    let outcomes = outcomes.map(|(word, label)| (word.to_owned(), label.to_owned()));
    form.fields = vec![
        Field::new("from", "From", FieldKind::Day).filled(&asked.from),
        Field::new("until", "Up to and with", FieldKind::Day).filled(&asked.until),
        Field::new("action", "What was done", FieldKind::Line)
            .optional()
            .hint("A word of the log, such as record.read or staff.refused.")
            .filled(&asked.action),
        Field::new("whose", "By whom", FieldKind::Line)
            .optional()
            .hint("The id of a key (key_…) or of a member of staff (sub_…), or the word system.")
            .filled(&asked.whose),
        Field::new("outcome", "How it ended", FieldKind::OneOf(outcomes.into()))
            .optional()
            .filled(&asked.outcome),
    ];
    form
}

fn entry_form(signed_in: &SignedIn) -> Form {
    let mut form = form(signed_in, "entry", format!("{PLACE}/entry"));
    (form.title, form.button) = (Some("One entry"), "Show it");
    form.explains = "With the proof that it is in the log.".to_owned();
    form.fields
        .push(Field::new("entry", "Entry", FieldKind::Line).hint("Its id, ent_…, as answers name it."));
    form
}

/// What the log is searched for.
#[derive(Deserialize, Default)]
pub(super) struct Search {
    from: String,
    until: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    whose: String,
    #[serde(default)]
    outcome: String,
}

impl Search {
    fn on(day: &str) -> Self {
        Self { from: day.to_owned(), until: day.to_owned(), ..Self::default() }
    }

    fn read(&self) -> Result<LogQuestion, Problem> {
        let (from, until) = days(&self.from, &self.until)?;
        let word = self.action.trim();
        let action = match word {
            "" => None,
            word => Some(action(word).ok_or_else(|| {
                Problem::malformed("The log has no such word. Leave it empty to see which there are.")
            })?),
        };
        let by = match self.whose.trim() {
            "" => None,
            whose => Some(actor(whose)?),
        };
        Ok(LogQuestion { from, until, action, by, is_refused: self.outcome == "refused" })
    }
}

/// What was done, from the word that stands in the log.
fn action(word: &str) -> Option<Action> {
    serde_json::from_value(Json::String(word.to_owned())).ok()
}

pub(super) async fn search(
    State(state): State<ApiState>,
    Posted { signed_in, form: asked }: Posted<Search>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SearchLog).await?;
    let question = asked.read()?;
    let found = state.gate().search_log(&signed_in.caller, &question, SHOWN).await?;
    let lead =
        format!("{} entries are meant; {} of that time say nothing any more.", found.count, found.unopenable);
    let sheet = Sheet::new(frame(&signed_in, PLACE), "What the log says", lead).under(PLACE, "The audit log");
    let sheet = sheet.with(entries(&found)).doors("Search again", vec![search_form(&signed_in, &asked)]);
    shown(&sheet)
}

fn entries(found: &LogFound) -> Block {
    if found.entries.is_empty() {
        let teaches = "Look at a longer time, or leave out what was done or by whom.".to_owned();
        return Block::Empty { title: "No such entry".to_owned(), teaches };
    }
    let rows = found.entries.iter().map(|(entry, detail)| {
        let because = detail.purpose.clone().or_else(|| detail.note.clone()).unwrap_or_default();
        vec![
            Value::Id { href: format!("{PLACE}/entries/{entry}"), id: entry.to_string() },
            Value::Moment(moment(detail.at)),
            Value::Text(detail.action.word()),
            by(detail),
            detail.subject.map_or(Value::Nothing, Value::code),
            ended(detail),
            Value::Text(because),
        ]
    });
    let columns = vec!["Entry", "When", "What", "By", "About", "Ended", "For, or more"];
    Block::Table(Table { label: "Entries".to_owned(), columns, rows: rows.collect(), next: None })
}

fn by(detail: &Detail) -> Value {
    let staff = detail.staff.map(Value::code);
    staff.or(detail.actor.map(Value::code)).unwrap_or(Value::text("the system"))
}

fn ended(detail: &Detail) -> Value {
    match detail.outcome {
        Outcome::Allowed => Value::text("done"),
        Outcome::Refused => Value::Urgent("refused".to_owned()),
    }
}

/// Which entry.
#[derive(Deserialize)]
pub(super) struct Which {
    entry: String,
}

pub(super) async fn named(
    State(state): State<ApiState>,
    Posted { signed_in, form }: Posted<Which>,
) -> Result<Response, Stop> {
    show(&state, &signed_in, form.entry.trim()).await
}

pub(super) async fn entry(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
    Path(entry): Path<String>,
) -> Result<Response, Stop> {
    show(&state, &signed_in, &entry).await
}

async fn show(state: &ApiState, signed_in: &SignedIn, entry: &str) -> Result<Response, Stop> {
    allow(state, signed_in, Permission::SearchLog).await?;
    let entry: EntryId = entry.parse().map_err(|_| Problem::not_found("entry"))?;
    let proof = state.gate().prove(entry).await?;
    let detail = state.gate().own_entry(&signed_in.caller, entry).await?;
    let mut facts = vec![("Entry".to_owned(), Value::code(entry))];
    match &proof.state {
        ProofState::Pending => {
            facts.push(("In the log".to_owned(), Value::text("within two seconds; load again")));
        }
        ProofState::Proved(proved) => {
            let place = format!("place {} of {}", proved.index, proved.size);
            facts.push(("In the log".to_owned(), Value::Text(place)));
        }
    }
    let sheet =
        Sheet::new(frame(signed_in, PLACE), "An entry of the audit log", "").under(PLACE, "The audit log");
    let sheet = match detail {
        Some(detail) => {
            facts.extend([
                ("When".to_owned(), Value::Moment(moment(detail.at))),
                ("What".to_owned(), Value::Text(detail.action.word())),
                ("By".to_owned(), by(&detail)),
                ("Ended".to_owned(), ended(&detail)),
            ]);
            let all = serde_json::to_string_pretty(&detail).map_err(|_| Problem::not_found("entry"))?;
            sheet.with(Block::Facts(facts)).section("What it commits to", Block::Source(all))
        }
        None => {
            let shut = "It is of another account, or about somebody who was erased: nobody here can open it.";
            sheet.with(Block::Facts(facts)).with(Block::Text(shut.to_owned()))
        }
    };
    let proof = serde_json::to_string_pretty(&proof).map_err(|_| Problem::not_found("entry"))?;
    shown(&sheet.section("The proof", Block::Source(proof)))
}

pub(super) async fn evidence(
    State(state): State<ApiState>,
    Staff(signed_in): Staff,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::VerifyEvidence).await?;
    shown(&evidence_page(&state, &signed_in))
}

fn evidence_page(state: &ApiState, signed_in: &SignedIn) -> Sheet {
    let mut form = form(signed_in, "verify", EVIDENCE);
    form.button = "Verify it";
    let lines = FieldKind::Lines { rows: 10, most: 500_000 };
    let field = Field::new("text", "The certificate or the receipt", lines);
    let field = field.optional();
    form.fields.push(field.hint("The JSON of an erasure (GET /v1/erasures/…) or of a receipt (GET /v1/choices/…/receipt). It is read and not kept."));
    form.fields.push(Field::new("file", "Or the file that you were given", FieldKind::File).optional());
    let lead = "Whoever holds a certificate of an erasure, or the receipt of a choice, can show what the log says of it. Here it is \
                verified against the key of this log, as anybody can do with `bailee audit` and no server.";
    Sheet::new(frame(signed_in, EVIDENCE), "Verify evidence", lead)
        .with(Block::Forms(vec![form]))
        .section("The key of this log", Block::Source(state.gate().log_key().to_string()))
}

/// What somebody holds: typed, or as a file.
#[derive(Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: String,
}

/// An erasure as the API answers with it.
#[derive(Deserialize)]
struct Erased {
    certificate: Certificate,
    proof: LogProof,
}

pub(super) async fn verify(
    State(state): State<ApiState>,
    Posted { signed_in, form: Held { text, file } }: Posted<Held>,
) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::VerifyEvidence).await?;
    let key = state.gate().log_key();
    let text = if file.is_empty() { text } else { file };
    let found = if let Ok(Erased { certificate, proof }) = parse::<Erased>(text.as_bytes()) {
        verify_certificate(&certificate, &proof, key)
            .map(|_| certified(&certificate))
            .map_err(|why| why.to_string())
    } else {
        let receipt: Receipt = parse(text.as_bytes()).map_err(|_| {
            Problem::malformed("This is neither a certificate with its proof nor a receipt. Take the whole answer of the API.")
        })?;
        verify_receipt(&receipt, key).map(|(detail, _)| chosen(&detail)).map_err(|why| why.to_string())
    };
    let mut sheet = evidence_page(&state, &signed_in);
    let is_so = found.is_ok();
    let block = match found {
        Ok(facts) => Block::Facts(facts),
        Err(why) => Block::Text(format!("It proves nothing: {why}.")),
    };
    let heading = if is_so { "It holds: the log says the same" } else { "It does not hold" };
    sheet.parts.insert(0, web::console::Part { heading: Some(heading.to_owned()), block });
    shown(&sheet)
}

fn certified(certificate: &Certificate) -> Vec<(String, Value)> {
    let who = certificate.subject.map_or(Value::text("a child, who is not named"), Value::code);
    let kept = certificate.kept.iter().map(|kept| format!("{} × {}", kept.records, kept.record_type));
    let kept: Vec<String> = kept.collect();
    let kept = if kept.is_empty() { "nothing".to_owned() } else { kept.join(", ") };
    let facts = [
        ("Erasure", Value::code(certificate.erasure)),
        ("Who was erased", who),
        ("Opened by nobody since", Value::Moment(moment(certificate.inaccessible_at))),
        ("Keys destroyed", Value::text(certificate.keys_destroyed)),
        ("Not to be brought back from", Value::Moment(moment(certificate.irrecoverable_by))),
        ("Kept", Value::Text(kept)),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}

fn chosen(detail: &Detail) -> Vec<(String, Value)> {
    let about = detail.note.clone().unwrap_or_default();
    let facts = [
        ("When", Value::Moment(moment(detail.at))),
        ("What", Value::Text(detail.action.word())),
        ("About", Value::Text(about)),
        ("Person", detail.subject.map_or(Value::Nothing, Value::code)),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).into()
}
