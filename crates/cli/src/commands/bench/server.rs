//! A server in a process of its own: the program under load, or its peer.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// A running server, ended when this is dropped.
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// From starting the process until it listened.
    pub(super) started_in: Duration,
}

impl Server {
    /// Starts this same program with other arguments and waits until it says where it listens.
    ///
    /// # Errors
    /// It ended, or said something else only.
    pub(super) fn start<S: AsRef<OsStr>>(arguments: &[S]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        // What the shell sets for the real installation must not reach this one.
        for name in [
            "BAILEE_CONFIG",
            "BAILEE_DATA",
            "BAILEE_ROOT_KEY",
            "BAILEE_LISTEN",
            "BAILEE_STORE",
            "BAILEE_KEY_STORE",
        ] {
            command.env_remove(name);
        }
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let words = child.stderr.take().context("a child process without its standard error")?;
        match listening(BufReader::new(words)) {
            Ok(address) => Ok(Self { child, address, started_in: begun.elapsed() }),
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                Err(error)
            }
        }
    }

    /// The memory that it holds (`VmRSS` in `proc_pid_status(5)`), in bytes.
    ///
    /// # Errors
    /// The system has no `/proc`.
    pub(super) fn resident_bytes(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes =
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|text| text.parse().ok());
        kibibytes.map(|count: u64| count * 1024).context("no VmRSS in the status of a process")
    }
}

impl Server {
    /// The processor time that it has used (`utime` and `stime` in `proc_pid_stat(5)`).
    ///
    /// # Errors
    /// The system has no `/proc`.
    pub(super) fn processor_time(&self) -> anyhow::Result<Duration> {
        /// Linux counts for every program in hundredths of a second, whatever the kernel's own tick.
        const TICK: Duration = Duration::from_millis(10);
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, numbers) = stat.rsplit_once(')').context("a process without its name")?;
        let ticks = numbers.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
        Ok(TICK * ticks.sum::<Result<u32, _>>()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves a temporary installation: nothing is lost by ending it at once.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads what a server says until it names its address, and swallows the rest so that it never waits to speak.
fn listening(mut words: impl BufRead + Send + 'static) -> anyhow::Result<SocketAddr> {
    let mut said = String::new();
    loop {
        let mut line = String::new();
        if words.read_line(&mut line)? == 0 {
            bail!("the server ended before it listened; it said: {said}");
        }
        if let Some((_, address)) = line.trim_end().split_once("listens at http://") {
            let address = address.parse().context("the server listens at no address")?;
            std::thread::spawn(move || drop(std::io::copy(&mut words, &mut std::io::sink())));
            return Ok(address);
        }
        said.push_str(&line);
    }
}
