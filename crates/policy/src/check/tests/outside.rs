use super::*;

/// A log of addresses with a signal.
macro_rules! signal {
    ($name:literal, $times:literal, $within:literal) => {
        concat!(
            "[access_log]\nrecord = \"access\"\npurpose = \"security\"\n[access_log.signals]\n",
            $name,
            " = { times = ",
            $times,
            ", within = \"",
            $within,
            "\" }\n\n[age]"
        )
    };
}

pub(super) const CASES: &[Case] = &[
    operator("P0401", "card", &[("receives = [\"email\"]", "receives = [\"email\", \"card_number\"]")]),
    operator(
        "P0402",
        "purpose",
        &[("purposes = [\"support\"]\nregion", "purposes = [\"support\", \"security\"]\nregion")],
    ),
    operator("P0403", "recipient", &[("region = \"US\"\n", "")]),
    operator("P0404", "name", &[("deployment = \"DE\"", "deployment = \"Germany\"")]),
    operator("P0404", "small", &[("region = \"US\"", "region = \"us\"")]),
    operator(
        "P0405",
        "recipient",
        &[(
            "[recipients.helpdesk.agreement]\ndocument = \"data processing agreement 12\"\nsigned = 2025-01-01\nuntil = 2027-01-01\n",
            "",
        )],
    ),
    operator("P0406", "lapsed", &[("until = 2027-01-01", "until = 2026-06-01")]),
    operator("P0407", "future", &[("signed = 2025-01-01", "signed = 2026-06-02")]),
    operator("P0408", "backwards", &[("until = 2027-01-01", "until = 2024-01-01")]),
    operator("P0409", "soon", &[("until = 2027-01-01", "until = 2026-06-20")]),
    operator("P0410", "region", &[("region = \"US\"", "region = \"IN\"")]),
    operator("P0411", "cookie", &[("life = \"P60D\"", "life = \"P2Y\"")]),
    operator("P0412", "unnamed", &[("party = \"first\"", "party = \"third\"")]),
    operator(
        "P0413",
        "missing",
        &[("retention = \"access_log\"\nchoice = \"opt_in\"", "retention = \"access_log\"")],
    ),
    operator(
        "P0413",
        "weaker",
        &[(
            "retention = \"access_log\"\nchoice = \"opt_in\"",
            "retention = \"access_log\"\nchoice = \"opt_out\"",
        )],
    ),
    operator("P0414", "place", &[("places = [\"email\"]", "places = [\"emails\"]")]),
    operator("P0415", "nothing", &[("receives = [\"email\"]", "receives = []")]),
    operator(
        "P0416",
        "transfers",
        &[(
            "[transfers]\ndeployment = \"DE\"\nallowed = [{ from = \"DE\", to = \"US\", safeguard = \"standard contractual clauses\" }]\n",
            "",
        )],
    ),
    operator("P0417", "named", &[("party = \"first\"", "party = \"first\"\nrecipient = \"helpdesk\"")]),
    operator("P0418", "kind", &[("to = [\"court\"]", "to = [\"courts\"]")]),
    operator("P0419", "one", &[("approvals = 2", "approvals = 1")]),
    operator("P0420", "scope", &[("categories = [\"email\"]", "categories = [\"email\", \"card_number\"]")]),
    operator("P0422", "none", &[("hosts = [\"shop.example.com\"]", "hosts = []")]),
    operator("P0422", "address", &[("\"shop.example.com\"", "\"https://shop.example.com\"")]),
    operator("P0423", "twice", &[("\"shop.example.com\"", "\"shop.example.com\", \"shop.example.com\"")]),
    operator("P0424", "nothing_held", &[("role = \"client\"\ncookie", "cookie")]),
    operator("P0424", "purpose", &[("purpose = \"offers\"\nrole", "purpose = \"support\"\nrole")]),
    operator("P0422", "recipient", &[("region = \"US\"", "region = \"US\"\nhosts = [\"Help.example\"]")]),
    operator("P0431", "space", &[("party = \"first\"", "party = \"first\"\nnames = [\"my cookie\"]")]),
    operator("P0432", "twice", &[("party = \"first\"", "party = \"first\"\nnames = [\"seen\", \"seen\"]")]),
    operator("P0425", "purpose", &[("record = \"message\"\n", "record = \"request\"\n")]),
    operator("P0426", "no_yes", &[("link = { purpose = \"offers\"", "link = { purpose = \"support\"")]),
    operator(
        "P0426",
        "not_held",
        &[(
            "purposes = [\"offers\"]\nretention = \"ties\"",
            "purposes = [\"support\"]\nretention = \"ties\"",
        )],
    ),
    operator("P0426", "itself", &[("record = \"tie\"", "record = \"message\"")]),
    operator("P0426", "nobody", &[("cookie = \"visitor_id\"\nrecord", "record")]),
    operator(
        "P0426",
        "not_found_again",
        &[(
            "visitor_identifier = { category = \"email\", lookup = true }",
            "visitor = { category = \"email\" }",
        )],
    ),
    operator(
        "P0426",
        "not_known_by",
        &[("interests = {", "tailor = { purpose = \"offers\", record = \"tie\" }\ninterests = {")],
    ),
    operator("P0427", "shared", &[("retention = \"ties\"", "retention = \"access_log\"")]),
    operator("P0428", "path", &[("\"/hosting/\"", "\"hosting\"")]),
    operator("P0433", "event", &[("event = \"signup\"", "event = \"login\"")]),
    operator("P0433", "page", &[("event = \"signup\"", "page = \"thanks\"")]),
    operator("P0433", "both", &[("event = \"signup\"", "event = \"signup\", page = \"/\"")]),
    operator("P0434", "few", &[("minimum = 10", "minimum = 2")]),
    operator("P0434", "none", &[("minimum = 10\n", "")]),
    operator("P0434", "property", &[("public = [\"page\"]", "public = [\"property\"]")]),
    operator(
        "P0429",
        "purpose",
        &[("[age]", "[access_log]\nrecord = \"access\"\npurpose = \"support\"\n\n[age]")],
    ),
    operator(
        "P0429",
        "address",
        &[("[age]", "[access_log]\nrecord = \"message\"\npurpose = \"support\"\n\n[age]")],
    ),
    operator(
        "P0429",
        "clock",
        &[
            ("[age]", "[access_log]\nrecord = \"access\"\npurpose = \"security\"\n\n[age]"),
            ("retention = \"access_log\"\n[records.access", "retention = \"messages\"\n[records.access"),
        ],
    ),
    operator("P0430", "unknown", &[("[age]", signal!("sign_ins", "10", "PT1H"))]),
    operator("P0430", "once", &[("[age]", signal!("requests", "1", "PT1H"))]),
    operator("P0430", "days", &[("[age]", signal!("requests", "10", "P2D"))]),
    operator(
        "P0435",
        "text",
        &[("[age]", "[access_log]\nrecord = \"access\"\npurpose = \"security\"\ncase = \"access\"\n\n[age]")],
    ),
    operator(
        "P0435",
        "purpose",
        &[(
            "[age]",
            "[access_log]\nrecord = \"access\"\npurpose = \"security\"\ncase = \"message\"\n\n[age]",
        )],
    ),
    operator("P0421", "clock", &[("party = \"first\"\nretention = \"access_log\"", "party = \"first\"")]),
];
