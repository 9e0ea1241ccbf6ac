use super::*;

pub(super) const CASES: &[Case] = &[
    operator("P0108", "requests", &[("record = \"request\"", "record = \"requests\"")]),
    operator("P0103", "requests", &[("purpose = \"requests\"", "purpose = \"request\"")]),
    operator(
        "P0115",
        "right",
        &[("rights = [\"access\", \"erasure\"]", "rights = [\"access\", \"objection\"]")],
    ),
    operator(
        "P0502",
        "system",
        &[("rights = [\"access\", \"erasure\"]", "rights = [\"access\", \"erase\"]")],
    ),
    operator("P0111", "system", &[("label = \"the newsletter tool\"", "label = \"\"")]),
    operator("P0110", "system", &[("[systems.newsletter_tool]", "[systems.newsletterTool]")]),
    operator("P0212", "package", &[("package = \"P9D\"", "package = \"PT0S\"")]),
    operator(
        "P0605",
        "package",
        &[("an answer can be fetched for {{requests.package}}", "it can be fetched for nine days")],
    ),
    operator("P0515", "record", &[("record = \"request\"", "record = \"access\"")]),
    operator("P0516", "without", &[("message = { category", "words = { category")]),
    operator(
        "P0516",
        "line",
        &[(
            "message = { category = \"message_text\", type = \"text\" }",
            "message = { category = \"message_text\" }",
        )],
    ),
    operator(
        "P0517",
        "choice",
        &[("basis = \"legal_obligation\"", "basis = \"legitimate_interest\"\nchoice = \"opt_out\"")],
    ),
    operator("P0517", "consent", &[("basis = \"legal_obligation\"", "basis = \"consent\"")]),
    operator(
        "P0108",
        "complaints",
        &[("[complaints]", "[complaints]\nrecord = \"complaint\"\npurpose = \"requests\"")],
    ),
    operator(
        "P0515",
        "complaints",
        &[("[complaints]", "[complaints]\nrecord = \"message\"\npurpose = \"requests\"")],
    ),
    operator("P0519", "purpose", &[("[complaints]", "[complaints]\nrecord = \"request\"")]),
    operator("P0519", "record", &[("[complaints]", "[complaints]\npurpose = \"requests\"")]),
    operator("P0212", "appeal", &[("[complaints]", "[complaints]\nappeal = \"PT0S\"")]),
    operator("P0525", "end_users", &[("unanswered =", "end_users = \"let_in\"\nunanswered =")]),
    operator("P0518", "owner", &[("owner = \"marketing@example.org\"", "owner = \"marketing\"")]),
];
