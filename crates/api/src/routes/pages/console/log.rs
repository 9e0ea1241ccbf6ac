//! `/console/log`: the audit log searched, one entry with its proof, and the newest checkpoint.

use axum::{extract::State, response::Response};
use domain::{Action, Detail, EntryId, Outcome, Permission, audit::Statement};
use gate::{LogFound, LogQuestion, ProofState, SignedIn};
use jiff::ToSpan;
use serde::Deserialize;
use serde_json::Value as Json;
use web::console::{Block, Field, FieldKind, Form, Sheet, Table, Value};

use super::{
    Staff, allow,
    doing::{form, may},
    frame,
    incidents::{actor, days},
    posted::Posted,
    shown,
    stop::Stop,
    words::moment,
};
use crate::{ApiState, Problem, extract::Path};

const PLACE: &str = "/console/log";
/// How many entries are shown.
const SHOWN: usize = 100;
/// After how many a shorter time must be looked at: as many are in memory.
const SKIPPED: usize = 10_000;

pub(super) async fn page(State(state): State<ApiState>, Staff(signed_in): Staff) -> Result<Response, Stop> {
    allow(&state, &signed_in, Permission::SearchLog).await?;
    let checkpoint = state.gate().checkpoint().await?;
    let today = domain::calendar::day(state.now()).to_string();
    let lead = "Every use of personal data has an entry here, also each search. Entries about somebody who was erased say nothing \
                any more.";
    let sheet = Sheet::new(frame(&signed_in, PLACE), "The audit log", lead)
        .doors(
            "Look something up",
            vec![search_form(&signed_in, &Search::on(&today)), entry_form(&signed_in)],
        )
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

/// A form that asks what somebody did in the last month, for whoever may search the log.
pub(super) fn door(state: &ApiState, signed_in: &SignedIn, whose: &str) -> Option<Form> {
    let until = domain::calendar::day(state.now());
    let from = until.saturating_sub(1.month());
    let mut form = form(signed_in, "did", format!("{PLACE}/search"));
    (form.title, form.button) = (Some("What was done by it"), "Search the log");
    form.explains = "Shows the newest entries of the last month. The search is recorded.".to_owned();
    let said = [("from", from.to_string()), ("until", until.to_string()), ("whose", whose.to_owned())];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value)));
    may(signed_in, Permission::SearchLog).then_some(form)
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
    /// How many of the newest were seen on the pages before.
    #[serde(default)]
    seen: String,
}

impl Search {
    fn on(day: &str) -> Self {
        Self { from: day.to_owned(), until: day.to_owned(), ..Self::default() }
    }

    fn seen(&self) -> usize {
        self.seen.parse().unwrap_or(0).min(SKIPPED)
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
    let found = state.gate().search_log(&signed_in.caller, &question, (asked.seen(), SHOWN)).await?;
    let lead =
        format!("{} entries are meant; {} of that time say nothing any more.", found.count, found.unopenable);
    let sheet = Sheet::new(frame(&signed_in, PLACE), "What the log says", lead).under(PLACE, "The audit log");
    let sheet = sheet.with(entries(&found)).doors("Earlier ones", earlier(&signed_in, &asked, &found));
    shown(&sheet.doors("Search again", vec![search_form(&signed_in, &asked)]))
}

/// The same search once more, for what comes after what was shown.
fn earlier(signed_in: &SignedIn, asked: &Search, found: &LogFound) -> Vec<Form> {
    let seen = asked.seen() + found.entries.len();
    if found.count <= seen as u64 || seen > SKIPPED {
        return Vec::new();
    }
    let mut form = form(signed_in, "earlier", format!("{PLACE}/search"));
    form.button = "Show earlier ones";
    form.explains = format!("{seen} of them were shown.");
    let said = [
        ("from", &asked.from),
        ("until", &asked.until),
        ("action", &asked.action),
        ("whose", &asked.whose),
        ("outcome", &asked.outcome),
        ("seen", &seen.to_string()),
    ];
    form.hidden.extend(said.map(|(name, value)| (name.to_owned(), value.clone())));
    vec![form]
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
            let all = serde_json::to_string_pretty(&without_words(detail));
            let all = all.map_err(|_| Problem::not_found("entry"))?;
            let left_out =
                "What people said is left out: it may be about somebody, and is read where it belongs.";
            sheet
                .with(Block::Facts(facts))
                .section("What it commits to", Block::Source(all))
                .with(Block::Text(left_out.to_owned()))
        }
        None => {
            let shut = "It is of another account, or about somebody who was erased: nobody here can open it.";
            sheet.with(Block::Facts(facts)).with(Block::Text(shut.to_owned()))
        }
    };
    let proof = serde_json::to_string_pretty(&proof).map_err(|_| Problem::not_found("entry"))?;
    shown(&sheet.section("The proof", Block::Source(proof)))
}

/// A detail without the words of people, and without who said them.
fn without_words(detail: Detail) -> Detail {
    let case = detail.case.map(|statement| Statement { by: None, because: None, ..statement });
    Detail { case, ..detail }
}
