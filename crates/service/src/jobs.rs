//! What runs without being asked: the log moves on, expired records go, erasures are finished.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use gate::GateError;
use jiff::SignedDuration;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

use crate::Service;

/// How many records or erasures one round handles before it lets others in.
const LIMIT: u32 = 256;
/// How many records expire together while nobody else is there.
const ALONE: u32 = 2_048;
/// How many while somebody is.
const TOGETHER: u32 = 128;
/// How many times as long as it took the job then rests.
const RESTS: u32 = 4;
/// How long an idempotency key is remembered, in hours.
const REPLAY_HOURS: i64 = 24;

/// Told to stop by a change of the watched value.
pub type Stop = watch::Receiver<bool>;

/// The lease of whoever gives entries their place in the log. A merge delay of two seconds is promised: when its
/// holder is lost, another takes over within that.
const LOG: (&str, SignedDuration) = ("log", SignedDuration::from_secs(2));
/// The lease of whoever does what one of several processes has to do. Short, so that what a lost process has begun is
/// soon finished by another.
const HOUSEKEEPING: (&str, SignedDuration) = ("housekeeping", SignedDuration::from_secs(5));

/// The lease of whoever delivers events. Longer than one delivery takes, so that the next one finds it ended.
const WEBHOOKS: (&str, SignedDuration) = ("webhooks", SignedDuration::from_secs(15));

/// A job: how often it looks for work, and whose it is when several processes are there.
struct Job {
    name: &'static str,
    period: Duration,
    /// None when every process does it for itself.
    lease: Option<(&'static str, SignedDuration)>,
    /// Whether it goes by the time, and so keeps still while the clock is doubted.
    by_the_clock: bool,
}

/// What a round of a job has done.
struct Round {
    /// How much; after nothing the next tick is waited for.
    done: usize,
    /// How long the job then keeps still, unless it is told to stop.
    rest: Duration,
}

impl From<usize> for Round {
    fn from(done: usize) -> Self {
        Self { done, rest: Duration::ZERO }
    }
}

/// Starts every job. They end after their current step once `stop` changes.
pub fn start(service: &Arc<Service>, stop: &Stop) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    let job = |name, milliseconds, lease, by_the_clock| {
        let job = Job { name, period: Duration::from_millis(milliseconds), lease, by_the_clock };
        (job, Arc::clone(service), stop.clone())
    };
    let always = |name, milliseconds, lease| job(name, milliseconds, lease, false);
    let timed = |name, milliseconds, lease| job(name, milliseconds, Some(lease), true);
    // Four steps a second keep the promised merge delay with room.
    jobs.spawn(every(always("log", 250, Some(LOG)), advance_log));
    jobs.spawn(every(always("registry", 1_000, None), refresh));
    jobs.spawn(every(always("triggers", 1_000, Some(HOUSEKEEPING)), settle));
    jobs.spawn(every(always("erasure", 1_000, Some(HOUSEKEEPING)), finish_erasures));
    jobs.spawn(every(always("leftovers", 600_000, Some(HOUSEKEEPING)), finish_leftovers));
    jobs.spawn(every(always("waiting", 60_000, None), measure_outbox));
    jobs.spawn(every(always("clock", 60_000, Some(HOUSEKEEPING)), keep_time));
    jobs.spawn(every(always("assessment", 60_000, None), assess));
    jobs.spawn(every(always("scrub", 60_000, None), scrub));
    jobs.spawn(every(always("incidents", 5_000, None), count_incidents));
    jobs.spawn(every(always("undelivered", 5_000, None), measure_undelivered));
    jobs.spawn(every(timed("expiry", 5_000, HOUSEKEEPING), expire));
    jobs.spawn(every(timed("cases", 5_000, HOUSEKEEPING), wake));
    jobs.spawn(every(timed("mail", 2_000, HOUSEKEEPING), send_mail));
    jobs.spawn(every(timed("outbox", 60_000, HOUSEKEEPING), tidy_outbox));
    jobs.spawn(every(timed("reminders", 60_000, HOUSEKEEPING), remind));
    jobs.spawn(every(timed("webhooks", 500, WEBHOOKS), deliver));
    jobs.spawn(every(always("dropped hits", 5_000, None), write_dropped));
    jobs.spawn(every(always("access log", 500, None), write_access_log));
    jobs.spawn(every(always("abuse", 5_000, Some(HOUSEKEEPING)), look_for_abuse));
    jobs.spawn(every(timed("access days", 60_000, HOUSEKEEPING), expire_access_log));
    jobs.spawn(every(timed("visits", 10_000, HOUSEKEEPING), close_visits));
    jobs.spawn(every(timed("salts", 600_000, HOUSEKEEPING), destroy_salts));
    jobs.spawn(every(timed("replays", 600_000, HOUSEKEEPING), forget_replays));
    jobs
}

