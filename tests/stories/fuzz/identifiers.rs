//! Ids and certificates: any text is refused, or is the one spelling of what it names.

use domain::{AccountId, Certificate, EntryId, KeyId, RecordId, SubjectId};

use super::mutation::fuzz;

fn texts(examples: &[&str]) -> Vec<Vec<u8>> {
    examples.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn an_id_has_one_spelling() {
    let examples = texts(&[
        "sub_01a20b8a6cbf86c0b2d1adb3f94e6216",
        "rec_01a20b8a6cbf86c0b2d1adb3f94e6216",
        "acc_01a20b8a6cbf86c0b2d1adb3f94e6216",
        "key_01a20b8a6cbf86c0b2d1adb3f94e6216",
        "ent_000000000000004700000003",
    ]);
    fuzz(&examples, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let spellings = [
            text.parse::<SubjectId>().map(|id| id.to_string()).ok(),
            text.parse::<RecordId>().map(|id| id.to_string()).ok(),
            text.parse::<AccountId>().map(|id| id.to_string()).ok(),
            text.parse::<KeyId>().map(|id| id.to_string()).ok(),
            text.parse::<EntryId>().map(|id| id.to_string()).ok(),
        ];
        assert!(spellings.iter().flatten().all(|spelling| *spelling == text), "{text}");
        assert!(spellings.iter().flatten().count() <= 1, "{text} names two things");
    });
}

#[test]
fn a_certificate_is_read_or_refused() {
    let example = r#"{"erasure":"era_01a20b8a6cbf86c0b2d1adb3f94e6216","subject":"sub_01a20b8a6cbf86c0b2d1adb3f94e6216",
        "account":"acc_01a20b8a6cbf86c0b2d1adb3f94e6216","inaccessible_at":"2026-11-24T03:12:30.911441Z",
        "shredded_at":"2026-11-24T03:12:30.911441Z","irrecoverable_by":"2027-02-22T03:12:30.911441Z","keys_destroyed":2,
        "kept":[{"record_type":"access_log","class":"access_log","records":1,"exception":"access_logs","ground":"security",
        "until":"2027-11-24T03:12:30.911441Z"}],"clause":8,"entry":"ent_000000000000004700000003","detail":"{}",
        "leaf_key":"00"}"#;
    fuzz(&texts(&[example]), |bytes| {
        if let Ok(read) = serde_json::from_slice::<Certificate>(bytes) {
            let written = serde_json::to_vec(&read).unwrap();
            assert_eq!(serde_json::from_slice::<Certificate>(&written).unwrap(), read);
        }
    });
}
