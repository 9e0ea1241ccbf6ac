use super::*;

const OPERATOR: &str = include_str!("../../tests/operator.toml");

fn map_of(source: &str) -> Vec<Row> {
    rows(&Policy::unchecked(source))
}

fn names(row: &Row) -> Vec<&str> {
    row.purposes.iter().map(|one| one.purpose.as_str()).collect()
}

#[test]
fn every_field_has_its_row() {
    let policy = Policy::unchecked(OPERATOR);
    let fields: usize = policy.document().records.values().map(|record| record.fields.len()).sum();
    assert_eq!(rows(&policy).len(), fields);
}

#[test]
fn a_row_tells_what_why_how_long_and_who_receives_it() {
    let map = map_of(OPERATOR);
    let row = map.iter().find(|row| row.record_type == "profile" && row.field == "email").unwrap();
    assert_eq!(row.roles, ["client"]);
    assert_eq!((row.data.as_str(), row.dpv.as_str()), ("e-mail address", "dpv-pd:EmailAddress"));
    assert_eq!(names(row), ["support", "marketing"]);
    assert_eq!(row.purposes[1].choice, "only after the person says yes");
    assert_eq!(row.retention, "as long as the account lives, and 1 year after");
    assert_eq!(row.recipients[0].region.as_deref(), Some("US"));
}

#[test]
fn what_a_section_refuses_is_not_on_the_map() {
    let map = map_of(OPERATOR);
    let body = map.iter().find(|row| row.field == "body").unwrap();
    assert_eq!(names(body), ["support"], "section 2 refuses improvement");
    assert_eq!(body.recipients, [], "the recipient receives addresses and names");
}

#[test]
fn a_spreadsheet_runs_nothing() {
    for label in ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\\t=1"] {
        let source = OPERATOR.replace("label = \"e-mail address\"", &format!("label = \"{label}\""));
        let csv = to_csv(&map_of(&source)).unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
            }
        }
    }
}

#[test]
fn cells_with_commas_quotes_and_line_breaks_come_back_whole() {
    let source = OPERATOR.replace("label = \"Zendesk\"", "label = \"Zendesk, \\\"Inc.\\\"\\nand more\"");
    let csv = to_csv(&map_of(&source)).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let cells: Vec<String> = reader.records().map(|record| record.unwrap()[11].to_owned()).collect();
    assert!(cells.contains(&"Zendesk, \"Inc.\"\nand more (US)".to_owned()));
}

#[test]
fn json_holds_the_same_rows() {
    let map = map_of(OPERATOR);
    let json: serde_json::Value = serde_json::from_str(&to_json(&map).unwrap()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), map.len());
    assert_eq!(json[0]["class"], "contact");
    assert_eq!(json[0]["purposes"][0]["basis"], "a contract");
}
