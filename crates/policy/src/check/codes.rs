//! Every check: its stable code, how bad a finding is, what it finds in one line, and why that matters.
//!
//! Codes are grouped by hundreds: P00 reading, P01 names, P02 data, P03 purposes and choices, P04 what is outside,
//! P05 people and rights, P06 prose, P07 accounts. A code that was published is never given another meaning.

use super::Severity;
use crate::diagnostic::Diagnostic;

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable code, for example `P0206`.
    pub id: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
}

impl Code {
    /// A finding of this check; say where with [`Diagnostic::at`] and how to mend it with [`Diagnostic::help`].
    pub(super) fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code: self.id,
            severity: self.severity,
            message: message.into(),
            labels: Vec::new(),
            why: self.why.to_owned(),
            help: String::new(),
        }
    }
}

/// The check with this code, if there is one.
pub fn explain(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id))
}

macro_rules! codes {
    ($($id:ident $name:ident $severity:ident $summary:literal $why:literal)*) => {
        $(
            #[doc = $summary]
            pub(super) const $name: Code =
                Code { id: stringify!($id), severity: Severity::$severity, summary: $summary, why: $why };
        )*

        /// Every check, in the order of the codes.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

codes! {
P0001 NOT_TOML Error "the file is not TOML"
    "a policy that cannot be read cannot be enforced"
P0002 UNKNOWN_KEY Error "a key that the policy language does not know"
    "a key that nothing reads would promise something that nothing enforces"
P0003 WRONG_VALUE Error "a value of the wrong type, or a word that may not stand there"
    "a value that cannot be understood cannot be enforced"
P0004 TOO_LARGE Error "the file is larger than 1 MiB"
    "nobody can read such a policy, and reading it would keep the server busy"
P0005 UNSUPPORTED_LANGUAGE Error "a version of the policy language that this program does not know"
    "the same words may mean something else in another version of the language"
P0006 MISSING_KEY Error "a key that must be there is missing"
    "what the policy leaves open, the server would have to guess"
P0007 TOO_MANY Error "more declarations than can be proved consistent"
    "every combination of role, category, purpose and recipient is decided before a policy applies"

P0101 UNDECLARED_ROLE Error "a role that nothing declares"
    "a rule about a role that does not exist protects nobody"
P0102 UNDECLARED_CATEGORY Error "a category that nothing declares"
    "the data map can only show categories that are declared"
P0103 UNDECLARED_PURPOSE Error "a purpose that nothing declares"
    "data may be used for declared purposes only"
P0104 UNDECLARED_RETENTION Error "a retention clock that nothing declares"
    "without a clock nothing would ever be deleted"
P0105 UNDECLARED_RECIPIENT Error "a recipient that nothing declares"
    "data may leave to declared recipients only"
P0106 UNDECLARED_COOKIE Error "a cookie that nothing declares"
    "the server sets declared cookies only"
P0107 UNDECLARED_EXCEPTION Error "an exception that nothing declares"
    "an erasure leaves only what a declared exception keeps"
P0108 UNDECLARED_RECORD Error "a record type that nothing declares"
    "only records of declared types are ever stored"
P0109 UNKNOWN_PROMISE Error "a promise that the registry does not know"
    "a promise that nothing checks would be one that nobody keeps"
P0110 NOT_SNAKE_CASE Error "a name that is not snake_case"
    "names stand in paths, queries, placeholders and certificates, where every spelling must be one"
P0111 EMPTY_TEXT Error "a label, heading or text that says nothing"
    "a person reads this on the public page"
P0112 SECTION_REPEATED Error "two sections with the same number"
    "a refusal quotes its clause by the number of the section"
P0113 SECTION_OUT_OF_ORDER Error "a section that is out of order"
    "people look clauses up by number"
P0114 LISTED_TWICE Warning "a name listed twice"
    "the second one does nothing, so perhaps another one was meant"
P0115 UNDECLARED_RIGHT Error "a right that nothing declares"
    "nobody can ask for what the policy does not offer"

P0201 FIELD_WITHOUT_CATEGORY Error "a field that does not say which category of data it holds"
    "without its category nobody can say who may read the field, or for what"
P0202 UNKNOWN_DETECTOR Error "a detector that does not exist"
    "values of the category would not be looked at on their way in"
P0203 SPECIAL_CATEGORY Error "a special category of data in the operator's own records"
    "the law singles such data out (GDPR, article 9), and the policy says that it is not sought"
P0204 SPECIAL_CATEGORY_OF_ACCOUNT Error "a special category of data that the operator does not let accounts hold"
    "an account may hold such data only where the operator's policy says `accounts = \"flag\"`"
P0205 FORBIDDEN_CATEGORY Error "a record that holds a forbidden category"
    "what must never be held cannot stand in a record"
P0206 WITHOUT_RETENTION Error "a record type without retention"
    "without a clock the records would be kept forever"
P0207 WITHOUT_FIELDS Error "a record type without fields"
    "a record that holds nothing cannot be explained to anyone"
P0208 WITHOUT_PURPOSES Error "a record type without purposes"
    "data without a purpose may not be collected (GDPR, article 5 (1) b)"
P0209 ROLE_WITHOUT_PURPOSE Error "a record type whose role none of its purposes may use"
    "data that no purpose may use would be held for nothing"
P0210 WITHOUT_ROLES Error "a declaration that concerns nobody"
    "a rule about nobody's data does nothing"
P0211 KEPT_FOREVER Error "a retention clock without an end"
    "storage is limited to what the purposes need (GDPR, article 5 (1) e)"
P0212 NOT_A_TERM Error "a term that is zero or negative"
    "a clock that never runs, or runs backwards, keeps no promise"
P0213 UNUSED_RETENTION Warning "a retention clock that nothing uses"
    "it looks as though something was deleted on time, and nothing is"
P0214 WITHOUT_GROUND Error "a term after the account's end without a ground"
    "once the relationship is over, only a ground such as a limitation period allows keeping data"
P0215 LOOKUP_NOT_UNIQUE Error "a lookup by a field that cannot tell people apart"
    "a blind index over free text, yes or no, numbers or moments reveals more than it finds"
P0216 UNUSED_CATEGORY Warning "a category that no record holds"
    "the public page would say that data is collected which is not"
P0217 DETECTOR_NEVER_MATCHES Error "a detector that no value of the field can satisfy"
    "every write of this field would be refused"
P0218 KEYS_OUTLIVE_DATA Error "backups of the keys that outlive those of the data"
    "the keys are what makes erased data readable again, so their copies must be the first to go"
P0219 TRIGGER_NEVER_PULLED Error "a retention clock that waits for what never happens"
    "what it waits for never ends, so what is kept under it would be kept forever"

P0301 UNUSED_PURPOSE Error "a purpose that nothing uses"
    "the public page would ask people to accept a use that never happens"
P0302 UNUSED_ROLE Warning "a role of which nothing is held"
    "the public page would speak of people of whom nothing is held"
P0303 NOBODY_CAN_CHOOSE Error "a choice that no role can make"
    "a choice that nobody can make is none: opt-in would refuse everything, opt-out would allow everything"
P0304 CONSENT_BY_SILENCE Error "a consent that silence would give"
    "silence is not consent (GDPR, article 4 (11))"
P0305 COMPATIBLE_WITH_ITSELF Error "a purpose compatible with itself"
    "every purpose may use what was collected for it; the line says nothing"
P0306 CHOICE_ABOUT_A_DUTY Error "a choice about what the law or a life demands"
    "a person cannot refuse what must happen anyway, and should not be asked as if they could"

P0401 RECEIVES_NOTHING_HELD Error "a recipient that receives a category no record holds"
    "what nobody holds cannot be received, so the policy says something untrue"
P0402 PURPOSE_HOLDS_NOTHING Error "a recipient's purpose for which none of its categories is held"
    "nothing could ever be sent to the recipient for this purpose"
P0403 WITHOUT_REGION Error "a recipient without a region"
    "without the country nobody can say whether the transfer is covered"
P0404 NOT_A_COUNTRY Error "a country that is not written as ISO 3166-1 alpha-2"
    "transfers are decided by comparing country codes"
P0405 WITHOUT_AGREEMENT Error "a recipient without an agreement"
    "personal data leaves only under an agreement (GDPR, article 28), so nothing would ever be sent"
P0406 AGREEMENT_LAPSED Error "a recipient whose agreement has lapsed"
    "a lapsed agreement stops the flow, so nothing would be sent any more"
P0407 AGREEMENT_NOT_YET Error "a recipient whose agreement is not in force yet"
    "until the agreement holds nothing may be sent"
P0408 AGREEMENT_BACKWARDS Error "an agreement that ends before it begins"
    "such an agreement is never in force"
P0409 AGREEMENT_ENDS_SOON Warning "an agreement that lapses within thirty days"
    "on the day it lapses the flow stops"
P0410 TRANSFER_NOT_COVERED Error "a recipient in a region that no transfer covers"
    "every disclosure to it would be refused"
P0411 COOKIE_OUTLIVES Error "a cookie that outlives what it identifies"
    "a cookie that still recognises someone after the data was deleted brings the data back to life"
P0412 THIRD_PARTY_UNNAMED Error "a third-party cookie without its recipient"
    "whoever sets the cookie receives data, and people may know who that is"
P0413 COOKIE_WITHOUT_CHOICE Error "a cookie set without the choice that its purpose needs"
    "the cookie would be set before the person said yes, or after they said no"
P0414 UNKNOWN_PLACE Error "a beacon in a place that does not exist"
    "a beacon is served in pages, e-mail and advertisements, and nowhere else"
P0415 RECEIVES_NOTHING Error "a recipient that receives nothing, or for nothing"
    "a recipient that nothing may be sent to is not one"
P0416 WITHOUT_TRANSFERS Error "an operator's policy that does not say where data may be"
    "without it every transfer to any country would be covered"
P0417 FIRST_PARTY_RECIPIENT Error "a first-party cookie that names a recipient"
    "the server sets it itself, so either the party or the recipient is wrong"
P0418 UNKNOWN_AUTHORITY Error "a disclosure to someone of an unknown kind"
    "a disclosure case is checked against the kind of the one who asks"
P0419 TOO_FEW_APPROVALS Error "a disclosure that one person could approve alone"
    "two people must look before data leaves on someone's demand"
P0420 SCOPE_NOT_HELD Error "a disclosure whose scope holds a category no record holds"
    "what nobody holds cannot be disclosed, so the policy says something untrue"
P0421 COOKIE_WITHOUT_CLOCK Error "a lasting cookie without a retention clock"
    "without the clock of what it identifies nobody can say that the cookie does not outlive it"
P0422 NOT_A_HOST Error "a site with a host that is none, or without any"
    "a hit is counted for the site whose host it comes from"
P0423 HOST_TWICE Error "two sites with the same host"
    "a hit from it would be counted for either"
P0424 SITE_COOKIE Error "a site with a cookie that cannot recognise its visitors"
    "whoever agrees to be recognised is a person whose visits are held: that takes our own cookie, a role and a record type"
P0425 SITE_RECORD Error "a site whose visits are not held for what they are counted for"
    "the visits of people who are recognised would be refused"
P0426 ACCESS_LOG Error "a log of addresses that could not be kept or looked into"
    "addresses are kept by the day, until the clock of the day is over, and looked up for one purpose"
P0427 SIGNAL Error "a sign of abuse that is none, or that nothing could ever give"
    "what never stands out is never looked at, though the policy says that it is"
P0428 CASE Error "a case of abuse whose evidence could not be kept"
    "what came from an address is copied into a case, or goes with its day"

P0501 WITHOUT_DEADLINE Error "a right without a deadline"
    "a request without a deadline may be answered never (GDPR, article 12 (3))"
P0502 UNKNOWN_RIGHT Error "a right of an unknown kind"
    "requests have six kinds, and each has steps of its own"
P0503 EXCEPTION_ENDS_EARLY Error "an exception that ends before the records' own clock"
    "an exception keeps records longer than an erasure would; this one would delete them early"
P0504 WITHOUT_AGE Error "an operator's policy without a minimum age"
    "without it children's data would be taken in unasked"
P0505 WITHOUT_CHANGES Error "an operator's policy that does not say how it changes"
    "people may know how they will hear of a change"
P0506 WITHOUT_COMPLAINTS Error "an operator's policy without time limits for complaints"
    "a complaint needs a time by which it is answered"
P0507 WITHOUT_ASSESSMENT Error "an operator's policy that is never assessed"
    "a promise that nobody checks is soon not kept"
P0508 WITHOUT_CUSTODIAN Error "an operator's policy without a custodian"
    "someone must answer requests, questions and complaints"
P0509 UNREACHABLE Error "a custodian whom nobody can reach"
    "a person must be able to write to the custodian"
P0510 OPEN_WITHOUT_REVIEW Error "an exception with an open term that nobody reviews"
    "what is kept without a term needs someone who says so and looks again"
P0511 UNKNOWN_NOTICE Error "a notice through an unknown channel"
    "notice of a change is given on the site or by e-mail"
P0512 ANSWER_BEFORE_ACKNOWLEDGED Error "a complaint answered before it is acknowledged"
    "the two time limits contradict each other"
P0513 EVERYONE_IS_OLD_ENOUGH Error "a minimum age of zero"
    "a minimum that everyone has reached protects no child"
P0514 SHARES_KEY Error "an exception that shares its retention clock with what is erased"
    "a clock is a class of keys: while the exception keeps the key, what else is sealed under it is not shredded"
P0515 REQUESTS_NOT_HELD Error "a record type of requests or complaints that is not held for answering them"
    "what a person wrote could be stored, and never read to answer it"
P0516 REQUESTS_WITHOUT_WORDS Error "a record type of requests or complaints without a text `message`"
    "a person's own words are kept in this field, sealed, and nowhere else"
P0517 REQUESTS_ASK_FIRST Error "requests or complaints that are answered under a purpose with a choice"
    "a request is answered whatever the person chose; who said no to a use still has every right"
P0518 OWNER_UNREACHABLE Error "a system outside whose owner has no e-mail address"
    "a request is not fulfilled before the owner has said that the system did its part"
P0519 COMPLAINTS_HALF_KEPT Error "complaints with only one of record type and purpose"
    "what is kept needs a purpose to be read for, and a purpose without anything kept reads nothing"
P0520 STAFF_NOT_HELD Error "a record type of those who sign in that is not held for it"
    "nobody could sign in: what they sign in with could not be stored, or not be read"
P0521 STAFF_WITHOUT_FIELDS Error "a record type of those who sign in without name, e-mail or password"
    "whoever signs in is found by `email` and recognised by `password_hash`, and nobody else"
P0522 STAFF_ASKS_FIRST Error "people who sign in under a purpose with a choice"
    "whoever said no could never say yes again"
P0523 BARS_NOBODY Error "a bar that nobody could be recognised by"
    "whoever returns is recognised by a keyed hash, which is looked up before an account is opened"
P0525 LETS_NOBODY_IN Error "End Users who are let into the privacy center, and nobody whom a link reaches"
    "a person comes in by a link to an e-mail address by which they can be found for the purpose of requests"
P0530 ATTESTS_NOTHING Error "an attestation of what no section promises"
    "an attestation stands for a promise that people were given"

P0601 NOTHING_BEHIND_PROMISE Error "a promise that no declaration stands behind"
    "the page would say what the system does not do"
P0602 UNTOLD Error "a declaration that no section tells people about"
    "what happens to people's data must be said to them (GDPR, articles 13 and 14)"
P0603 PLACEHOLDER_OF_NOTHING Error "a placeholder that stands for nothing"
    "the braces would stand on the public page"
P0604 PLACEHOLDER_UNCLOSED Error "a placeholder that is not closed"
    "the braces would stand on the public page"
P0605 LITERAL_DURATION Error "a duration written out where a placeholder belongs"
    "when the declaration changes the sentence would stay, and the page would say one thing and the system do another"
P0606 LITERAL_RECIPIENT Error "a recipient written out where a placeholder belongs"
    "when the recipient changes the sentence would stay, and the page would name the wrong one"
P0607 LITERAL_COOKIE Error "a cookie written out where a placeholder belongs"
    "when the cookie changes the sentence would stay, and the page would name one that is not set"
P0608 LITERAL_REGION Error "a region written out where a placeholder belongs"
    "when the region changes the sentence would stay, and the page would name the wrong country"
P0609 PERMITS_UNGRANTED Error "a section that permits what nothing grants"
    "the page would say that something may happen which is always refused"
P0610 SECTIONS_CONTRADICT Error "a section that permits what another refuses"
    "a person could hold the operator to either, and only one can be kept"
P0611 REFUSED_WHOLLY Error "a declaration of which the sections refuse every use"
    "the declaration grants what never happens"
P0612 OPT_OUT_UNDECLARED Error "an opt-out promised and not declared"
    "a person would be told that they can say no where nothing would listen"

P0701 WITHOUT_UNDER Error "an account's policy that does not name the operator's"
    "an account's policy only ever narrows another, so it must say which"
P0702 UNDER_ANOTHER Error "an account's policy under another operator's"
    "it would be compared with a policy that it was not written for"
P0703 NOT_FOR_ACCOUNT Error "an account's policy about people who are not the account's"
    "an account decides about its own End Users only"
P0704 WIDER Error "an account's policy that permits what the operator's refuses"
    "the answer at run time is always operator and account together, so what is wider would be refused"
P0705 OPERATOR_UNDER Error "an operator's policy under another one"
    "nothing stands above the operator's policy in its installation"
P0706 NOT_COMPARED Warning "an account's policy that was not compared with the operator's"
    "only together with the operator's policy can it be proved that this one is narrower"
P0707 BACKUPS_OF_ACCOUNT Error "an account's policy that says how long backups live"
    "a backup holds every account, so the operator's policy alone can say it"
P0708 ATTESTATION_OF_ACCOUNT Error "an account's policy that declares attestations"
    "it is the operator who is assessed, for all accounts"
P0709 ACCESS_LOG_OF_ACCOUNT Error "an account's policy that says what is kept of addresses"
    "the log of addresses is the operator's, and so are its clock and its purpose"
}
