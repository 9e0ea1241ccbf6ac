//! The server's processes, as `/proc` shows them: the postmaster and its children, one a connection or duty.

use std::{
    fs, io, thread,
    time::{Duration, Instant},
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};

/// How often a condition is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How long the system may take to do what a signal asks for.
const SIGNAL_DEADLINE: Duration = Duration::from_secs(20);

/// What `/proc/PID/stat` says of a process.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    state: char,
    parent: i32,
}

impl Stat {
    fn of(process: Pid) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{}/stat", process.as_raw_pid())).ok()?)
    }

    /// The name is in brackets and may hold brackets itself.
    fn parse(text: &str) -> Option<Self> {
        let (_, after_name) = text.rsplit_once(") ")?;
        let mut fields = after_name.split(' ');
        Some(Self { state: fields.next()?.chars().next()?, parent: fields.next()?.parse().ok()? })
    }
}

/// Whether a process has left its memory; a zombie has.
fn is_gone(process: Pid) -> bool {
    Stat::of(process).is_none_or(|stat| matches!(stat.state, 'Z' | 'X'))
}

fn is_still(process: Pid) -> bool {
    is_gone(process) || Stat::of(process).is_none_or(|stat| stat.state == 'T')
}

/// The living children of a process.
pub(crate) fn children(of: Pid) -> io::Result<Vec<Pid>> {
    let named = |entry: fs::DirEntry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?);
    let is_child = |process: &Pid| {
        Stat::of(*process).is_some_and(|stat| stat.parent == of.as_raw_pid()) && !is_gone(*process)
    };
    Ok(fs::read_dir("/proc")?.flatten().filter_map(named).filter(is_child).collect())
}

/// Sends a signal; one that is gone already needs none.
pub(crate) fn signal(process: Pid, signal: Signal) -> io::Result<()> {
    match kill_process(process, signal) {
        Err(Errno::SRCH) | Ok(()) => Ok(()),
        Err(refused) => Err(refused.into()),
    }
}

/// Stops a process and says who its children are: from then on it starts no more.
pub(crate) fn freeze(process: Pid) -> io::Result<Vec<Pid>> {
    signal(process, Signal::STOP)?;
    wait_until("stopped", || is_still(process))?;
    children(process)
}

/// Waits until none of them has memory any more.
pub(crate) fn wait_until_gone(processes: &[Pid]) -> io::Result<()> {
    wait_until("gone", || processes.iter().all(|process| is_gone(*process)))
}

/// Waits until all of them stand still.
pub(crate) fn wait_until_still(processes: &[Pid]) -> io::Result<()> {
    wait_until("stopped", || processes.iter().all(|process| is_still(*process)))
}

fn wait_until(what: &str, holds: impl FnMut() -> bool) -> io::Result<()> {
    if comes_true(SIGNAL_DEADLINE, holds) {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, format!("the server's processes are not {what} in time")))
}

/// Looks at a condition until it holds or the time is up.
pub(crate) fn comes_true(within: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > within {
            return false;
        }
        thread::sleep(LOOK_AGAIN);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::Stat;

    #[test]
    fn a_name_may_hold_brackets_and_spaces() {
        let stat = Stat::parse("12 (a) (b c) S 7 12 12 0 -1");
        assert_eq!(stat, Some(Stat { state: 'S', parent: 7 }));
        assert_eq!(Stat::parse(""), None);
    }
}
