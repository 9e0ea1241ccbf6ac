//! The page of an access package: what is held about a person, for that person to read, in a file that opens offline. It is
//! written piece by piece, as it may be long.

use askama::Template;

/// The beginning.
#[derive(Debug, Clone, Template)]
#[template(path = "package/head.html")]
pub struct PackageHead<'a> {
    /// Who decides why and how the data is used.
    pub controller: &'a str,
    /// Whom to ask.
    pub custodian: &'a str,
    /// When it was asked for.
    pub received: String,
    /// When it was put together.
    pub made: String,
    /// Under which version of the policy.
    pub policy_version: &'a str,
    /// About how many subjects it is.
    pub people: usize,
}

/// A record.
#[derive(Debug, Clone, Template)]
#[template(path = "package/record.html")]
pub struct PackageRecord {
    /// What the record is.
    pub label: String,
    /// Its fields.
    pub fields: Vec<PackageField>,
    /// Since when it is held.
    pub since: String,
    /// Until when, in words.
    pub until: String,
    /// Where it came from, in a sentence.
    pub source: String,
    /// What it is used for.
    pub purposes: String,
    /// With whom it was shared, in a sentence.
    pub shared: String,
}

/// A field of a record.
#[derive(Debug, Clone)]
pub struct PackageField {
    /// What it is.
    pub label: String,
    /// What it says, or why it is left out.
    pub value: String,
    /// Whether it is left out.
    pub is_withheld: bool,
}

/// The beginning of the list of who has looked at it.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "package/readings.html")]
pub struct PackageReadings;

/// One time that someone looked.
#[derive(Debug, Clone, Template)]
#[template(path = "package/reading.html")]
pub struct PackageReading {
    /// When.
    pub at: String,
    /// What was done.
    pub what: String,
    /// For which purpose.
    pub purpose: String,
    /// By or to whom.
    pub whom: String,
}

/// The end.
#[derive(Debug, Clone, Template)]
#[template(path = "package/foot.html")]
pub struct PackageFoot<'a> {
    /// Whom to ask.
    pub custodian: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_stored_is_text_and_never_markup() {
        let field = PackageField {
            label: "name".to_owned(),
            value: "<script>alert(1)</script>".to_owned(),
            is_withheld: false,
        };
        let record = PackageRecord {
            label: "details".to_owned(),
            fields: vec![field],
            since: "today".to_owned(),
            until: "without a set end".to_owned(),
            source: String::new(),
            purposes: String::new(),
            shared: String::new(),
        };
        let html = record.render().unwrap();
        assert!(html.contains("&#60;script&#62;") && !html.contains("<script"), "{html}");
    }
}
