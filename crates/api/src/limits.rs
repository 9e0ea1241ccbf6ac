//! Rate limits on every door that opens without a key, and on look-ups, by which a value could be guessed.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use domain::AccountId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::Problem;

/// How much is let through, and how long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests without a key a second, for each address; a burst may be five times as many.
    pub open_per_second: NonZeroU32,
    /// Look-ups a second, for each account: a key more must not mean a guess more.
    pub lookups_per_second: NonZeroU32,
    /// Hits of visits a second, for each address, and as many at once: many people may sit behind it.
    pub hits_per_second: NonZeroU32,
    /// Choices that visitors at one address say in a minute, and as many at once: a yes makes a person, with keys of their own.
    pub choices_per_minute: NonZeroU32,
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
            hits_per_second: number(100),
            choices_per_minute: number(60),
            body_bytes: 1024 * 1024,
            request_time: Duration::from_secs(30),
        }
    }
}

/// After so many requests without a key, addresses that have not asked for a while are forgotten.
const FORGET_AFTER: u64 = 10_000;

/// Tries to sign in a minute from one address, and as many at once: many may sit behind it.
const PLACE_TRIES: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Tries to sign in a minute as one person from one address, and as many at once. Nobody is locked out: a minute later there are
/// new ones, and what a stranger tries elsewhere does not count here.
const PERSON_TRIES: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// The same as one person from wherever, so that many together guess no faster.
const PERSON_TRIES_IN_ALL: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// Mails that one address can have sent at once, by typing whose they are; each comes back in its time.
const MAILS: NonZeroU32 = NonZeroU32::new(50).unwrap();
/// How long until there is one more: about a hundred a day.
const MAIL_AGAIN: Duration = Duration::from_mins(15);

const fn tries(each_minute: NonZeroU32) -> Quota {
    Quota::per_minute(each_minute)
}

fn mails() -> Quota {
    Quota::with_period(MAIL_AGAIN).unwrap_or(Quota::per_hour(NonZeroU32::MIN)).allow_burst(MAILS)
}

/// The counters behind the limits.
pub(crate) struct Limiters {
    open: DefaultKeyedRateLimiter<IpAddr>,
    lookups: DefaultKeyedRateLimiter<AccountId>,
    /// Hits of visits from an address.
    hits: DefaultKeyedRateLimiter<IpAddr>,
    /// Who says what may be done with their visits, from where.
    choices: DefaultKeyedRateLimiter<IpAddr>,
    /// Who signs in from where.
    places: DefaultKeyedRateLimiter<IpAddr>,
    /// Who signs in as whom, by a keyed hash of the address that was typed, and from where.
    tries: DefaultKeyedRateLimiter<([u8; 32], IpAddr)>,
    /// Who signs in as whom, from wherever.
    people: DefaultKeyedRateLimiter<[u8; 32]>,
    /// Who has mails sent from where.
    mails: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU64,
}

impl Limiters {
    pub(crate) fn new(limits: &Limits) -> Self {
        let burst = limits.open_per_second.saturating_mul(NonZeroU32::MIN.saturating_add(4));
        Self {
            open: RateLimiter::keyed(Quota::per_second(limits.open_per_second).allow_burst(burst)),
            lookups: RateLimiter::keyed(Quota::per_second(limits.lookups_per_second)),
            hits: RateLimiter::keyed(Quota::per_second(limits.hits_per_second)),
            choices: RateLimiter::keyed(tries(limits.choices_per_minute)),
            places: RateLimiter::keyed(tries(PLACE_TRIES)),
            tries: RateLimiter::keyed(tries(PERSON_TRIES)),
            people: RateLimiter::keyed(tries(PERSON_TRIES_IN_ALL)),
            mails: RateLimiter::keyed(mails()),
            asked: AtomicU64::new(0),
        }
    }

