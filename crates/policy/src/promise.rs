//! The thirty promises: the vocabulary of what a policy can promise and Bailee can keep.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

macro_rules! promises {
    ($($variant:ident, $id:literal, $sentence:literal;)*) => {
        /// One promise: a clause of a policy that is enforced where data moves and proved afterwards.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Promise {
            $(#[doc = $sentence] $variant,)*
        }

        impl Promise {
            /// Every promise, in the order of the reference policy.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The id by which documents, tests and the API name it.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// What it promises, in one sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),* }
            }
        }
    };
}

promises! {
    Roles, "roles", "The policy covers Clients and Visitors; End Users belong to a Client.";
    Routing, "routing", "A request from an End User goes to the Client, a direct customer's to the operator.";
    Inventory, "inventory", "Whatever identifies a person is personal data, and every field says which kind it holds.";
    EndUserData, "end-user-data", "End Users' data is held for the Client, under the Client's own, narrower policy.";
    Consent, "consent", "Nothing that needs a yes happens before there is one, and silence is never a yes.";
    Visits, "visits", "Address, browser, system, time and duration of visits are logged, and nothing else of them.";
    Cookies, "cookies", "Every cookie is declared, and each can be refused.";
    Beacons, "beacons", "Invisible images count views under the same decision as everything else.";
    Linking, "linking", "Visits are tied to a person only where the person allowed it.";
    Statistics, "statistics", "Statistics are aggregated and name no one.";
    Tailoring, "tailoring", "Content and advertisements match interests and are not shown again and again.";
    Purposes, "purposes", "Data is used for the declared purposes and for no other.";
    Abuse, "abuse", "Addresses are used to mend servers and to prevent fraud and abuse.";
    Payment, "payment", "Card numbers go to the payment processor and are never kept here.";
    Support, "support", "Messages are used to answer, and archived.";
    ThirdParties, "third-parties", "Others receive only what is declared for them, under an agreement, and can be refused.";
    Authorities, "authorities", "Authorities receive what a declared ground allows, approved by two people.";
    UserChoice, "user-choice", "A person may limit or deny disclosure and new uses, and the choice binds at once.";
    Security, "security", "Data is encrypted, access is controlled, and misuse is found and told.";
    Retention, "retention", "Data is kept as long as declared and then deleted, on time.";
    Account, "account", "People update their data themselves and can cancel at any time.";
    Access, "access", "On request people see, correct and erase what is held on them, and no one else does.";
    ErasureExceptions, "erasure-exceptions", "What an erasure leaves is one of the declared exceptions, and is said.";
    Transfers, "transfers", "Data leaves a country only where the policy covers it.";
    Sensitive, "sensitive", "Health, origin, politics, religion and the like are not sought.";
    Children, "children", "Nothing is knowingly held about anyone below the minimum age.";
    Complaints, "complaints", "Complaints are resolved in a reasonable time.";
    Custodian, "custodian", "A custodian of records answers.";
    Changes, "changes", "The policy changes with public notice.";
    Verification, "verification", "The operator checks regularly that the policy is accurate.";
}

/// A text that names no promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no promise has this id")]
pub struct UnknownPromise;

impl FromStr for Promise {
    type Err = UnknownPromise;

    fn from_str(text: &str) -> Result<Self, UnknownPromise> {
        Self::ALL.iter().copied().find(|promise| promise.id() == text).ok_or(UnknownPromise)
    }
}

impl fmt::Display for Promise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl Serialize for Promise {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
