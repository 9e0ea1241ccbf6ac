use super::*;

pub(super) const CASES: &[Case] = &[
    operator("P0101", "role", &[("roles = [\"client\"]", "roles = [\"clinet\"]")]),
    operator("P0102", "category", &[("receives = [\"email\"]", "receives = [\"e_mail\"]")]),
    operator(
        "P0103",
        "purpose",
        &[("purposes = [\"support\", \"offers\"]", "purposes = [\"support\", \"offer\"]")],
    ),
    operator(
        "P0103",
        "compatible",
        &[("compatible_with = [\"support\"]", "compatible_with = [\"delivery\"]")],
    ),
    operator("P0104", "retention", &[("retention = \"messages\"", "retention = \"mesages\"")]),
    operator(
        "P0105",
        "recipient",
        &[
            ("choice = \"opt_in\"\n\n[beacons", "choice = \"opt_in\"\nrecipient = \"helpdsk\"\n\n[beacons"),
            ("party = \"first\"", "party = \"third\""),
        ],
    ),
    operator("P0106", "cookie", &[("cookie = \"visitor_id\"", "cookie = \"visitor\"")]),
    operator("P0107", "exception", &[("exceptions = [\"fraud\"]", "exceptions = [\"frauds\"]")]),
    operator("P0108", "record", &[("records = [\"access\"]", "records = [\"acess\"]")]),
    operator("P0109", "promise", &[("\"third-parties\"", "\"third-party\"")]),
    operator("P0109", "unlike_any", &[("\"third-parties\"", "\"happiness\"")]),
    operator("P0110", "camel_case", &[("[categories.email]", "[categories.eMail]")]),
    operator("P0111", "label", &[("label = \"e-mail address\"", "label = \" \"")]),
    operator("P0111", "text", &[("title = \"What we use\"", "title = \"\"")]),
    operator("P0112", "repeated", &[("number = 2", "number = 1")]),
    operator("P0113", "backwards", &[("number = 1", "number = 3")]),
    operator(
        "P0114",
        "twice",
        &[
            ("to = [\"court\"]", "to = [\"court\"]"),
            ("receives = [\"email\"]", "receives = [\"email\", \"email\"]"),
        ],
    ),
];