/// Runs a job's rounds: again at once while it finds work, else at the next tick.
async fn every<F, R, T>((job, service, mut stop): (Job, Arc<Service>, Stop), round: F)
where
    F: Fn(Arc<Service>) -> R,
    R: Future<Output = Result<T, GateError>>,
    T: Into<Round>,
{
    let mut ticks = tokio::time::interval(job.period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        loop {
            match attempt(&job, &service, &round).await {
                // Nothing to do, or another process was faster; the next turn finds what is left.
                Ok(Round { done: 0, .. }) | Err(GateError::Busy) => break,
                Ok(Round { done, rest }) => {
                    metrics::counter!("bailee_job_steps_total", "job" => job.name).increment(done as u64);
                    if !rest.is_zero() {
                        tokio::select! {
                            () = tokio::time::sleep(rest) => {}
                            _ = stop.changed() => return,
                        }
                    }
                }
                Err(error) => {
                    metrics::counter!("bailee_job_failures_total", "job" => job.name).increment(1);
                    tracing::error!(job = job.name, %error, "a job failed; it tries again at its next turn");
                    break;
                }
            }
            if *stop.borrow() {
                return;
            }
        }
    }
}

/// One round, when it is this process's to do.
async fn attempt<F, R, T>(job: &Job, service: &Arc<Service>, round: &F) -> Result<Round, GateError>
where
    F: Fn(Arc<Service>) -> R,
    R: Future<Output = Result<T, GateError>>,
    T: Into<Round>,
{
    if job.by_the_clock && !service.trusts_clock() {
        return Ok(0.into());
    }
    if let Some((lease, lasts)) = job.lease
        && !service.gate.holds_lease(lease, lasts).await?
    {
        return Ok(0.into());
    }
    round(Arc::clone(service)).await.map(Into::into)
}

async fn refresh(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.refresh().await?;
    Ok(0)
}

async fn advance_log(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.advance_log().await
}

async fn finish_leftovers(service: Arc<Service>) -> Result<usize, GateError> {
    // All of it in one round, so that there is nothing to do at once again.
    service.gate.finish_leftovers().await.map(|_| 0)
}

/// Deletes what is over: all that it can while nobody else is there, and a fifth of the time in small steps while somebody
/// is. Whoever reads waits at most for one such step.
async fn expire(service: Arc<Service>) -> Result<Round, GateError> {
    let traffic = service.gate.traffic();
    let is_alone = service.traffic.swap(traffic, Ordering::Relaxed) == traffic;
    let begun = Instant::now();
    let done = service.gate.expire(if is_alone { ALONE } else { TOGETHER }).await?;
    let rest = if is_alone { Duration::ZERO } else { begun.elapsed() * RESTS };
    Ok(Round { done, rest })
}

async fn settle(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.settle_triggers(LIMIT).await
}

async fn wake(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.wake(LIMIT).await
}

async fn send_mail(service: Arc<Service>) -> Result<usize, GateError> {
    service.send_mail().await
}

async fn tidy_outbox(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.tidy_outbox().await
}

