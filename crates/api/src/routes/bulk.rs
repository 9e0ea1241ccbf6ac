//! `POST /v1/bulk`: NDJSON in, NDJSON out, a line an answer. Lines are worked on side by side, so that many share
//! one durable commit; answers come in the order of the lines.

mod lines;

use std::sync::Arc;

use axum::{
    body::Body as HttpBody,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::StreamExt;
use gate::Caller;
use lines::lines;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    records::create::CreateRecord,
    subjects::create::CreateSubject,
    view::{RecordView, SubjectView},
};
use crate::{
    ApiState, Problem,
    extract::{DataWrite, Granted, PurposeQuery, Repeatable, Strict, id, parse},
    problem::Problems,
};

/// How many lines are worked on at once.
const SIDE_BY_SIDE: usize = 128;

/// One line: a record for a subject that is there, or for a new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BulkLine {
    /// The subject; left out, `create` makes one.
    #[schema(pattern = "^sub_[0-9a-f]{32}$")]
    subject: Option<String>,
    /// A new subject.
    create: Option<CreateSubject>,
    /// The record type.
    #[serde(rename = "type")]
    record_type: Option<String>,
    /// The record.
    record: Option<CreateRecord>,
}

/// The answer to one line.
#[derive(Serialize, ToSchema)]
pub(crate) struct BulkAnswer {
    /// The line, counted from 1.
    line: u64,
    /// The subject that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectView>,
    /// The record that was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordView>,
    /// Why the line, or its record, was not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// What every line of a request shares.
struct Bulk {
    state: ApiState,
    caller: Caller,
    purpose: String,
    repeatable: Repeatable,
}

/// Stores many subjects and records, at most 10,000 lines a request. Each line succeeds or fails alone and is
/// answered with a line; read the answers while you send.
#[utoipa::path(
    post, path = "/v1/bulk", tag = "records", operation_id = "bulk",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe, line by line.", min_length = 1, max_length = 255),
        PurposeQuery,
    ),
    request_body(content = BulkLine, content_type = "application/x-ndjson"),
    responses((status = 200, description = "An answer for each line.", body = BulkAnswer, content_type = "application/x-ndjson"), Problems),
)]
pub(crate) async fn bulk(
    State(state): State<ApiState>,
    Granted { caller, .. }: Granted<DataWrite>,
    Strict(PurposeQuery { purpose }): Strict<PurposeQuery>,
    repeatable: Repeatable,
    request: Request,
) -> Result<Response, Problem> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !media_type.is_some_and(|text| text.starts_with("application/x-ndjson")) {
        return Err(Problem::unsupported());
    }
    let shared = Arc::new(Bulk { state, caller, purpose, repeatable });
    let answers = lines(request.into_body())
        .enumerate()
        .map(move |(place, line)| answer(Arc::clone(&shared), place as u64 + 1, line))
        .buffered(SIDE_BY_SIDE)
        .map(|answer| {
            let mut text = serde_json::to_vec(&answer).map_err(std::io::Error::other)?;
            text.push(b'\n');
            Ok::<_, std::io::Error>(Bytes::from(text))
        });
    let body = HttpBody::from_stream(answers);
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

async fn answer(bulk: Arc<Bulk>, line: u64, text: Result<Bytes, Problem>) -> BulkAnswer {
    let mut answer = BulkAnswer { line, subject: None, record: None, problem: None };
    if let Err(problem) = store_line(&bulk, line, text, &mut answer).await {
        answer.problem = Some(problem);
    }
    answer
}

async fn store_line(
    bulk: &Bulk,
    line: u64,
    text: Result<Bytes, Problem>,
    answer: &mut BulkAnswer,
) -> Result<(), Problem> {
    let text = text?;
    let BulkLine { subject, create, record_type, record } = parse(&text)?;
    let gate = bulk.state.gate();
    let subject = match (subject, create) {
        (Some(subject), None) => id(&subject, "subject")?,
        (None, Some(create)) => {
            let replay =
                bulk.repeatable.replay_line(&bulk.state, &bulk.caller, &format!("{line}/subject"), &text)?;
            let new = create.read()?;
            let (subject, entry, _) = gate.create_subject(&bulk.caller, &new, replay.as_ref()).await?;
            let made = subject.id;
            answer.subject = Some(SubjectView::of(&bulk.state, subject, Some(entry))?);
            made
        }
        _ => return Err(Problem::malformed("A line names a `subject` or has `create`, one of the two.")),
    };
    let (Some(record_type), Some(record)) = (record_type, record) else {
        return if answer.subject.is_some() {
            Ok(())
        } else {
            Err(Problem::malformed("A line needs `type` and `record`."))
        };
    };
    let replay = bulk.repeatable.replay_line(&bulk.state, &bulk.caller, &line.to_string(), &text)?;
    let (new, terms) = record.into_new(record_type);
    let stored =
        gate.create_record_under(&bulk.caller, subject, &bulk.purpose, &new, &terms, replay.as_ref()).await?;
    answer.record = Some(RecordView::stored(stored));
    Ok(())
}
