//! Each way of breaking the rule is found, and what keeps it is not.

use super::*;

fn column(name: &str, kind: &str) -> Column {
    Column { name: name.to_owned(), kind: kind.to_owned(), not_null: true }
}

fn unique(columns: &[&str]) -> Unique {
    Unique { index: "the_index".to_owned(), columns: columns.iter().map(|one| (*one).to_owned()).collect() }
}

fn reference(to: &str, columns: &[(&str, &str)]) -> Reference {
    let columns = columns.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    Reference { name: "the_key".to_owned(), to: to.to_owned(), columns }
}

/// A table by bucket that keeps the rule.
fn table(name: &str, comment: &str) -> Table {
    Table {
        name: name.to_owned(),
        comment: Some(comment.to_owned()),
        columns: vec![column("bucket", "integer"), column("id", "uuid")],
        unique: vec![unique(&["id", "bucket"])],
        references: Vec::new(),
    }
}

/// A table without a bucket.
fn plain(name: &str, comment: &str) -> Table {
    let columns = vec![column("tag", "bytea"), column("id", "uuid")];
    Table { columns, unique: vec![unique(&["tag", "id"])], ..table(name, comment) }
}

fn schema() -> Vec<Table> {
    vec![
        plain("account", "everywhere"),
        plain("blind_index", "by tag"),
        table("record", "by bucket"),
        table("subject", "by bucket"),
    ]
}

/// The one fault of a table in an otherwise faultless schema.
#[track_caller]
fn fault(wrong: Table) -> String {
    let mut tables = schema();
    tables.retain(|table| table.name != wrong.name);
    tables.push(wrong);
    let [found] = &faults(&tables)[..] else { panic!("{:?}", faults(&tables)) };
    found.clone()
}

#[test]
fn what_keeps_the_rule_has_no_fault() {
    assert_eq!(faults(&schema()), Vec::<String>::new());
}

#[test]
fn a_table_that_says_not_how_it_lies() {
    let silent = Table { comment: None, ..plain("log", "") };
    assert_eq!(
        fault(silent),
        "log says not how it lies (no comment): COMMENT ON TABLE log IS 'everywhere', or 'by COLUMN'"
    );
    assert!(fault(plain("log", "somewhere")).starts_with("log says not how it lies ('somewhere')"));
    assert!(fault(plain("log", "by")).starts_with("log says not how it lies"));
}

#[test]
fn a_bucket_that_it_is_not_distributed_by() {
    assert!(fault(table("record", "everywhere")).contains("comment it 'by bucket'"));
    assert!(fault(table("record", "by id")).contains("comment it 'by bucket'"));
}

#[test]
fn a_column_that_is_not_there_or_may_be_missing() {
    let other = Table { unique: Vec::new(), ..plain("log", "by number") };
    assert!(fault(other).contains("by number, which it does not have"));
    let mut nullable = plain("log", "by tag");
    nullable.columns[0].not_null = false;
    assert!(fault(nullable).contains("make it NOT NULL"));
}

#[test]
fn a_bucket_of_another_type_than_the_subject_s() {
    let mut small = table("record", "by bucket");
    small.columns[0].kind = "smallint".to_owned();
    assert_eq!(
        fault(small),
        "record cannot lie with subject, whose bucket is integer and not smallint: make it integer"
    );
}

#[test]
fn a_unique_index_that_nodes_could_not_check_alone() {
    for columns in [&["id"][..], &[]] {
        let lacking = Table { unique: vec![unique(columns)], ..table("record", "by bucket") };
        assert_eq!(
            fault(lacking),
            "record is distributed by bucket, which the unique index the_index does not hold: add it there"
        );
    }
    // Whoever has every row can check whatever it likes.
    let mut tables = schema();
    tables[0].unique = vec![unique(&["id"])];
    assert_eq!(faults(&tables), Vec::<String>::new());
}

#[test]
fn a_foreign_key_that_crosses_nodes() {
    let referring = |table: Table, to: &str, columns: &[(&str, &str)]| Table {
        references: vec![reference(to, columns)],
        ..table
    };
    let record = || table("record", "by bucket");
    for crossing in [
        referring(record(), "blind_index", &[("bucket", "tag")]),
        referring(record(), "subject", &[("id", "id")]),
        referring(record(), "nowhere", &[("bucket", "bucket")]),
        referring(plain("account", "everywhere"), "subject", &[("id", "id")]),
        referring(plain("blind_index", "by tag"), "subject", &[("id", "id")]),
        referring(plain("other", "by tag"), "blind_index", &[("tag", "tag")]),
    ] {
        let found = fault(crossing);
        assert!(found.contains("on other nodes (the_key): drop the foreign key"), "{found}");
    }
    for staying in [
        referring(record(), "subject", &[("id", "id"), ("bucket", "bucket")]),
        referring(record(), "account", &[("id", "id")]),
        referring(plain("blind_index", "by tag"), "blind_index", &[("tag", "tag")]),
    ] {
        let mut tables = schema();
        tables.retain(|table| table.name != staying.name);
        tables.push(staying);
        assert_eq!(faults(&tables), Vec::<String>::new());
    }
}

#[test]
fn every_fault_of_every_table_is_named() {
    let mut wrong = table("record", "by bucket");
    wrong.columns[0].not_null = false;
    wrong.unique = vec![unique(&["id"]), unique(&[])];
    assert_eq!(faults(&[wrong, table("subject", "nowhere")]).len(), 4);
}

#[test]
fn what_lies_by_bucket_lies_with_the_subject() {
    let expected = "SELECT create_reference_table('account');\n\
        SELECT create_distributed_table('subject', 'bucket', shard_count => 128);\n\
        SELECT create_distributed_table('blind_index', 'tag', colocate_with => 'none', shard_count => 128);\n\
        SELECT create_distributed_table('record', 'bucket', colocate_with => 'subject');";
    assert_eq!(ddl(&schema()), expected);
}
