use super::*;

pub(super) const CASES: &[Case] = &[
    operator("P0501", "deadline", &[("deadline = \"P1M\"\nextension", "extension")]),
    operator("P0502", "kind", &[("[rights.erasure]", "[rights.erase]")]),
    operator(
        "P0503",
        "early",
        &[
            ("records = [\"access\"]", "records = [\"message\"]"),
            ("while = \"stored\"\n\n[recipients", "while = \"stored\"\nthen = \"P1Y\"\n\n[recipients"),
        ],
    ),
    operator("P0504", "age", &[("[age]\nminimum = 13\nunknown = \"allow\"\n", "")]),
    operator(
        "P0505",
        "changes",
        &[("[changes]\nnotice = [\"site\", \"email\"]\nahead = \"P30D\"\nmaterial_asks_again = true\n", "")],
    ),
    operator("P0506", "complaints", &[("[complaints]\nacknowledge = \"P3D\"\nanswer = \"P1M\"\n", "")]),
    operator("P0507", "assessment", &[("[assessment]\nevery = \"P6M\"\n", "")]),
    operator(
        "P0508",
        "custodian",
        &[("[custodian]\nname = \"The custodian of records\"\nemail = \"custodian@example.org\"\n", "")],
    ),
    operator("P0509", "unreachable", &[("email = \"custodian@example.org\"\n", "")]),
    operator("P0510", "review", &[("review = \"P1Y\"\n", "")]),
    operator("P0511", "channel", &[("notice = [\"site\", \"email\"]", "notice = [\"site\", \"fax\"]")]),
    operator("P0512", "late", &[("acknowledge = \"P3D\"", "acknowledge = \"P3M\"")]),
    operator("P0530", "nothing", &[("promise = \"access\"", "promise = \"acess\"")]),
    operator("P0530", "unmade", &[("promise = \"access\"", "promise = \"abuse\"")]),
    account(
        "P0708",
        "attestation",
        &[(
            "[roles",
            "[attestations.x]\nlabel = \"y\"\npromise = \"roles\"\nowner = \"z\"\nevery = \"P1Y\"\n\n[roles",
        )],
    ),
    operator("P0513", "zero", &[("minimum = 13", "minimum = 0")]),
    operator(
        "P0514",
        "key",
        &[
            ("retention = \"messages\"", "retention = \"access_log\""),
            ("determined_by = \"the management\"\n", ""),
            ("retention = \"fraud\"", "retention = \"access_log\""),
        ],
    ),
    account("P0701", "under", &[("under = \"hosting\"\n", "")]),
    account("P0702", "another", &[("under = \"hosting\"", "under = \"another\"")]),
    account("P0703", "relation", &[("relation = \"for_account\"", "relation = \"direct\"")]),
    account("P0704", "longer", &[("then = \"P1Y\"", "then = \"P9Y\"")]),
    account(
        "P0704",
        "purpose",
        &[
            ("purposes.support", "purposes.delivery"),
            ("purposes = [\"support\"]", "purposes = [\"delivery\"]"),
            ("{{purposes.support}}", "{{purposes.delivery}}"),
        ],
    ),
    operator("P0705", "under", &[("kind = \"operator\"", "kind = \"operator\"\nunder = \"another\"")]),
    account("P0709", "access_log", &[("[roles", "[access_log]\nrecord = \"x\"\npurpose = \"x\"\n\n[roles")]),
    account("P0707", "backups", &[("[roles", "[backups]\nlife = \"P9D\"\nkeys_life = \"P9D\"\n\n[roles")]),
    Case { compared: false, ..account("P0706", "alone", &[]) },
];