/// Each process shows it, whichever of them is asked.
async fn measure_outbox(service: Arc<Service>) -> Result<usize, GateError> {
    service.measure_outbox().await.map(|()| 0)
}

/// Each process has its own.
async fn write_dropped(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.forget_salts();
    service.gate.write_dropped().await.map(|_| 0)
}

/// Each process has its own. What comes meanwhile waits for the next tick, so that it is written together.
async fn write_access_log(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.write_access_log().await.map(|_| 0)
}

async fn look_for_abuse(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.look_for_abuse().await.map(|_| 0)
}

async fn expire_access_log(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.expire_access_log().await
}

async fn close_visits(service: Arc<Service>) -> Result<usize, GateError> {
    let closed = service.gate.close_visits(LIMIT).await;
    let added_up = service.gate.tally_days(LIMIT).await?;
    Ok(closed? + added_up)
}

async fn destroy_salts(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.expire_visits().await?;
    service.gate.destroy_salts().await.map(|_| 0)
}

async fn remind(service: Arc<Service>) -> Result<usize, GateError> {
    Ok(service.gate.remind_of_incidents().await? + service.gate.write_digest().await?)
}

/// A doubted time is not made durable: after a restart it would be believed.
async fn keep_time(service: Arc<Service>) -> Result<usize, GateError> {
    if service.trusts_clock() {
        service.gate.keep_time().await?;
    } else {
        tracing::error!(
            "the clock has jumped: nothing expires until it is confirmed (`bailee serve --confirm-clock`)"
        );
    }
    Ok(0)
}

async fn finish_erasures(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.finish_erasures(LIMIT).await
}

/// One process assesses; the others show what it has found.
async fn assess(service: Arc<Service>) -> Result<usize, GateError> {
    let (lease, lasts) = HOUSEKEEPING;
    if service.gate.holds_lease(lease, lasts).await? {
        service.assess_when_due().await?;
    } else {
        service.recall_assessment().await?;
    }
    Ok(0)
}

async fn scrub(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.scrub_remnants().await?;
    Ok(0)
}

/// Each process shows the counts, whichever of them is asked.
async fn count_incidents(service: Arc<Service>) -> Result<usize, GateError> {
    service.count_incidents().await.map(|()| 0)
}

/// Begins what is due and does not wait for it: nobody's delivery holds up another's.
async fn deliver(service: Arc<Service>) -> Result<usize, GateError> {
    service.begin_deliveries().await?;
    Ok(0)
}

/// Each process shows it, whichever of them is asked.
async fn measure_undelivered(service: Arc<Service>) -> Result<usize, GateError> {
    service.measure_undelivered().await.map(|()| 0)
}

async fn forget_replays(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.forget_replays(REPLAY_HOURS).await?;
    service.gate.forget_events().await?;
    Ok(0)
}

/// Runs every job's work to its end, now, by a clock that was moved on purpose: what the demonstration does.
///
/// # Errors
/// A store fails.
pub async fn run_to_end(service: &Arc<Service>) -> Result<(), GateError> {
    service.confirm_clock();
    while settle(Arc::clone(service)).await? > 0 {}
    while expire(Arc::clone(service)).await?.done > 0 {}
    while wake(Arc::clone(service)).await? > 0 {}
    while remind(Arc::clone(service)).await? > 0 {}
    while send_mail(Arc::clone(service)).await? > 0 {}
    while tidy_outbox(Arc::clone(service)).await? > 0 {}
    while close_visits(Arc::clone(service)).await? > 0 {}
    destroy_salts(Arc::clone(service)).await?;
    write_access_log(Arc::clone(service)).await?;
    look_for_abuse(Arc::clone(service)).await?;
    expire_access_log(Arc::clone(service)).await?;
    while finish_erasures(Arc::clone(service)).await? > 0 {}
    while advance_log(Arc::clone(service)).await? > 0 {}
    while service.deliver_due().await? > 0 {}
    Ok(())
}
