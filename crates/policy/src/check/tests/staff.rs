use super::*;

const TABLE: &str = "[complaints]";
/// A table that the policy of these tests has not, before one that it has.
const STAFF: &str = "[staff]\nrole = \"client\"\nrecord = \"message\"\npurpose = \"support\"\n\n[complaints]";
const FIELDS: (&str, &str) = (
    "[records.message.fields]",
    "[records.message.fields]\nfull_name = { category = \"email\" }\nemail = { category = \"email\", lookup = true }\npassword_hash = { category = \"email\" }",
);

/// The same of the people of Clients, with a bar.
const MEMBERS: &str = "[members]\nrole = \"client\"\nrecord = \"message\"\npurpose = \"support\"\nsign_up = true\n[members.bar]\nrecord = \"message\"\npurpose = \"support\"\n\n[complaints]";
const ALL_FIELDS: (&str, &str) = (
    "[records.message.fields]",
    "[records.message.fields]\nfull_name = { category = \"email\" }\nemail = { category = \"email\", lookup = true }\npassword_hash = { category = \"email\" }\ncompany = { category = \"email\" }",
);

pub(super) const CASES: &[Case] = &[
    operator("P0101", "staff", &[(TABLE, STAFF), FIELDS, ("role = \"client\"", "role = \"clients\"")]),
    operator(
        "P0520",
        "purpose",
        &[(TABLE, STAFF), FIELDS, ("purpose = \"support\"\n\n[compl", "purpose = \"requests\"\n\n[compl")],
    ),
    operator(
        "P0103",
        "staff",
        &[
            (TABLE, STAFF),
            FIELDS,
            ("purpose = \"support\"\n\n[compl", "purpose = \"support\"\nordinary = [\"nothing\"]\n\n[compl"),
        ],
    ),
    operator("P0521", "fields", &[(TABLE, STAFF)]),
    operator(
        "P0101",
        "members",
        &[(TABLE, MEMBERS), ALL_FIELDS, ("role = \"client\"", "role = \"clients\"")],
    ),
    operator("P0521", "company", &[(TABLE, MEMBERS), FIELDS]),
    operator("P0523", "bar", &[(TABLE, MEMBERS), ALL_FIELDS]),
    operator(
        "P0522",
        "choice",
        &[(TABLE, STAFF), FIELDS, ("purpose = \"support\"\n\n[compl", "purpose = \"offers\"\n\n[compl")],
    ),
];
