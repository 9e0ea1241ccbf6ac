//! The thirty rows.

use policy::Promise;

use super::Registered;

/// Every promise, in the order of the reference policy.
pub const REGISTRY: &[Registered] =
    &[Registered { promise: Promise::Roles, enforced_by: None, try_to_break: None }];
