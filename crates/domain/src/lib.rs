//! The nouns of Bailee and their rules. Pure: no I/O, no ambient time, no ambient randomness.

pub mod access;
pub mod access_log;
pub mod account;
pub mod age;
pub mod ambient;
pub mod api_key;
pub mod assessed;
pub mod attestation;
pub mod audit;
pub mod calendar;
pub mod case;
pub mod choice;
pub mod complaint;
pub mod detector;
pub mod digest;
pub mod erasure;
pub mod event;
pub mod folded;
pub mod freeze;
pub mod hold;
pub mod id;
pub mod incident;
pub mod item;
pub mod link;
pub mod merge;
pub mod message;
pub mod metadata;
pub mod personal;
pub mod record;
pub mod request;
pub mod retention;
pub mod screen;
pub mod staff;
pub mod step;
pub mod subject;
pub mod succession;
pub mod terms;
pub mod trigger;
pub mod value;
pub mod visit;
pub mod webhook;

pub use account::{Account, AccountEnd, AccountKind, AccountState, Contact};
pub use age::{Age, Told};
pub use ambient::{Clock, Randomness};
pub use api_key::{ApiKey, Scope};
pub use assessed::Assessed;
pub use attestation::{Attestation, AttestationState};
pub use audit::{Action, Detail, EntryId, Outcome};
pub use case::{Case, CaseId, CaseKind, Filed};
pub use choice::{About, Choice, ChoiceState};
pub use complaint::{Complaint, ComplaintState};
pub use erasure::{Certificate, Erasure, ErasureState, Kept};
pub use event::{Event, EventId, EventKind, NewEvent};
pub use freeze::{Freeze, Freezes};
pub use hold::{Hold, HoldState};
pub use id::{
    AccountId, AssessmentId, AttestationId, Bucket, ChoiceId, ComplaintId, ErasureId, HoldId, Id, IncidentId,
    KeyId, LinkId, MessageId, RecordId, RequestId, SessionId, SubjectId, WebhookId,
};
pub use incident::Incident;
pub use link::Link;
pub use merge::{Merge, Unmergeable};
pub use message::{Address, MailCount, Message, MessageState};
pub use metadata::Metadata;
pub use personal::Personal;
pub use record::{Record, Source};
pub use request::{Request, RequestState, Right};
pub use staff::{
    AccountTask, ConsoleRole, MemberRole, Passkey, Permission, Role, Session, Staff, StaffState,
};
pub use subject::{Subject, SubjectState};
pub use trigger::{Trigger, Triggers};
pub use webhook::Webhook;
