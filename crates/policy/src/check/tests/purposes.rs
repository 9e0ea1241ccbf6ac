use super::*;

pub(super) const CASES: &[Case] = &[
    operator(
        "P0301",
        "purpose",
        &[
            (
                "[records.message]",
                "[purposes.research]\nlabel = \"research\"\ndpv = \"dpv:ResearchAndDevelopment\"\nbasis = \"legitimate_interest\"\nroles = [\"client\"]\n\n[records.message]",
            ),
            ("{{purposes.support}}", "{{purposes.support}} and {{purposes.research}}"),
        ],
    ),
    operator(
        "P0302",
        "role",
        &[(
            "[categories.email]",
            "[roles.visitor]\nlabel = \"visitors\"\nrelation = \"direct\"\n\n[categories.email]",
        )],
    ),
    operator("P0303", "nobody", &[("relation = \"direct\"", "relation = \"direct\"\ncan_choose = false")]),
    operator("P0304", "silence", &[("choice = \"opt_in\"", "choice = \"opt_out\"")]),
    operator("P0305", "itself", &[("compatible_with = [\"support\"]", "compatible_with = [\"security\"]")]),
    operator(
        "P0306",
        "duty",
        &[("basis = \"legitimate_interest\"", "basis = \"legal_obligation\"\nchoice = \"opt_out\"")],
    ),
];
