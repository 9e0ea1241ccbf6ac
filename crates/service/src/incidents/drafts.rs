//! Drafts of what has to be said about an incident: to the authority (GDPR, article 33(3)), to the Clients for whom data
//! is processed (article 33(2)), and to the people (article 34(2)). The facts are from the incident and its scope. What
//! only a person can judge is a blank that says what to write: a guess here would be a false statement there.

use domain::{AccountId, incident::Part};
use policy::render::markdown_text;
use serde::Serialize;

use super::facts::{Client, Facts};

/// A draft, part by part and as a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// Who is told.
    pub part: Part,
    /// Which Client, where a Client is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// What stands above it.
    pub title: String,
    /// What it has to say, in order.
    pub fields: Vec<Field>,
    /// How many blanks a person must fill before it can be sent.
    pub blanks: usize,
    /// The whole as Markdown.
    pub markdown: String,
}

/// One thing that has to be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Where the law asks for it.
    pub article: &'static str,
    /// What stands above it.
    pub heading: &'static str,
    /// What is known, a statement each.
    pub known: Vec<String>,
    /// What a person must write; none when what is known is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_write: Option<&'static str>,
}

const NATURE: &str =
    "what happened, in your own words; the report says what was seen. Name nobody who is not a party to it";
const CONSEQUENCES: &str = "what this may lead to for the people concerned";
const MEASURES: &str = "what was done, and is proposed, against it and against its effects";
const CONTACT: &str =
    "the name and contact details of the data protection officer, or of whoever else can be asked";
const UNSCOPED: &str =
    "how many people and records are concerned: the log was not asked yet (POST /v1/incidents/{id}/scope)";

pub(super) fn for_authority(facts: &Facts<'_>) -> Draft {
    let mut fields = vec![
        field("nature", "33(3)(a)", "Nature of the breach", vec![facts.noticed()], Some(NATURE)),
        people(facts, None),
        records(facts, None),
        contact(facts, "33(3)(b)"),
        field("consequences", "33(3)(c)", "Likely consequences", Vec::new(), Some(CONSEQUENCES)),
        field("measures", "33(3)(d)", "Measures", facts.measures.clone(), Some(MEASURES)),
    ];
    if let Some(hours) = facts.delay() {
        let known = vec![format!("{hours} hours later than the 72 that article 33(1) gives")];
        fields.push(field("delay", "33(1)", "Reasons for the delay", known, Some("why it is told so late")));
    }
    let title = format!("Notification of a personal data breach by {}", facts.controller);
    draft(facts, (Part::Authority, None), title, fields)
}

pub(super) fn for_client(facts: &Facts<'_>, client: &Client) -> Draft {
    let account = client.account;
    let fields = vec![
        field("nature", "33(2)", "What happened", vec![facts.noticed()], Some(NATURE)),
        people(facts, Some(account)),
        records(facts, Some(account)),
        contact(facts, "28(3)(f), 33(3)(b)"),
        field("measures", "28(3)(f), 33(3)(d)", "Measures", facts.measures.clone(), Some(MEASURES)),
    ];
    let title = format!("Notice of a personal data breach by {} to {}", facts.controller, client.name);
    draft(facts, (Part::Clients, Some(account)), title, fields)
}

pub(super) fn for_persons(facts: &Facts<'_>) -> Draft {
    let data = facts.categories();
    let to_write = if data.is_empty() { Some("which of their data is concerned") } else { None };
    let fields = vec![
        field(
            "nature",
            "34(2)",
            "What happened",
            Vec::new(),
            Some("what happened, in clear and plain language"),
        ),
        field("data", "34(2)", "Which of your data is concerned", data, to_write),
        contact(facts, "34(2), 33(3)(b)"),
        field(
            "consequences",
            "34(2), 33(3)(c)",
            "What this may mean for you",
            Vec::new(),
            Some(CONSEQUENCES),
        ),
        field(
            "measures",
            "34(2), 33(3)(d)",
            "What was done, and what you can do",
            Vec::new(),
            Some("what was done against it, and what people can do themselves, in clear and plain language"),
        ),
    ];
    let title = format!("A notice from {} about your data", facts.controller);
    draft(facts, (Part::Persons, None), title, fields)
}

fn people(facts: &Facts<'_>, client: Option<AccountId>) -> Field {
    let known = facts.people(client);
    let to_write =
        if known.is_empty() { UNSCOPED } else { "of which kinds they are: customers, visitors, staff" };
    field("people", "33(3)(a)", "People concerned", known, Some(to_write))
}

fn records(facts: &Facts<'_>, client: Option<AccountId>) -> Field {
    let known = facts.records(client);
    let to_write = known.is_empty().then_some(UNSCOPED);
    field("records", "33(3)(a)", "Data and records concerned", known, to_write)
}

fn contact(facts: &Facts<'_>, article: &'static str) -> Field {
    let known: Vec<String> = facts.contact.iter().cloned().collect();
    let to_write = known.is_empty().then_some(CONTACT);
    field("contact", article, "Whom to ask", known, to_write)
}

const fn field(
    name: &'static str,
    article: &'static str,
    heading: &'static str,
    known: Vec<String>,
    to_write: Option<&'static str>,
) -> Field {
    Field { name, article, heading, known, to_write }
}

fn draft(
    facts: &Facts<'_>,
    (part, account): (Part, Option<AccountId>),
    title: String,
    fields: Vec<Field>,
) -> Draft {
    let blanks = fields.iter().filter(|field| field.to_write.is_some()).count();
    let markdown = markdown(facts, &title, &fields);
    Draft { part, account, title, fields, blanks, markdown }
}

fn markdown(facts: &Facts<'_>, title: &str, fields: &[Field]) -> String {
    let mut text = format!(
        "# {}\n\nDraft of {}, for {}. Not sent.\n",
        markdown_text(title),
        facts.now,
        markdown_text(&facts.incident.id.to_string())
    );
    for field in fields {
        text.push_str(&format!("\n## {} (GDPR, article {})\n", field.heading, field.article));
        for statement in &field.known {
            text.push_str(&format!("\n- {}", markdown_text(statement)));
        }
        if !field.known.is_empty() {
            text.push('\n');
        }
        if let Some(to_write) = field.to_write {
            text.push_str(&format!("\n**To be written:** {}.\n", markdown_text(to_write)));
        }
    }
    text
}
