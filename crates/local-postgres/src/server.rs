//! The server: its directory, its port, and what can be done to it.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    Settings, StartError, account::Account, binaries::Binaries, folder::Folder, processes::comes_true,
    running::Running,
};

const USER: &str = "bailee";
/// How long a server may take until it answers.
const READY_DEADLINE: Duration = Duration::from_secs(20);

/// A PostgreSQL server of one's own. It ends, and its directory goes, when this is dropped or the process ends.
#[derive(Debug)]
pub struct LocalPostgres {
    // Dropped before the directory.
    running: Option<Running>,
    folder: Folder,
    binaries: Binaries,
    options: Vec<(String, String)>,
    port: u16,
}

impl LocalPostgres {
    /// Makes a server in a temporary directory and waits until it answers.
    ///
    /// # Errors
    /// PostgreSQL is not installed, nobody may run it, or it did not start; the end of its log is in the error.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        let account = Account::find()?;
        let binaries = Binaries::find(account)?;
        let folder = Folder::make(settings, account)?;
        initialise(&binaries, &folder)?;
        let options = settings.options.clone();
        let port = free_port().map_err(StartError::at("find a free port"))?;
        let mut server = Self { running: None, folder, binaries, options, port };
        server.start_again()?;
        Ok(server)
    }

    /// The URL of a database of this server. It needs no password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@{}:{}/{database}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// The server refuses, or does not run.
    pub fn create_database(&self, name: &str) -> Result<(), StartError> {
        let port = self.port.to_string();
        let arguments = ["-h", "127.0.0.1", "-p", &port, "-U", USER, "--no-password", name];
        self.binaries.run("createdb", self.folder.path(), &arguments)
    }

    /// Where the server keeps its data.
    #[must_use]
    pub fn data_directory(&self) -> PathBuf {
        self.folder.data()
    }

    /// The postmaster's process, unless it was killed.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }

    /// Kills all processes of the server at once, as a power cut would, and waits until they are gone.
    ///
    /// # Errors
    /// The system refuses.
    pub fn kill(&mut self) -> io::Result<()> {
        self.running.take().map_or(Ok(()), |mut running| running.kill())
    }

    /// Starts the server on the same directory and port after a kill, and waits until it answers. One that runs is
    /// left alone.
    ///
    /// # Errors
    /// It did not start; the end of its log is in the error.
    pub fn start_again(&mut self) -> Result<(), StartError> {
        if self.running.is_some() {
            return Ok(());
        }
        let mut postgres = self.postgres()?;
        let started = Running::start(&mut postgres, self.folder.path());
        let mut running = started.map_err(StartError::at("start postgres"))?;
        self.wait_until_ready(&mut running)?;
        self.running = Some(running);
        Ok(())
    }

    /// Stops all processes where they stand: a server that takes connections and never answers.
    ///
    /// # Errors
    /// The system refuses.
    pub fn pause(&self) -> io::Result<()> {
        self.running.as_ref().map_or(Ok(()), Running::pause)
    }

    /// Lets a paused server go on.
    ///
    /// # Errors
    /// The system refuses.
    pub fn resume(&self) -> io::Result<()> {
        self.running.as_ref().map_or(Ok(()), Running::resume)
    }

    fn postgres(&self) -> Result<Command, StartError> {
        let mut postgres = self.binaries.command("postgres", self.folder.path());
        postgres.arg("-D").arg(self.folder.data()).arg("-k").arg(self.folder.path());
        postgres.args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        // In the directory, so that a kill leaves nothing in /dev/shm.
        postgres.args(["-c", "dynamic_shared_memory_type=mmap"]);
        for (name, value) in &self.options {
            postgres.arg("-c").arg(format!("{name}={value}"));
        }
        // A terminal's interrupt is for us, who end the server in our own time.
        postgres.process_group(0).stdin(Stdio::null());
        postgres.stdout(self.folder.log()?).stderr(self.folder.log()?);
        Ok(postgres)
    }

    fn wait_until_ready(&self, running: &mut Running) -> Result<(), StartError> {
        let mut ended = None;
        let answered = comes_true(READY_DEADLINE, || {
            ended = running.ended().ok().flatten();
            ended.is_some() || self.answers()
        });
        let what = match ended {
            None if answered => return Ok(()),
            None => format!("did not answer within {} s", READY_DEADLINE.as_secs()),
            Some(status) => format!("ended with {status}"),
        };
        Err(StartError::Program { program: "postgres", what, tail: self.folder.log_tail() })
    }

    fn answers(&self) -> bool {
        let port = self.port.to_string();
        let arguments = ["-h", "127.0.0.1", "-p", &port, "-U", USER, "-d", "postgres", "-q", "-t", "1"];
        self.binaries.run("pg_isready", self.folder.path(), &arguments).is_ok()
    }
}

impl Drop for LocalPostgres {
    fn drop(&mut self) {
        self.running = None;
        self.folder.release_shared_memory();
    }
}

fn initialise(binaries: &Binaries, folder: &Folder) -> Result<(), StartError> {
    let data = folder.data();
    let data = data.to_string_lossy();
    let arguments = ["-D", &data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"];
    binaries.run("initdb", folder.path(), &arguments)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
