//! What each placeholder stands for.

use jiff::Span;

use crate::document::{Document, Retention, Until};

/// What the declarations say where a placeholder stands; `None` when it names nothing.
pub fn resolve(document: &Document, path: &str) -> Option<String> {
    let mut parts = path.split('.');
    let (kind, name, attribute) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match name {
        None => list(document, kind),
        Some(name) => one(document, kind, name, attribute),
    }
}

/// The labels of every declaration of one kind, as a Markdown list.
fn list(document: &Document, kind: &str) -> Option<String> {
    let labels: Vec<&String> = match kind {
        "roles" => document.roles.values().map(|one| one.label.get_ref()).collect(),
        "categories" => document.categories.values().map(|one| one.label.get_ref()).collect(),
        "purposes" => document.purposes.values().map(|one| one.label.get_ref()).collect(),
        "records" => document.records.values().map(|one| one.label.get_ref()).collect(),
        "recipients" => document.recipients.values().map(|one| one.label.get_ref()).collect(),
        "cookies" => document.cookies.values().map(|one| one.label.get_ref()).collect(),
        "beacons" => document.beacons.values().map(|one| one.label.get_ref()).collect(),
        "rights" => document.rights.values().map(|one| one.label.get_ref()).collect(),
        "exceptions" => document.exceptions.values().map(|one| one.label.get_ref()).collect(),
        "disclosures" => document.disclosures.values().map(|one| one.label.get_ref()).collect(),
        _ => return None,
    };
    (!labels.is_empty()).then(|| labels.iter().map(|label| format!("- {label}\n")).collect())
}

fn one(document: &Document, kind: &str, name: &str, attribute: Option<&str>) -> Option<String> {
    match (kind, attribute) {
        ("roles", None) => document.roles.get(name).map(|one| one.label.get_ref().clone()),
        ("categories", None) => document.categories.get(name).map(|one| one.label.get_ref().clone()),
        ("purposes", None) => document.purposes.get(name).map(|one| one.label.get_ref().clone()),
        ("records", None) => document.records.get(name).map(|one| one.label.get_ref().clone()),
        ("beacons", None) => document.beacons.get(name).map(|one| one.label.get_ref().clone()),
        ("retention", None) => document.retention.get(name).map(retention_text),
        ("disclosures", None) => document.disclosures.get(name).map(|one| one.label.get_ref().clone()),
        ("disclosures", Some("approvals")) => {
            document.disclosures.get(name).map(|one| one.approvals.get_ref().to_string())
        }
        ("recipients", attribute) => recipient(document, name, attribute),
        ("cookies", attribute) => cookie(document, name, attribute),
        ("rights", attribute) => right(document, name, attribute),
        ("exceptions", attribute) => exception(document, name, attribute),
        (kind, None) => single(document, kind, name),
        _ => None,
    }
}

fn recipient(document: &Document, name: &str, attribute: Option<&str>) -> Option<String> {
    let recipient = document.recipients.get(name)?;
    match attribute {
        None => Some(recipient.label.get_ref().clone()),
        Some("region") => recipient.region.as_ref().map(|region| region.get_ref().clone()),
        Some("agreement") => {
            recipient.agreement.as_ref().map(|agreement| agreement.get_ref().document.get_ref().clone())
        }
        Some("receives") => {
            let labels = recipient.receives.iter().map(|name| {
                let declared = document.categories.get(name.get_ref().as_str());
                declared.map_or(name.get_ref().as_str(), |category| category.label.get_ref().as_str())
            });
            Some(labels.collect::<Vec<_>>().join(", "))
        }
        Some(_) => None,
    }
}

fn cookie(document: &Document, name: &str, attribute: Option<&str>) -> Option<String> {
    let cookie = document.cookies.get(name)?;
    match attribute {
        None => Some(cookie.label.get_ref().clone()),
        Some("life") => Some(
            cookie
                .life
                .as_ref()
                .map_or_else(|| "until the browser closes".to_owned(), |life| span_text(life.get_ref())),
        ),
        Some(_) => None,
    }
}

