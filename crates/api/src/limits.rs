//! Rate limits on every door that opens without a key, and on look-ups, by which a value could be guessed.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use domain::KeyId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::Problem;

/// How much is let through, and how long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests without a key a second, for each address; a burst may be five times as many.
    pub open_per_second: NonZeroU32,
    /// Look-ups a second, for each key.
    pub lookups_per_second: NonZeroU32,
    /// Bytes of a request body.
    pub body_bytes: usize,
    /// How long a request may take before it is given up.
    pub request_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let number = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self {
            open_per_second: number(50),
            lookups_per_second: number(200),
            body_bytes: 1024 * 1024,
            request_time: Duration::from_secs(30),
        }
    }
}

/// The counters behind the limits.
pub(crate) struct Limiters {
    open: DefaultKeyedRateLimiter<IpAddr>,
    lookups: DefaultKeyedRateLimiter<KeyId>,
}

impl Limiters {
    pub(crate) fn new(limits: &Limits) -> Self {
        let burst = limits.open_per_second.saturating_mul(NonZeroU32::MIN.saturating_add(4));
        Self {
            open: RateLimiter::keyed(Quota::per_second(limits.open_per_second).allow_burst(burst)),
            lookups: RateLimiter::keyed(Quota::per_second(limits.lookups_per_second)),
        }
    }

    /// Lets a request without a key through, or not.
    pub(crate) fn open(&self, address: IpAddr) -> Result<(), Problem> {
        self.open.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Lets a look-up through, or not.
    pub(crate) fn lookup(&self, key: Option<KeyId>) -> Result<(), Problem> {
        let Some(key) = key else { return Ok(()) };
        self.lookups.check_key(&key).map_err(|_| Problem::too_many())
    }

    /// Forgets addresses and keys that have not asked for a while.
    pub(crate) fn forget(&self) {
        self.open.retain_recent();
        self.lookups.retain_recent();
    }
}

/// Whoever has one `IPv6` address has its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// Gives a request up when it takes too long. What it had committed by then stays.
pub(crate) async fn within(
    axum::extract::State(time): axum::extract::State<Duration>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    use axum::response::IntoResponse;
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "/problems/timeout",
            "It took too long",
            "The request was given up. Send it again with the same `Idempotency-Key`.",
        )
        .into_response(),
    }
}