    /// Lets a request without a key through, or not.
    pub(crate) fn open(&self, address: IpAddr) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.forget();
        }
        self.open.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Lets a hit of a visit through, or not.
    pub(crate) fn hit(&self, address: IpAddr) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
            self.forget();
        }
        self.hits.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Lets a choice of a visitor through, or not.
    pub(crate) fn choice(&self, address: IpAddr) -> Result<(), Problem> {
        self.choices.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Lets a look-up through, or not.
    pub(crate) fn lookup(&self, account: AccountId) -> Result<(), Problem> {
        self.lookups.check_key(&account).map_err(|_| Problem::too_many())
    }

    /// Lets somebody try to sign in from an address, or not.
    pub(crate) fn sign_in_from(&self, address: IpAddr) -> Result<(), Problem> {
        self.open(address)?;
        self.places.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Lets somebody at an address try to sign in as a person, known here or not, or not.
    pub(crate) fn sign_in_as(&self, mark: [u8; 32], address: IpAddr) -> Result<(), Problem> {
        self.tries.check_key(&(mark, network(address))).map_err(|_| Problem::too_many())?;
        self.people.check_key(&mark).map_err(|_| Problem::too_many())
    }

    /// Lets somebody at an address have a mail sent to whomever they name, or not.
    pub(crate) fn mail_from(&self, address: IpAddr) -> Result<(), Problem> {
        self.mails.check_key(&network(address)).map_err(|_| Problem::too_many())
    }

    /// Forgets whoever has not asked for a while, so that addresses do not gather in memory.
    fn forget(&self) {
        self.open.retain_recent();
        self.lookups.retain_recent();
        self.hits.retain_recent();
        self.choices.retain_recent();
        self.places.retain_recent();
        self.tries.retain_recent();
        self.people.retain_recent();
        self.mails.retain_recent();
    }
}

/// Whoever has one `IPv6` address has its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// Gives a request up when it takes too long. The work itself goes on to its end: a client that hangs up must not
/// leave half of it done, such as a policy that is stored and not in force.
pub(crate) async fn within(
    axum::extract::State(time): axum::extract::State<Duration>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    use axum::response::IntoResponse;
    let changes_nothing = request.method().is_safe();
    let work = next.run(request);
    if changes_nothing {
        return tokio::time::timeout(time, work).await.unwrap_or_else(|_| given_up().into_response());
    }
    match tokio::time::timeout(time, tokio::spawn(work)).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::new(
            axum::http::StatusCode::INTERNAL_SERVER_ERROR,
            "/problems/failed",
            "It failed",
            "The server failed in the middle of the request; tell the operator.",
        )
        .into_response(),
        Err(_) => given_up().into_response(),
    }
}

fn given_up() -> Problem {
    Problem::new(
        axum::http::StatusCode::SERVICE_UNAVAILABLE,
        "/problems/timeout",
        "It took too long",
        "The request was given up. Send it again with the same `Idempotency-Key`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_elsewhere_keeps_nobody_from_signing_in() {
        let limiters = Limiters::new(&Limits::default());
        let [stranger, person] = ["192.0.2.1", "198.51.100.7"].map(|text| text.parse().unwrap());
        let mark = [7; 32];
        let tried = (0..40).filter(|_| limiters.sign_in_as(mark, stranger).is_ok()).count();
        assert_eq!(tried, 10);
        assert!(limiters.sign_in_as(mark, person).is_ok(), "what a stranger tried does not count here");
        assert!(limiters.sign_in_as([8; 32], stranger).is_ok(), "nor for anybody else");
        let others = (1..=100).map(|last| IpAddr::from([203, 0, 113, last]));
        let together = others.filter(|other| limiters.sign_in_as(mark, *other).is_ok()).count();
        assert_eq!(together, 49, "many together guess no faster");
    }

    #[test]
    fn one_address_says_so_many_choices() {
        let limiters = Limiters::new(&Limits::default());
        let [one, other] = ["192.0.2.1", "198.51.100.7"].map(|text| text.parse().unwrap());
        assert_eq!((0..99).filter(|_| limiters.choice(one).is_ok()).count(), 60);
        assert!(limiters.choice(other).is_ok());
    }

    #[test]
    fn one_address_has_so_many_mails_sent() {
        let limiters = Limiters::new(&Limits::default());
        let [one, other] = ["192.0.2.1", "198.51.100.7"].map(|text| text.parse().unwrap());
        assert_eq!((0..99).filter(|_| limiters.mail_from(one).is_ok()).count(), 50);
        assert!(limiters.mail_from(other).is_ok());
    }
}
