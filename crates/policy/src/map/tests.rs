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
fn a_system_outside_stands_where_it_holds_data_of_the_same_people() {
    let holders = |source: &str| -> Vec<String> {
        let with = map_of(source).into_iter().filter(|row| !row.systems.is_empty());
        with.map(|row| format!("{}.{}", row.record_type, row.field)).collect()
    };
    assert_eq!(holders(OPERATOR).len(), map_of(OPERATOR).len(), "whoever may ask is everyone here");
    let system = Holder {
        system: "newsletter_tool".to_owned(),
        label: "the newsletter tool".to_owned(),
        owner: "marketing@example.com".to_owned(),
    };
    assert_eq!(map_of(OPERATOR)[0].systems, [system]);
    let end_users = OPERATOR.replace(
        "label = \"see what is held\"\nroles = [\"client\", \"end_user\"]",
        "label = \"see what is held\"\nroles = [\"end_user\"]",
    );
    assert_eq!(holders(&end_users), ["message.email", "message.name", "message.body"]);
    assert_eq!(holders(&OPERATOR.replace("rights = [\"access\"]", "rights = []")), Vec::<String>::new());
    let csv = to_csv(&map_of(OPERATOR)).unwrap();
    assert!(csv.contains(",the newsletter tool (marketing@example.com)\n"), "{csv}");
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
