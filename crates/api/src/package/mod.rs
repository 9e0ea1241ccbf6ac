//! Access packages: what is held about a person, with who has read it and to whom it went, as a page to read and as JSON and
//! CSV, in one zip. It is written while it is sent, a page of records at a time, so that a million of them need no more
//! memory than one; each page that is opened is in the audit log.

mod contents;
mod pipe;
pub(crate) mod readings;
pub(crate) mod records;

use std::io::{self, Write};

use axum::body::Body;
use domain::Request;
use gate::{Caller, GateError};
use policy::Document;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit},
};
use web::{Language, PackageFoot, PackageHead, PackageReadings, Template};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use crate::ApiState;
use contents::Contents;
use pipe::Pipe;

/// The zip on its way out.
type Archive = ZipWriter<StreamWriter<Pipe>>;

/// What cuts a package short. The person sees a zip that ends too early, and has it issued again.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("whoever fetched it went away")]
    Gone(#[from] io::Error),
    #[error("it could not be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("it could not be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it could not be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("its page could not be written: {0}")]
    Page(#[from] web::RenderError),
    #[error(transparent)]
    Gate(#[from] GateError),
}

/// How many packages are written at once: each keeps a thread as long as its reader takes.
const AT_ONCE: usize = 8;
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// A place among the packages that are being written.
pub(crate) type Place = SemaphorePermit<'static>;

/// Takes a place; none when all are taken.
pub(crate) fn place() -> Option<Place> {
    PLACES.try_acquire().ok()
}

/// The package of a request, as it is being written.
pub(crate) fn stream(state: &ApiState, acting: Caller, request: Request, place: Place) -> Body {
    let (pipe, body) = Pipe::open();
    let gate = std::sync::Arc::clone(state.service.gate());
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let id = request.id;
        if let Err(error) = write(&Contents::new(&gate, runtime, acting, request), pipe) {
            tracing::error!(request = %id, %error, "a package was cut short; it can be issued again");
        }
        drop(place);
    });
    body
}

fn write(contents: &Contents<'_>, pipe: Pipe) -> Result<(), Broken> {
    let mut archive = ZipWriter::new_stream(pipe);
    page(contents, &mut archive)?;
    begin(&mut archive, "request.json")?;
    serde_json::to_writer_pretty(&mut archive, &contents.summary())?;
    records::as_json(contents, &mut archive)?;
    records::as_csv(contents, &mut archive)?;
    readings::as_json(contents, &mut archive)?;
    readings::choices(contents, &mut archive)?;
    archive.finish()?.into_inner().finish()?;
    Ok(())
}

/// Begins a file of the zip.
fn begin(archive: &mut Archive, name: &str) -> Result<(), Broken> {
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    Ok(archive.start_file(name, options)?)
}

/// The page that a person reads.
fn page(contents: &Contents<'_>, archive: &mut Archive) -> Result<(), Broken> {
    let effective = contents.effective()?;
    let document = effective.declaring().document();
    let custodian = custodian(effective.operator.policy.document());
    begin(archive, "index.html")?;
    let head = PackageHead {
        controller: document.controller.get_ref().name.get_ref(),
        custodian: &custodian,
        received: Language::English.day(contents.request.terms.received_at),
        made: Language::English.day(contents.now()),
        policy_version: effective.declaring().version(),
        people: contents.request.subjects.len(),
    };
    archive.write_all(head.render()?.as_bytes())?;
    records::as_page(contents, archive)?;
    archive.write_all(PackageReadings.render()?.as_bytes())?;
    readings::as_page(contents, archive)?;
    archive.write_all(PackageFoot { custodian: &custodian }.render()?.as_bytes())?;
    Ok(())
}

/// Whom a person asks, with where to write.
fn custodian(document: &Document) -> String {
    let Some(custodian) = &document.custodian else { return String::new() };
    let custodian = custodian.get_ref();
    let place = custodian.email.as_ref().or(custodian.address.as_ref());
    let place = place.map(|place| format!(", {}", place.get_ref())).unwrap_or_default();
    format!("{}{place}", custodian.name.get_ref())
}
