//! A server while it runs: its postmaster, and who watches over it.

use std::{
    io,
    path::Path,
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use rustix::process::{Pid, Signal};

use crate::{
    processes::{children, comes_true, freeze, signal, wait_until_gone, wait_until_still},
    watcher::Watcher,
};

/// How long a server may take to shut down at once before it is killed.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Running {
    postmaster: Child,
    _watcher: Watcher,
}

impl Running {
    pub(crate) fn start(postgres: &mut Command, folder: &Path) -> io::Result<Self> {
        let mut postmaster = postgres.spawn()?;
        match Watcher::start(Pid::from_child(&postmaster), folder) {
            Ok(watcher) => Ok(Self { postmaster, _watcher: watcher }),
            Err(error) => {
                postmaster.kill()?;
                postmaster.wait()?;
                Err(error)
            }
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.postmaster.id()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.postmaster.try_wait()
    }

    /// Kills all processes at once, as a power cut would, and waits until they are gone.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        // One that ended by itself is waited for already, and its number may be somebody else's.
        if self.ended()?.is_some() {
            return Ok(());
        }
        let found = freeze(self.pid());
        for process in found.iter().flatten() {
            signal(*process, Signal::KILL)?;
        }
        self.postmaster.kill()?;
        self.postmaster.wait()?;
        wait_until_gone(&found?)
    }

    /// Stops all processes where they stand.
    pub(crate) fn pause(&self) -> io::Result<()> {
        let children = freeze(self.pid())?;
        children.iter().try_for_each(|child| signal(*child, Signal::STOP))?;
        wait_until_still(&children)
    }

    /// Lets all processes go on.
    pub(crate) fn resume(&self) -> io::Result<()> {
        let children = children(self.pid())?;
        children.into_iter().chain([self.pid()]).try_for_each(|process| signal(process, Signal::CONT))
    }

    /// An immediate shutdown: as rude to the data as a kill, but it gives back the shared memory.
    fn shut_down(&mut self) -> io::Result<()> {
        if self.ended()?.is_some() {
            return Ok(());
        }
        self.resume()?;
        signal(self.pid(), Signal::QUIT)?;
        comes_true(SHUTDOWN_DEADLINE, || !matches!(self.ended(), Ok(None)));
        self.kill()
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.postmaster)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            // The last resort: the children of a postmaster that is no more end by themselves.
            drop(self.postmaster.kill());
            drop(self.postmaster.wait());
        }
    }
}
