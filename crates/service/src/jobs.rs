//! What runs without being asked: the log moves on, expired records go, erasures are finished.

use std::{sync::Arc, time::Duration};

use gate::GateError;
use tokio::{sync::watch, task::JoinSet, time::MissedTickBehavior};

use crate::Service;

/// How many records or erasures one round handles before it lets others in.
const ROUND: u32 = 256;
/// How long an idempotency key is remembered, in hours.
const REPLAY_HOURS: i64 = 24;

/// Told to stop by a change of the watched value.
pub type Stop = watch::Receiver<bool>;

/// Starts every job. They end after their current step once `stop` changes.
pub fn start(service: &Arc<Service>, stop: &Stop) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    // A merge delay of two seconds at most is promised; four steps a second keep it with room.
    jobs.spawn(every(Duration::from_millis(250), "log", Arc::clone(service), stop.clone(), advance_log));
    jobs.spawn(every(Duration::from_secs(5), "expiry", Arc::clone(service), stop.clone(), expire));
    jobs.spawn(every(Duration::from_secs(1), "erasure", Arc::clone(service), stop.clone(), finish_erasures));
    jobs.spawn(every(Duration::from_secs(60), "clock", Arc::clone(service), stop.clone(), keep_time));
    jobs.spawn(every(Duration::from_secs(600), "assessment", Arc::clone(service), stop.clone(), assess));
    jobs.spawn(every(Duration::from_secs(60), "scrub", Arc::clone(service), stop.clone(), scrub));
    jobs.spawn(every(Duration::from_secs(600), "replays", Arc::clone(service), stop.clone(), forget_replays));
    jobs
}

/// Runs a job's rounds: again at once while it finds work, else at the next tick.
async fn every<F, R>(period: Duration, name: &'static str, service: Arc<Service>, mut stop: Stop, round: F)
where
    F: Fn(Arc<Service>) -> R,
    R: Future<Output = Result<usize, GateError>>,
{
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.changed() => return,
        }
        loop {
            match round(Arc::clone(&service)).await {
                Ok(0) => break,
                Ok(done) => metrics::counter!("bailee_job_steps_total", "job" => name).increment(done as u64),
                Err(error) => {
                    metrics::counter!("bailee_job_failures_total", "job" => name).increment(1);
                    tracing::error!(job = name, %error, "a job failed; it tries again at its next turn");
                    break;
                }
            }
            if *stop.borrow() {
                return;
            }
        }
    }
}

async fn advance_log(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.advance_log().await
}

async fn expire(service: Arc<Service>) -> Result<usize, GateError> {
    if service.trusts_clock() { service.gate.expire(ROUND).await } else { Ok(0) }
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
    service.gate.finish_erasures(ROUND).await
}

async fn assess(service: Arc<Service>) -> Result<usize, GateError> {
    service.assess_when_due().await?;
    Ok(0)
}

async fn scrub(service: Arc<Service>) -> Result<usize, GateError> {
    service.gate.scrub_remnants().await?;
    Ok(0)
}

async fn forget_replays(service: Arc<Service>) -> Result<usize, GateError> {
    if !service.trusts_clock() {
        return Ok(0);
    }
    service.gate.forget_replays(REPLAY_HOURS).await?;
    Ok(0)
}

/// Runs every job's work to its end, now, by a clock that was moved on purpose: what the demonstration does.
///
/// # Errors
/// A store fails.
pub async fn run_to_end(service: &Arc<Service>) -> Result<(), GateError> {
    service.confirm_clock();
    while expire(Arc::clone(service)).await? > 0 {}
    while finish_erasures(Arc::clone(service)).await? > 0 {}
    while advance_log(Arc::clone(service)).await? > 0 {}
    Ok(())
}
