//! Bundles of assessments: whatever is changed, taken out or added is found.

use domain::{Assessed, AssessmentId};
use jiff::Timestamp;

use super::world::{Process, World};
use crate::{Bundle, BundleError, verify_bundle};

async fn bundle(process: &Process, report: &str) -> Bundle {
    let operator = process.operator.clone();
    let id = AssessmentId::from_bytes([7; 16]);
    let assessed = Assessed {
        id,
        account: operator.account_id(),
        at: Timestamp::UNIX_EPOCH,
        headline: "1 of 1 kept, report sha256:00".to_owned(),
        report: report.to_owned(),
    };
    process.store_assessment(&operator, &assessed).await.unwrap();
    while process.advance_log().await.unwrap() > 0 {}
    let page = Bundle::from([("report.html".to_owned(), b"<p>1 of 1 kept".to_vec())]);
    process.bundle(&operator, id, page).await.unwrap()
}

#[tokio::test]
async fn a_bundle_proves_the_report_and_every_file_of_it() {
    let process = World::new().await.open().await;
    let files = bundle(&process, "{\"kept\":1}").await;
    let key = process.log_key();
    let (detail, checkpoint) = verify_bundle(&files, key).unwrap();
    assert!(detail.note.unwrap().starts_with("1 of 1 kept, ") && checkpoint.size > 0);
    for name in files.keys() {
        let mut altered = files.clone();
        altered.get_mut(name).unwrap().push(b' ');
        verify_bundle(&altered, key).unwrap_err();
        let mut without = files.clone();
        without.remove(name);
        verify_bundle(&without, key).unwrap_err();
    }
    let mut with = files;
    with.insert("readme.txt".to_owned(), b"All is well.".to_vec());
    assert!(matches!(verify_bundle(&with, key), Err(BundleError::OtherFile(name)) if name == "readme.txt"));
}

#[tokio::test]
async fn what_was_found_before_the_keys_were_rotated_is_proved_after() {
    let process = World::new().await.open().await;
    let before = bundle(&process, "{\"kept\":1}").await;
    let operator = process.operator.clone();
    process.rotate_account(&operator, operator.account_id()).await.unwrap();
    let id = AssessmentId::from_bytes([7; 16]);
    let page = Bundle::from([("report.html".to_owned(), before["report.html"].clone())]);
    let after = process.bundle(&operator, id, page).await.unwrap();
    verify_bundle(&after, process.log_key()).unwrap();
    assert_eq!(after["report.json"], before["report.json"]);
}

/// Whoever holds the key of the log can sign any list, and still proves no report that the log did not commit to.
#[tokio::test]
async fn a_report_that_the_log_did_not_commit_to_proves_nothing() {
    let process = World::new().await.open().await;
    let mut files = bundle(&process, "{\"kept\":1}").await;
    files.insert("report.json".to_owned(), b"{\"kept\":30}".to_vec());
    crate::assessments::sign(&mut files, process.log.signing()).unwrap();
    assert!(matches!(verify_bundle(&files, process.log_key()), Err(BundleError::OtherReport)));
}
