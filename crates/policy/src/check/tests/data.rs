use super::*;

const BODY: &str = "body = { category = \"message_text\", type = \"text\" }";

pub(super) const CASES: &[Case] = &[
    operator(
        "P0201",
        "field",
        &[(
            "address = { category = \"ip_address\" }",
            "address = { category = \"ip_address\" }\nagent = { required = true }",
        )],
    ),
    operator("P0202", "detector", &[("detector = \"email\"", "detector = \"emial\"")]),
    operator("P0203", "class", &[("class = \"technical\"", "class = \"special\"")]),
    operator("P0203", "named_sensitive", &[("classes = [\"health\"]", "classes = [\"message_text\"]")]),
    account("P0204", "not_flagged", &[("class = \"contact\"", "class = \"special\"")]),
    operator("P0205", "forbidden", &[(BODY, "body = { category = \"card_number\", type = \"text\" }")]),
    operator("P0206", "record", &[("retention = \"messages\"\n", "")]),
    operator(
        "P0207",
        "record",
        &[("[records.access.fields]\naddress = { category = \"ip_address\" }", "[records.access.fields]")],
    ),
    operator("P0208", "record", &[("purposes = [\"support\", \"offers\"]", "purposes = []")]),
    operator("P0209", "role", &[("purposes = [\"support\", \"offers\"]", "purposes = [\"offers\"]")]),
    operator(
        "P0210",
        "record",
        &[(
            "roles = [\"client\", \"end_user\"]\npurposes = [\"security\"]",
            "roles = []\npurposes = [\"security\"]",
        )],
    ),
    operator(
        "P0210",
        "purpose",
        &[("basis = \"consent\"\nroles = [\"client\"]", "basis = \"consent\"\nroles = []")],
    ),
    operator(
        "P0210",
        "right",
        &[("have it erased\"\nroles = [\"client\", \"end_user\"]", "have it erased\"\nroles = []")],
    ),
    operator("P0211", "stored", &[("then = \"P90D\"\n", "")]),
    operator("P0212", "negative", &[("then = \"P3Y\"", "then = \"-P3Y\"")]),
    operator("P0212", "zero", &[("deadline = \"P1M\"", "deadline = \"P0D\"")]),
    operator(
        "P0213",
        "clock",
        &[
            (
                "[recipients.helpdesk]",
                "[retention.backups]\nlabel = \"backups\"\nwhile = \"stored\"\nthen = \"P1M\"\n\n[recipients.helpdesk]",
            ),
            ("{{retention.messages}}", "{{retention.messages}} ({{retention.backups}})"),
        ],
    ),
    operator("P0214", "clock", &[("ground = \"limitation period\"\n", "")]),
    operator(
        "P0215",
        "text",
        &[(BODY, "body = { category = \"message_text\", type = \"text\", lookup = true }")],
    ),
    operator("P0216", "category", &[("forbidden = true", "forbidden = false")]),
    operator(
        "P0217",
        "integer",
        &[(
            "address = { category = \"ip_address\" }",
            "address = { category = \"ip_address\", type = \"integer\" }",
        )],
    ),
    operator(
        "P0219",
        "contract",
        &[(
            "while = \"stored\"\nthen = \"P90D\"",
            "while = \"contract\"\nthen = \"P90D\"\nground = \"limitation period\"",
        )],
    ),
    operator("P0211", "visits", &[("while = \"stored\"\nthen = \"P90D\"", "while = \"visits\"")]),
    operator(
        "P0214",
        "contract",
        &[("while = \"account\"", "while = \"contract\""), ("ground = \"limitation period\"\n", "")],
    ),
    operator("P0218", "keys", &[("[age]", "[backups]\nlife = \"P30D\"\nkeys_life = \"P31D\"\n\n[age]")]),
];

#[test]
fn an_account_may_hold_what_the_operator_flags() {
    let flagged = mutate(
        OPERATOR,
        &[("accounts = \"refuse\"", "accounts = \"flag\""), ("class = \"contact\"", "class = \"contact\"")],
    );
    let operator = Policy::compile(&flagged, TODAY, None).unwrap();
    let source = mutate(ACCOUNT, &[("class = \"contact\"", "class = \"special\"")]);
    assert!(found_in(&source, Some(&operator)).iter().all(|found| found.code != "P0204"));
}
