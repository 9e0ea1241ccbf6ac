//! The rule: each table says how it lies on a distributed PostgreSQL, and every unique constraint of a distributed one
//! holds the column of distribution.

use std::fmt::Write;

/// A table as the catalogue describes it.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// `everywhere`, or `by COLUMN`.
    pub(crate) comment: Option<String>,
    /// Each column, and whether it is always there.
    pub(crate) columns: Vec<(String, bool)>,
    /// The name and the columns of each unique index.
    pub(crate) unique: Vec<(String, Vec<String>)>,
}

/// How a table lies.
enum Layout<'a> {
    Everywhere,
    By(&'a str),
}

impl Table {
    fn layout(&self) -> Option<Layout<'_>> {
        match self.comment.as_deref()?.trim() {
            "everywhere" => Some(Layout::Everywhere),
            other => other.strip_prefix("by ").map(Layout::By),
        }
    }

    fn fault(&self) -> Option<String> {
        let Some(layout) = self.layout() else {
            return Some(
                "says not how it lies; COMMENT ON TABLE … IS 'everywhere' or 'by COLUMN'".to_owned(),
            );
        };
        let has_bucket = self.columns.iter().any(|(name, _)| name == "bucket");
        match layout {
            Layout::Everywhere if has_bucket => Some("has a bucket and is not distributed by it".to_owned()),
            Layout::Everywhere => None,
            Layout::By(column) if has_bucket && column != "bucket" => {
                Some(format!("has a bucket and is distributed by {column}"))
            }
            Layout::By(column) => self.fault_of(column),
        }
    }

    /// What is wrong with a column of distribution.
    fn fault_of(&self, column: &str) -> Option<String> {
        match self.columns.iter().find(|(name, _)| name == column) {
            None => return Some(format!("is distributed by {column}, which it does not have")),
            Some((_, false)) => {
                return Some(format!("is distributed by {column}, which may be missing; NOT NULL"));
            }
            Some((_, true)) => {}
        }
        let lacking = self.unique.iter().find(|(_, columns)| !columns.iter().any(|one| one == column))?;
        Some(format!("is distributed by {column}, and its unique index {} does not hold it", lacking.0))
    }
}

/// What breaks the rule, in words.
pub(crate) fn faults(tables: &[Table]) -> Vec<String> {
    let fault = |table: &Table| Some(format!("{} {}", table.name, table.fault()?));
    tables.iter().filter_map(fault).collect()
}

/// The statements that distribute the schema on Citus. What is distributed by bucket lies together, a subject's rows on
/// one node.
pub(crate) fn ddl(tables: &[Table]) -> String {
    let mut text = String::new();
    for Table { name, .. } in tables.iter().filter(|table| matches!(table.layout(), Some(Layout::Everywhere)))
    {
        let _ = writeln!(text, "SELECT create_reference_table('{name}');");
    }
    let mut first_by_bucket = None;
    for table in tables {
        let (name, Some(Layout::By(column))) = (&table.name, table.layout()) else { continue };
        let with = match first_by_bucket {
            Some(first) if column == "bucket" => format!("colocate_with => '{first}'"),
            _ => "colocate_with => 'none', shard_count => 128".to_owned(),
        };
        if column == "bucket" {
            first_by_bucket.get_or_insert(name.as_str());
        }
        let _ = writeln!(text, "SELECT create_distributed_table('{name}', '{column}', {with});");
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(comment: &str) -> Table {
        Table {
            name: "record".to_owned(),
            comment: Some(comment.to_owned()),
            columns: vec![("bucket".to_owned(), true), ("id".to_owned(), true), ("end".to_owned(), false)],
            unique: vec![("record_pkey".to_owned(), vec!["id".to_owned(), "bucket".to_owned()])],
        }
    }

    fn fault(table: Table) -> String {
        faults(&[table]).concat()
    }

    #[test]
    fn a_table_that_keeps_the_rule_has_no_fault() {
        assert_eq!(fault(table("by bucket")), "");
    }

    #[test]
    fn each_way_of_breaking_it_is_named() {
        assert!(fault(Table { comment: None, ..table("") }).contains("says not how it lies"));
        assert!(fault(table("somewhere")).contains("says not how it lies"));
        assert!(fault(table("everywhere")).contains("not distributed by it"));
        assert!(fault(table("by id")).contains("has a bucket and is distributed by id"));
        let columns = vec![("id".to_owned(), true), ("end".to_owned(), false)];
        let without = |comment| Table { columns: columns.clone(), ..table(comment) };
        assert!(fault(without("by tag")).contains("which it does not have"));
        assert!(fault(without("by end")).contains("may be missing"));
        let unique = vec![("record_name".to_owned(), vec!["id".to_owned()])];
        let faulty = fault(Table { unique, ..table("by bucket") });
        assert!(faulty.contains("its unique index record_name does not hold it"), "{faulty}");
    }

    #[test]
    fn rows_of_one_bucket_lie_together() {
        let other = Table { name: "subject".to_owned(), ..table("by bucket") };
        let global = Table { name: "account".to_owned(), columns: Vec::new(), ..table("everywhere") };
        let expected = "SELECT create_reference_table('account');\n\
            SELECT create_distributed_table('record', 'bucket', colocate_with => 'none', shard_count => 128);\n\
            SELECT create_distributed_table('subject', 'bucket', colocate_with => 'record');";
        assert_eq!(ddl(&[table("by bucket"), other, global]), expected);
    }
}
