//! The thirty rows. What is said to enforce a promise is only what is true today.

use policy::Promise;

use super::{
    Check, Registered,
    checks::{
        abuse, access, account, beacons, changes, children, complaints, consent, cookies, custodian,
        end_user_data, erasure_exceptions, inventory, linking, payment, purposes, retention, roles, routing,
        security, sensitive, tailoring, third_parties, transfers, user_choice, verification, visits,
    },
};

/// A promise that nothing enforces yet, with what is missing.
const fn missing(promise: Promise, what: &'static str) -> Registered {
    Registered { promise, enforced_by: None, try_to_break: None, check: Check::Missing(what) }
}

/// Every promise, in the order of the reference policy.
pub const REGISTRY: &[Registered] = &[
    Registered {
        promise: Promise::Roles,
        enforced_by: Some(
            "The gate takes an End User only into a Client's account and anyone else only into the operator's, and a Client's key opens nothing before the Client accepted the policy, nor after one applies that permits more, until it accepts that; what each role of staff may do in the console stands in one table that is asked every time.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects" --json '{"role": "end_user"}'"#,
        ),
        check: Check::Live(roles::check),
    },
    Registered {
        promise: Promise::Routing,
        enforced_by: Some(
            "A request that the operator passes on becomes the Client's, with its clock running, and an event tells the Client of it; the operator sees the clock and never whom it is about.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/requests" --json '{"right": "access", "client": "acc_00000000000080000000000000000000", "identifiers": [{"field": "email", "value": "somebody@example.com"}]}'"#,
        ),
        check: Check::Live(routing::check),
    },
    Registered {
        promise: Promise::Inventory,
        enforced_by: Some(
            "The compiler takes no field without a category, and the gate stores no field that the policy does not declare.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects/$SUBJECT/records/support_message?purpose=support" --json '{"fields": {"shoe_size": "44"}}'"#,
        ),
        check: Check::Live(inventory::check),
    },
    Registered {
        promise: Promise::EndUserData,
        enforced_by: Some(
            "Every look-up is within the caller's own account, and a Client's policy is published only if it narrows the operator's.",
        ),
        try_to_break: Some(
            r#"ACCOUNT=$(curl -s -H "Authorization: Bearer $KEY" "$URL/v1/accounts" --json '{"name": "Nosy"}' | jq -r .id); curl -s -H "Authorization: Bearer $KEY" "$URL/v1/accounts/$ACCOUNT/acceptance" --json '{"informs_end_users": true}'; NOSY=$(curl -s -H "Authorization: Bearer $KEY" "$URL/v1/keys" --json '{"account": "'$ACCOUNT'", "name": "nosy", "scopes": ["data:read"]}' | jq -r .secret); curl -H "Authorization: Bearer $NOSY" "$URL/v1/records/$RECORD?purpose=support""#,
        ),
        check: Check::Live(end_user_data::check),
    },
    Registered {
        promise: Promise::Consent,
        enforced_by: Some(
            "A purpose that rests on consent is refused while there is no yes, and silence is never one.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/decisions" --json '{"subject": "'$SUBJECT'", "category": "email", "purpose": "tailoring"}'"#,
        ),
        check: Check::Live(consent::check),
    },
    Registered {
        promise: Promise::Visits,
        enforced_by: Some(
            "A script of our own tells of a page and for how long it was visible; the address goes into a hash under a salt that dies in two days, and whoever agreed to be recognised has their visits under their own key.",
        ),
        try_to_break: Some(
            r#"curl -i "$URL/collect" -H "Content-Type: text/plain" -d '{"s": "website", "v": "0000000000000001", "k": "page", "u": "https://elsewhere.example/"}'"#,
        ),
        check: Check::Live(visits::check),
    },
    Registered {
        promise: Promise::Cookies,
        enforced_by: Some(
            "The cookie of a visitor is made where a yes is recorded, for as long as the policy declares, and nowhere else; any other is one of a session. `bailee scan` looks at a running site with a real browser.",
        ),
        try_to_break: Some(
            r#"curl -i "$URL/collect/choices" -H "Sec-GPC: 1" -H "Origin: https://www.influxis.com" -d '{"s": "website", "version": "2018-05-25", "language": "en", "choices": {"statistics": true}}'"#,
        ),
        check: Check::Live(cookies::check),
    },
    Registered {
        promise: Promise::Beacons,
        enforced_by: Some(
            "An image is read into the same hit as a message of the script, and one decision takes both.",
        ),
        try_to_break: Some(
            r#"curl -i "$URL/beacon.gif?s=website&u=https%3A%2F%2Fwww.influxis.com%2F" -H "Sec-GPC: 1""#,
        ),
        check: Check::Live(beacons::check),
    },
    Registered {
        promise: Promise::Linking,
        enforced_by: Some(
            "A visitor is tied to a person by a record of the person's, which is made only while both say yes; a no or an erasure of either removes it, with its key, in the same commit.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects/$SUBJECT/records/visit_link?purpose=linking" --json '{"fields": {"visitor_identifier": "'$SUBJECT'"}}'"#,
        ),
        check: Check::Live(linking::check),
    },
    Registered {
        promise: Promise::Statistics,
        enforced_by: Some(
            "Figures are made of visits that name no one, and made anew without the visits of whoever is erased.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/sites/website/stats?by=page,source""#,
        ),
        check: Check::Live(visits::statistics),
    },
    Registered {
        promise: Promise::Tailoring,
        enforced_by: Some(
            "What a visitor who said yes is shown is picked by a record of theirs, changed in the commit that the answer waits for; anybody else is told what there is, and their browser counts.",
        ),
        try_to_break: Some(
            r#"curl -i "$URL/collect/next-item" -H "Content-Type: text/plain" -d '{"s": "website", "slot": "top", "seen": {"spring": 1}}'"#,
        ),
        check: Check::Live(tailoring::check),
    },
    Registered {
        promise: Promise::Purposes,
        enforced_by: Some(
            "Every read and write names a purpose and goes through one decision; what the policy does not list is refused with its clause, in the log.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/records/$RECORD?purpose=tailoring""#,
        ),
        check: Check::Live(purposes::check),
    },
    Registered {
        promise: Promise::Abuse,
        enforced_by: Some(
            "Who asked for what, from where, is sealed under a key of its day, which is destroyed when its clock is over; an address is looked up for one purpose, with an entry that says who looked.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/access-log/lookup?purpose=marketing" --json '{"address": "192.0.2.7"}'"#,
        ),
        check: Check::Live(abuse::check),
    },
    Registered {
        promise: Promise::Payment,
        enforced_by: Some(
            "Every text on its way in is searched for a card number before it is stored or logged.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects/$SUBJECT/records/support_message?purpose=support" --json '{"fields": {"body": "my card is 4111 1111 1111 1111"}}'"#,
        ),
        check: Check::Live(payment::check),
    },
    missing(Promise::Support, "there is no support inbox yet"),
    Registered {
        promise: Promise::ThirdParties,
        enforced_by: Some(
            "A recipient gets a category for a purpose only where the policy in force declares both and the agreement holds on that day.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/decisions" --json '{"subject": "'$SUBJECT'", "category": "message_text", "purpose": "support", "recipient": "zendesk"}'"#,
        ),
        check: Check::Live(third_parties::check),
    },
    missing(Promise::Authorities, "disclosure cases are not there yet"),
    Registered {
        promise: Promise::UserChoice,
        enforced_by: Some(
            "A choice raises its person's version, which every decision expects at its commit, so it binds at the next one, on every server.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" -X PUT "$URL/v1/subjects/$SUBJECT/choices/purposes.improvement" --json '{"state": "denied", "method": "click"}'; curl -H "Authorization: Bearer $KEY" "$URL/v1/decisions" --json '{"subject": "'$SUBJECT'", "category": "email", "purpose": "improvement"}'"#,
        ),
        check: Check::Live(user_choice::check),
    },
    Registered {
        promise: Promise::Security,
        enforced_by: Some(
            "Every field is sealed under its person's own key, API keys and sessions are stored as hashes, passwords by Argon2id, and every change is in an audit log that anyone can verify, and that answers whom a key has touched; an incident has a clock of 72 hours.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer bailee_$(printf '0%.0s' $(seq 96))" "$URL/v1/records/$RECORD?purpose=support""#,
        ),
        check: Check::Live(security::check),
    },
    Registered {
        promise: Promise::Retention,
        enforced_by: Some(
            "Each record gets its end from its clock when it is stored, cannot be opened after it, and is then deleted by a job.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/demo/advance" --json '{"by": "P20Y"}'; curl -H "Authorization: Bearer $KEY" "$URL/v1/records/$RECORD?purpose=support""#,
        ),
        check: Check::Live(retention::check),
    },
    Registered {
        promise: Promise::Account,
        enforced_by: Some(
            "A company signs up, changes what is known of it and leaves in the console, where each change is shown before it is made and the end says what is kept and why; whoever signs in acts for one account only, is asked again before what lasts, and is let in nowhere once they are suspended or the account has ended.",
        ),
        try_to_break: Some(
            r#"curl -i "$URL/console/account" -H "Cookie: bailee=$(printf '0%.0s' $(seq 96))""#,
        ),
        check: Check::Live(account::check),
    },
    Registered {
        promise: Promise::Access,
        enforced_by: Some(
            "Requests run on the clock of the day they came, and do nothing for who did not prove to be the person; an erasure destroys the person's keys before it answers, and its certificate is proved by the audit log. In the privacy center a person reaches what is theirs, and nothing else.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" -X POST "$URL/v1/subjects/$SUBJECT/erasure"; curl -H "Authorization: Bearer $KEY" "$URL/v1/records/$RECORD?purpose=support""#,
        ),
        check: Check::Live(access::check),
    },
    Registered {
        promise: Promise::ErasureExceptions,
        enforced_by: Some(
            "An erasure keeps only the record types of declared exceptions, by themselves or because someone determined them, and its certificate names each with its ground and its end or next review.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" -X POST "$URL/v1/subjects/$SUBJECT/erasure""#,
        ),
        check: Check::Live(erasure_exceptions::check),
    },
    Registered {
        promise: Promise::Transfers,
        enforced_by: Some(
            "Each decision asks whether the policy covers the way from the person's country to ours, and from ours to the recipient's.",
        ),
        try_to_break: Some(
            r#"curl -s -H "Authorization: Bearer $KEY" "$URL/v1/policy" | jq -r .operator.source | sed 's/^region = "US"/region = "RU"/' | curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/toml' --data-binary @- "$URL/v1/policy/versions""#,
        ),
        check: Check::Live(transfers::check),
    },
    Registered {
        promise: Promise::Sensitive,
        enforced_by: Some(
            "The compiler rejects a policy whose own records hold a special category, and every free text is searched on its way in for plain words of the classes that are not sought: it is flagged or refused as the policy says.",
        ),
        try_to_break: Some(
            r#"curl -s -H "Authorization: Bearer $KEY" "$URL/v1/policy" | jq -r .operator.source | sed '/^email = /s/category = "email"/category = "sensitive_information"/' | curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/toml' --data-binary @- "$URL/v1/policy/versions"; curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects/$SUBJECT/records/support_message?purpose=support" --json '{"fields": {"body": "I was diagnosed with it in May"}}'"#,
        ),
        check: Check::Live(sensitive::check),
    },
    Registered {
        promise: Promise::Children,
        enforced_by: Some(
            "A person known to be below the minimum age is refused before anything is stored, a date of birth is compared and forgotten, and one who is discovered later is erased at once, in a log that names no one.",
        ),
        try_to_break: Some(
            r#"curl -H "Authorization: Bearer $KEY" "$URL/v1/subjects" --json '{"role": "visitor", "age": "child"}'"#,
        ),
        check: Check::Live(children::check),
    },
    Registered {
        promise: Promise::Complaints,
        enforced_by: Some(
            "A complaint runs on the clocks of the day it came, is owned and decided by nobody whom it is about, on appeal by another one than before, and is closed when what is to be done about it is done.",
        ),
        try_to_break: Some(
            r#"COMPLAINT=$(curl -s -H "Authorization: Bearer $KEY" "$URL/v1/complaints" --json '{"kind": "complaint", "message": "That was not as promised", "about": [{"staff": "Eve"}]}' | jq -r .id); curl -H "Authorization: Bearer $KEY" "$URL/v1/complaints/$COMPLAINT/assign" --json '{"to": "Eve", "by": "Bob", "because": "she knows best"}'"#,
        ),
        check: Check::Live(complaints::check),
    },
    Registered {
        promise: Promise::Custodian,
        enforced_by: Some(
            "The compiler takes no operator's policy without a custodian who can be written to; questions and allegations run on clocks, and an answer rests on entries and sections that there are.",
        ),
        try_to_break: Some(
            r#"curl -s -H "Authorization: Bearer $KEY" "$URL/v1/policy" | jq -r .operator.source | sed '/^.custodian.$/,/^$/d' | curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/toml' --data-binary @- "$URL/v1/policy/versions""#,
        ),
        check: Check::Live(custodian::check),
    },
    Registered {
        promise: Promise::Changes,
        enforced_by: Some(
            "A version is published only as the next number, together with its entry in the audit log; one that permits more is refused where the notice that was promised would not be over on its day.",
        ),
        try_to_break: Some(
            r#"curl -s -H "Authorization: Bearer $KEY" "$URL/v1/policy" | jq -r .operator.source | sed 's/^ahead = .*//; s/^notice = .*//' | curl -H "Authorization: Bearer $KEY" -H 'Content-Type: application/toml' --data-binary @- "$URL/v1/policy/versions""#,
        ),
        check: Check::Live(changes::check),
    },
    Registered {
        promise: Promise::Verification,
        enforced_by: Some(
            "Every promise is checked against the live system when the server starts and as often as the policy says.",
        ),
        try_to_break: Some(r#"curl -H "Authorization: Bearer $KEY" -X POST "$URL/v1/assessments""#),
        check: Check::Live(verification::check),
    },
];
