//! Where the pages are, in groups by the kind of work, and what one must be allowed to get there.

use domain::{Permission, Role};
use web::console::Link;

use super::account;

/// A page that a way leads to: where it is, what it is called, and what that needs.
pub(super) type Place = (&'static str, &'static str, Permission);

/// The kinds of work, each with its pages.
pub(super) type Groups = &'static [(&'static str, &'static [Place])];

/// Those of the operator's staff.
const GROUPS: Groups = &[
    (
        "Policy",
        &[
            ("/console", "Promises", Permission::SeePromises),
            ("/console/policy", "Versions", Permission::SeePolicy),
            ("/console/recipients", "Recipients", Permission::SeeRecipients),
        ],
    ),
    (
        "Requests",
        &[
            ("/console/requests", "Requests", Permission::SeeRequests),
            ("/console/complaints", "Complaints", Permission::SeeComplaints),
            ("/console/person", "A person", Permission::OpenPerson),
        ],
    ),
    ("Visits", &[("/console/visits", "Visits", Permission::SeeStatistics)]),
    (
        "Incidents",
        &[
            ("/console/incidents", "Incidents", Permission::SeeIncidents),
            ("/console/report", "Report one", Permission::ReportIncident),
            ("/console/abuse", "Addresses", Permission::LookUpAddress),
        ],
    ),
    (
        "Keeping",
        &[
            ("/console/retention", "What goes when", Permission::SeeRetention),
            ("/console/holds", "Holds", Permission::SeeHolds),
        ],
    ),
    (
        "Evidence",
        &[
            ("/console/log", "Audit log", Permission::SearchLog),
            ("/console/access", "Access review", Permission::SeeAccess),
            ("/console/evidence", "Verify", Permission::VerifyEvidence),
            ("/console/health", "Health", Permission::SeeHealth),
        ],
    ),
    (
        "Access",
        &[
            ("/console/accounts", "Clients", Permission::SeeAccounts),
            ("/console/staff", "Staff", Permission::SeeStaff),
            ("/console/keys", "Keys", Permission::SeeKeys),
            ("/console/sessions", "Your sessions", Permission::EndOwnSessions),
            ("/console/passkeys", "Your passkeys", Permission::KeepOwnPasskeys),
            ("/console/address", "Your address", Permission::KeepOwnPasskeys),
        ],
    ),
];

/// The kinds of work of those who act for an account like this.
const fn groups_of(role: Role) -> Groups {
    match role {
        Role::Staff(_) => GROUPS,
        Role::Member(_) => account::GROUPS,
    }
}

/// The pages of a group that a role may see.
fn open_to(role: Role, places: &'static [Place]) -> impl Iterator<Item = &'static Place> {
    places.iter().filter(move |(_, _, permission)| role.may(*permission))
}

/// The kinds of work that a role has, each led to its first page, with the one marked that `here` is of.
pub(super) fn groups(role: Role, here: &str) -> Vec<Link> {
    let link = |(label, places): &(&'static str, &'static [Place])| {
        let (href, ..) = open_to(role, places).next()?;
        Some(Link { href, label, is_here: places.iter().any(|(href, ..)| *href == here) })
    };
    groups_of(role).iter().filter_map(link).collect()
}

/// The pages of the group that `here` is of, as far as a role may see them.
pub(super) fn beside(role: Role, here: &str) -> Vec<Link> {
    let group = groups_of(role).iter().find(|(_, places)| places.iter().any(|(href, ..)| *href == here));
    let places = group.map(|(_, places)| *places).unwrap_or_default();
    open_to(role, places).map(|(href, label, _)| Link { href, label, is_here: *href == here }).collect()
}

#[cfg(test)]
mod tests {
    use domain::{ConsoleRole, MemberRole};

    use super::*;

    #[test]
    fn a_role_is_shown_the_way_to_what_it_may_see_and_to_nothing_else() {
        let staff = ConsoleRole::ALL.into_iter().map(Role::Staff);
        for role in staff.chain(MemberRole::ALL.into_iter().map(Role::Member)) {
            for (label, places) in groups_of(role) {
                let shown = groups(role, "").into_iter().any(|link| link.label == *label);
                assert_eq!(shown, places.iter().any(|(.., permission)| role.may(*permission)), "{label}");
                for (here, _, permission) in *places {
                    let leads = beside(role, here).iter().any(|link| link.href == *here && link.is_here);
                    assert_eq!(leads, role.may(*permission), "{here}");
                }
            }
        }
    }
}
