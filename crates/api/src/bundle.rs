//! The bundle of an assessment: a zip that a person can read and an auditor can verify offline.

use std::io::{Cursor, Write};

use domain::AssessmentId;
use gate::{Bundle, Caller, Gate, GateError};
use service::{Assessment, attested::measures};
use web::{AssessmentPage, AssessmentRow};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{Problem, routes::pages::front::status_of};

/// What keeps a bundle from being made.
#[derive(Debug, thiserror::Error)]
pub enum BundleFailed {
    /// The gate cannot give what it needs; where its entry has no place in the log yet, it has one two seconds later.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It cannot be packed.
    #[error("the bundle could not be packed: {0}")]
    Packed(#[from] zip::result::ZipError),
}

/// The bundle of an assessment of the caller's account, as a zip.
///
/// # Errors
/// [`BundleFailed`].
pub async fn of(gate: &Gate, caller: &Caller, id: AssessmentId) -> Result<Vec<u8>, BundleFailed> {
    let assessed = gate.assessed(caller, id).await?;
    let damaged = || GateError::Damaged("an assessment");
    let assessment: Assessment = serde_json::from_str(&assessed.report).map_err(|_| damaged())?;
    let mut files = Bundle::new();
    files.insert(
        "report.html".to_owned(),
        page(&caller.account.name, &assessment).html().map_err(|_| damaged())?.into_bytes(),
    );
    let attested = measures(gate, caller).await?;
    let latest: Vec<_> = attested.iter().filter_map(|measure| measure.latest.as_ref()).collect();
    files.insert("attestations.json".to_owned(), serde_json::to_vec_pretty(&latest).map_err(|_| damaged())?);
    Ok(packed(&gate.bundle(caller, id, files).await?)?)
}

fn page(operator: &str, assessment: &Assessment) -> AssessmentPage {
    AssessmentPage {
        operator: operator.to_owned(),
        id: assessment.id.to_string(),
        at: assessment.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        headline: assessment.headline(),
        rows: assessment
            .findings
            .iter()
            .map(|finding| AssessmentRow {
                promise: finding.promise.id(),
                sentence: finding.promise.sentence(),
                section: finding.section,
                status: status_of(finding.status),
                evidence: finding.evidence.clone(),
            })
            .collect(),
    }
}

fn packed(files: &Bundle) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        archive.start_file(name, options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

impl From<BundleFailed> for Problem {
    fn from(failed: BundleFailed) -> Self {
        match failed {
            BundleFailed::Gate(error) => error.into(),
            BundleFailed::Packed(_) => GateError::Damaged("a bundle").into(),
        }
    }
}
