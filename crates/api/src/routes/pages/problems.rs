//! What each kind of problem means: where the `type` of a problem document leads (RFC 9457, section 3.1.1).

use web::ProblemPage;

/// The page of one kind; none when there is no such kind.
pub(super) fn page(slug: &str) -> Option<&'static ProblemPage> {
    KINDS.iter().find(|kind| kind.slug == slug)
}

const fn kind(
    (slug, status): (&'static str, u16),
    title: &'static str,
    meaning: &'static str,
    remedy: &'static str,
) -> ProblemPage {
    ProblemPage { slug, title, status, meaning, remedy }
}

/// Every kind that the server answers with.
const KINDS: &[ProblemPage] = &[
    kind(
        ("refused", 403),
        "The policy does not permit this",
        "The request was understood and the key may make it, but the policy in force does not permit this use of this data. The answer names the section, its sentence, the promise that would be broken and the entry of the audit log that records the refusal.",
        "Use the data for a purpose that the policy declares for it. If the refusal is wrong, it is the policy that has to change: publish a version that permits the use, and tell people.",
    ),
    kind(
        ("scope", 403),
        "The key may not do this",
        "The API key is valid and lacks the scope that this operation needs.",
        "Use a key with the scope that the answer names, or have one made.",
    ),
    kind(
        ("not-accepted", 403),
        "The account has not accepted the policy",
        "A Client's keys work once the Client has accepted the operator's policy, for itself and on behalf of its End Users, and, where a version permits more than the one that it accepted, once it has accepted that too.",
        "Read it at /policy, and accept it with POST /v1/accounts/{id}/acceptance, stating that End Users are informed. What is to come can be accepted ahead.",
    ),
    kind(
        ("closed", 403),
        "The account is closed",
        "The operator has suspended the account, or it has ended. Its keys open nothing, and nobody signs in for it. What a Client has cancelled itself is still read by its keys until its time is over.",
        "Ask the operator, whose address stands in the policy.",
    ),
    kind(
        ("unauthenticated", 401),
        "No valid API key",
        "The request carries no API key, or one that was revoked, has expired or never existed.",
        "Send a live key in the header Authorization: Bearer bailee_….",
    ),
    kind(
        ("malformed", 400),
        "The request cannot be read",
        "The path, the query, a header or the body is not what the OpenAPI document describes: unknown or doubled fields, wrong types, invalid UTF-8, too deep. Nothing was done.",
        "Compare the request with /v1/openapi.json; the answer's detail says where it differs.",
    ),
    kind(
        ("invalid", 422),
        "Some fields cannot be stored",
        "A field is not declared, missing, of another type than declared, not what its category says it is, or holds something that is never kept, such as a card number. Nothing was stored.",
        "Mend the fields that the answer names, and send the record again.",
    ),
    kind(
        ("frozen", 409),
        "It must not be deleted or changed now",
        "A hold that stands under an exception of the policy, or an open request of the person, keeps this record or person. Nothing was deleted or changed. The answer names what keeps it and until when, and the entry of the audit log that records the refusal.",
        "Wait until the hold is released or the request answered; whoever determined a hold can release it with POST /v1/holds/{id}/release.",
    ),
    kind(
        ("code", 403),
        "This code proves nothing",
        "A code shows that an identifier, such as an e-mail address, is the person's. This one is not the one that was made last for it, was tried too often, or its day is over. Nobody was found by it.",
        "Have a new code sent with POST /v1/requests/{id}/codes, or verify the identifier by hand.",
    ),
    kind(
        ("not-now", 409),
        "This step cannot be taken where things stand",
        "A request of a person goes from being verified to being open and then to being closed. Nobody is answered who has not shown to be the person, a clock that stands still is resumed first, a closed request stays closed, and a package is fetched once. An account or a contract ends once, and that is taken back only while no record has come to the end that it gave.",
        "Read the request with GET /v1/requests/{id}: its state, its tasks and its steps say what is missing. What happened to a person says GET /v1/subjects/{id}.",
    ),
    kind(
        ("unmergeable", 409),
        "The two are not made one",
        "Two subjects of one account and role can be merged while nothing is open about either of them: no hold, no request, no complaint.",
        "Answer, release or close what is open first; subjects of different roles stay two.",
    ),
    kind(
        ("own-cause", 403),
        "Nobody judges in their own cause",
        "Whoever a complaint is about, by name or by API key, neither owns it nor decides anything about it; and an appeal goes to another one than who decided. The attempt is in the audit log.",
        "Give the complaint to somebody else with POST /v1/complaints/{id}/assign, by a key that it is not about.",
    ),
    kind(
        ("complaint-not-now", 409),
        "The complaint cannot take this step where it stands",
        "A complaint is acknowledged, owned, decided, appealed once in its time, and closed when what was to be done about it is done. A question is only answered, and only an allegation opens an incident.",
        "Read the complaint with GET /v1/complaints/{id}: its state, its decisions, its remedies and its steps say what is missing.",
    ),
    kind(
        ("notice", 409),
        "The notice of this change would not be over",
        "The version that was sent permits more than people have been told of, and the policy in force promises notice of such a change some time ahead. It was not published. The policy in force stays so.",
        "Let it be effective from the day that the answer names, or later. What cannot wait, such as what a court orders, is published with ?because= and the reason, which stands in the history for everyone to read.",
    ),
    kind(
        ("policy", 422),
        "The policy has errors",
        "The policy that was sent does not compile, so it was not published. The policy in force stays so.",
        "Run bailee policy check on the file: it shows each error in its place, why it is one and how to mend it.",
    ),
    kind(
        ("role", 403),
        "Your role may not do this",
        "Whoever is signed in to the console has a role, and this is not among what it lets one do. The audit log says that it was asked for.",
        "Ask somebody whose role it is, or whoever gives the roles.",
    ),
    kind(
        ("form", 403),
        "The form is not from this session",
        "A form changes something only when it comes from a page of this server, shown in the session that sends it; another site could send it otherwise.",
        "Load the page again and send its form. Behind a proxy, see that it passes the Host header on.",
    ),
    kind(
        ("not-found", 404),
        "There is no such thing",
        "There is nothing with this id or path in the account of the key. What belongs to another account looks the same, on purpose.",
        "Check the id, and whether the key is of the account that holds it.",
    ),
    kind(
        ("method", 405),
        "The method is not for this path",
        "The path exists and takes other methods.",
        "The OpenAPI document at /v1/openapi.json names the methods of each path.",
    ),
    kind(
        ("gone", 410),
        "It is gone",
        "It was here and was erased, or its time under the policy is over. It will not come back.",
        "Forget the id. The certificate of an erasure can still be read.",
    ),
    kind(
        ("state", 409),
        "Where it stands, this cannot be done",
        "An incident goes from open to assessed to closed, and is closed only once whoever must be told was told; a message that was sent, or may be on its way, is not sent anew. The answer says what stands in the way. Nothing was changed.",
        "Read it again, and take the step that is missing first.",
    ),
    kind(
        ("exists", 409),
        "It exists already",
        "Something with this identity is there. Nothing was changed.",
        "Read what is there and change that instead.",
    ),
    kind(
        ("idempotency-key", 409),
        "The idempotency key was used with another request",
        "An Idempotency-Key stands for one request. This one came before with another body, path or method.",
        "Use a new key for a new request, and the same key only to repeat one.",
    ),
    kind(
        ("stale", 412),
        "The record was changed since",
        "The version in If-Match is not the record's version any more: someone else changed it in between. Nothing was changed by this request.",
        "Read the record again, base the change on what it says now, and send it with the new version.",
    ),
    kind(
        ("too-large", 413),
        "The body is too large",
        "The body, or a line of it, is larger than this server takes.",
        "Send less at once; POST /v1/bulk takes any number of lines.",
    ),
    kind(
        ("media-type", 415),
        "The body has another media type",
        "The Content-Type is not the one that this operation reads.",
        "Send the media type that the OpenAPI document names, for example application/json.",
    ),
    kind(
        ("too-many", 429),
        "Too many requests",
        "This key or this address has asked more often than the limits of this server allow.",
        "Wait as long as Retry-After says, then go on more slowly.",
    ),
    kind(
        ("damaged", 500),
        "Stored data is damaged",
        "What is stored is not what was written, so nothing of it is served.",
        "Tell the operator, who finds the details in the server's log.",
    ),
    kind(
        ("unavailable", 503),
        "Not available just now",
        "A store did not answer, or others keep changing what the request depends on. Nothing was done.",
        "Send the request again after the time that Retry-After names.",
    ),
    kind(
        ("failed", 500),
        "It failed",
        "The server failed in the middle of the request. What it had committed by then stays, whole; nothing is half done.",
        "Tell the operator. Sending the request again with the same Idempotency-Key does nothing twice.",
    ),
    kind(
        ("timeout", 503),
        "It took too long",
        "The request took longer than this server allows and was given up. What it had committed by then stays.",
        "Send it again with the same Idempotency-Key: what was done is not done twice.",
    ),
    kind(
        ("full", 507),
        "There is no room",
        "The disk is full. Nothing was stored; reading and erasing still work.",
        "Tell the operator, and send the request again later.",
    ),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// Every `/problems/…` in the sources of this crate.
    fn named(folder: &Path, found: &mut BTreeSet<String>) {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                named(&path, found);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            for rest in text.split("\"/problems/").skip(1) {
                let end = rest.find('"').unwrap();
                found.insert(rest[..end].to_owned());
            }
        }
    }

    #[test]
    fn every_kind_that_is_answered_is_explained_and_no_other() {
        let mut found = BTreeSet::new();
        named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        found.retain(|slug| {
            slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !slug.is_empty()
        });
        let explained: BTreeSet<String> = KINDS.iter().map(|kind| kind.slug.to_owned()).collect();
        assert_eq!(found, explained);
    }

    #[test]
    fn every_kind_renders() {
        for kind in KINDS {
            let html = page(kind.slug).unwrap().html().unwrap();
            assert!(html.contains(&kind.status.to_string()), "{}", kind.slug);
        }
        assert!(page("nonsense").is_none());
    }
}
