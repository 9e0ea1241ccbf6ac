use super::*;

const SECTION_2: &str = "promises = [\"third-parties\", \"access\"]";

pub(super) const CASES: &[Case] = &[
    operator("P0601", "payment", &[(SECTION_2, "promises = [\"third-parties\", \"access\", \"payment\"]")]),
    operator("P0602", "recipient", &[("answered with {{recipients.helpdesk}}; ", "answered; ")]),
    operator("P0602", "clock", &[(" We keep it {{retention.messages}}.", "")]),
    operator("P0603", "misspelt", &[("{{purposes.support}}", "{{purposes.suport}} ({{purposes.support}})")]),
    operator(
        "P0603",
        "attribute",
        &[("{{recipients.helpdesk}}", "{{recipients.helpdesk}} in {{recipients.helpdesk.country}}")],
    ),
    operator("P0604", "unclosed", &[("You may: {{rights}}", "You may: {{rights}} {{rights")]),
    operator(
        "P0605",
        "known",
        &[(
            "We keep it {{retention.messages}}.",
            "We keep it {{retention.messages}}, the log ninety (90) days.",
        )],
    ),
    operator("P0605", "unknown", &[("You may: {{rights}}", "You may, within two business days: {{rights}}")]),
    operator("P0606", "recipient", &[("You may: {{rights}}", "You may ask Helpdesk: {{rights}}")]),
    operator("P0607", "cookie", &[("with {{cookies}}", "with visitor_id: {{cookies}}")]),
    operator("P0608", "code", &[("{{recipients.helpdesk}};", "{{recipients.helpdesk}} in the US;")]),
    operator("P0608", "name", &[("We use your data", "In Germany we use your data")]),
    operator(
        "P0609",
        "permits",
        &[(
            "permits = [{ role = \"client\", category = \"email\", purpose = \"support\" }]",
            "permits = [{ category = \"ip_address\", purpose = \"support\" }]",
        )],
    ),
    operator(
        "P0610",
        "sections",
        &[(
            "refuses = [{ category = \"message_text\", purpose = \"offers\" }]",
            "refuses = [{ role = \"client\", category = \"email\", purpose = \"support\" }]",
        )],
    ),
    operator(
        "P0611",
        "purpose",
        &[(
            "refuses = [{ category = \"message_text\", purpose = \"offers\" }]",
            "refuses = [{ purpose = \"security\" }]",
        )],
    ),
    operator(
        "P0611",
        "recipient",
        &[(
            "refuses = [{ category = \"message_text\", purpose = \"offers\" }]",
            "refuses = [{ recipient = \"helpdesk\" }]",
        )],
    ),
    operator(
        "P0612",
        "opt_out",
        &[
            (
                "basis = \"consent\"\nroles = [\"client\"]\nchoice = \"opt_in\"",
                "basis = \"contract\"\nroles = [\"client\"]",
            ),
            ("region = \"US\"\nchoice = \"opt_out\"", "region = \"US\""),
        ],
    ),
];
