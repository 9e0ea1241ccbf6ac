//! Where the pages are, in groups by the kind of work, and what one must be allowed to get there.

use domain::{ConsoleRole, Permission};
use web::console::Link;

/// A page that a way leads to: where it is, what it is called, and what that needs.
type Place = (&'static str, &'static str, Permission);

/// The kinds of work, each with its pages.
const GROUPS: &[(&str, &[Place])] = &[
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
    (
        "Incidents",
        &[
            ("/console/incidents", "Incidents", Permission::SeeIncidents),
            ("/console/report", "Report one", Permission::ReportIncident),
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
        ],
    ),
];

/// The pages of a group that a role may see.
fn open_to(role: ConsoleRole, places: &'static [Place]) -> impl Iterator<Item = &'static Place> {
    places.iter().filter(move |(_, _, permission)| role.may(*permission))
}

/// The kinds of work that a role has, each led to its first page, with the one marked that `here` is of.
pub(super) fn groups(role: ConsoleRole, here: &str) -> Vec<Link> {
    let link = |(label, places): &(&'static str, &'static [Place])| {
        let (href, ..) = open_to(role, places).next()?;
        Some(Link { href, label, is_here: places.iter().any(|(href, ..)| *href == here) })
    };
    GROUPS.iter().filter_map(link).collect()
}

/// The pages of the group that `here` is of, as far as a role may see them.
pub(super) fn beside(role: ConsoleRole, here: &str) -> Vec<Link> {
    let group = GROUPS.iter().find(|(_, places)| places.iter().any(|(href, ..)| *href == here));
    let places = group.map(|(_, places)| *places).unwrap_or_default();
    open_to(role, places).map(|(href, label, _)| Link { href, label, is_here: *href == here }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_shown_the_way_to_what_it_may_see_and_to_nothing_else() {
        for role in ConsoleRole::ALL {
            for (label, places) in GROUPS {
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