fn right(document: &Document, name: &str, attribute: Option<&str>) -> Option<String> {
    let right = document.rights.get(name)?;
    match attribute {
        None => Some(right.label.get_ref().clone()),
        Some("deadline") => right.deadline.as_ref().map(|span| span_text(span.get_ref())),
        Some("extension") => right.extension.as_ref().map(|span| span_text(span.get_ref())),
        Some(_) => None,
    }
}

fn exception(document: &Document, name: &str, attribute: Option<&str>) -> Option<String> {
    let exception = document.exceptions.get(name)?;
    match attribute {
        None => Some(exception.label.get_ref().clone()),
        Some("ground") => Some(exception.ground.get_ref().clone()),
        Some("term") => document.retention.get(exception.retention.get_ref().as_str()).map(retention_text),
        Some(_) => None,
    }
}

/// Placeholders of the tables that stand once in a policy.
fn single(document: &Document, table: &str, name: &str) -> Option<String> {
    let contact = match table {
        "controller" => Some(document.controller.get_ref()),
        "custodian" => document.custodian.as_ref().map(|custodian| custodian.get_ref()),
        _ => None,
    };
    match (table, name) {
        ("controller" | "custodian", "name") => contact.map(|contact| contact.name.get_ref().clone()),
        ("controller" | "custodian", "email") => contact?.email.as_ref().map(|one| one.get_ref().clone()),
        ("controller" | "custodian", "address") => contact?.address.as_ref().map(|one| one.get_ref().clone()),
        ("controller" | "custodian", "country") => contact?.country.as_ref().map(|one| one.get_ref().clone()),
        ("policy", "version") => Some(document.policy.get_ref().version.get_ref().clone()),
        ("policy", "effective") => Some(document.policy.get_ref().effective.get_ref().to_string()),
        ("age", "minimum") => document.age.as_ref().map(|age| age.get_ref().minimum.get_ref().to_string()),
        ("transfers", "deployment") => {
            document.transfers.as_ref().map(|transfers| transfers.get_ref().deployment.get_ref().clone())
        }
        ("complaints", "acknowledge") => {
            document.complaints.as_ref().map(|one| span_text(one.get_ref().acknowledge.get_ref()))
        }
        ("complaints", "answer") => {
            document.complaints.as_ref().map(|one| span_text(one.get_ref().answer.get_ref()))
        }
        ("assessment", "every") => {
            document.assessment.as_ref().map(|one| span_text(one.get_ref().every.get_ref()))
        }
        ("changes", "ahead") => {
            document.changes.as_ref()?.get_ref().ahead.as_ref().map(|span| span_text(span.get_ref()))
        }
        ("sensitive", "classes") => document.sensitive.as_ref().map(|sensitive| {
            let classes = sensitive.get_ref().classes.iter().map(|name| name.get_ref().replace('_', " "));
            classes.collect::<Vec<_>>().join(", ")
        }),
        _ => None,
    }
}

/// A retention clock in words, for example `as long as the account lives, and 3 years after`.
pub(crate) fn retention_text(retention: &Retention) -> String {
    let then = retention.then.as_ref().map(|span| span_text(span.get_ref()));
    match (retention.until.get_ref(), then) {
        (Until::Account, None) => "as long as the account lives".to_owned(),
        (Until::Account, Some(then)) => format!("as long as the account lives, and {then} after"),
        (Until::Stored, None) | (Until::Changed, None) => "until it is erased".to_owned(),
        (Until::Stored, Some(then)) => then,
        (Until::Changed, Some(then)) => format!("{then} after the last change"),
    }
}

/// A span in words, for example `1 year and 6 months`.
pub(crate) fn span_text(span: &Span) -> String {
    let parts: Vec<String> = [
        (i64::from(span.get_years()), "year"),
        (i64::from(span.get_months()), "month"),
        (i64::from(span.get_weeks()), "week"),
        (i64::from(span.get_days()), "day"),
        (i64::from(span.get_hours()), "hour"),
        (span.get_minutes(), "minute"),
        (span.get_seconds(), "second"),
    ]
    .into_iter()
    .filter(|(count, _)| *count != 0)
    .map(|(count, unit)| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
    .collect();
    match parts.split_last() {
        None => "no time".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
