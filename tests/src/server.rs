//! The server as a process, in a data directory of its own.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread,
};

use tempfile::TempDir;

use crate::{Actor, Call, Databases, eventually};

/// The built binary. It lies beside the test executables' folder; `./test` builds it first.
///
/// # Panics
/// It is not there.
pub fn bailee() -> PathBuf {
    let executable = std::env::current_exe().expect("a running test has an executable");
    let folder = executable.ancestors().nth(2).expect("tests lie two folders below the target folder");
    let binary = folder.join("bailee");
    assert!(binary.exists(), "{} is missing; run `cargo build -p cli` first", binary.display());
    binary
}

/// A policy of the repository.
pub fn policy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(name)
}

/// Where a server listens: another port after each start.
#[derive(Debug, Clone, Default)]
pub struct Address(Arc<AtomicU16>);

impl Address {
    /// A port of this machine.
    pub fn of_port(port: u16) -> Self {
        Self(Arc::new(AtomicU16::new(port)))
    }

    /// The address as it is now.
    pub fn socket(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.0.load(Ordering::SeqCst)))
    }
}

/// What is special about a server.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The operator's policy.
    pub policy: PathBuf,
    /// The data directory, when it must not be in the temporary folder.
    pub data: Option<PathBuf>,
    /// What is logged (`BAILEE_LOG`).
    pub log: &'static str,
    /// The section `[limits]` of the configuration.
    pub limits: &'static str,
    /// Places inside the network that events may be sent to.
    pub allow: Vec<String>,
    /// The section `[mail]`.
    pub mail: String,
    /// The section `[provider]`.
    pub provider: String,
    /// Further sections of the configuration.
    pub sections: String,
    /// The certificate and key that the server shows; with them it is asked over TLS only.
    pub tls: Option<[PathBuf; 2]>,
    /// Databases on a server that the story has started, whatever engine the others are told on.
    pub databases: Option<Arc<Databases>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: policy("influxis-2018.toml"),
            data: None,
            log: "warn",
            limits: "",
            allow: Vec::new(),
            mail: String::new(),
            provider: String::new(),
            sections: String::new(),
            tls: None,
            databases: None,
        }
    }
}

/// A server in a folder of its own. Dropping it kills it and removes the folder.
pub struct Server {
    folder: TempDir,
    setup: Setup,
    process: Option<Child>,
    address: Address,
    printed: Arc<Mutex<String>>,
    operator_key: String,
    /// After the process, which uses them.
    databases: Option<Arc<Databases>>,
}

impl Server {
    /// A server with the reference policy.
    pub fn start() -> Self {
        Self::with(Setup::default())
    }

    /// A fresh installation, made by `bailee init` and served.
    ///
    /// # Panics
    /// It cannot be made or does not start.
    pub fn with(setup: Setup) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let data = setup.data.clone().unwrap_or_else(|| folder.path().join("data"));
        let fresh = || setup.data.is_none().then(Databases::fresh).flatten().map(Arc::new);
        let databases = setup.databases.clone().or_else(fresh);
        // What a story puts beside the data has its place on either engine.
        std::fs::create_dir_all(folder.path().join("data")).expect("the folder can be made");
        let store = databases.as_ref().map(|databases| databases.section()).unwrap_or_default();
        let tls = setup
            .tls
            .as_ref()
            .map(|[certificate, key]| format!("[tls]\ncertificate = {certificate:?}\nkey = {key:?}\n"));
        let (tls, limits, mail) = (tls.unwrap_or_default(), setup.limits, &setup.mail);
        let (provider, sections) = (&setup.provider, &setup.sections);
        let configuration = format!(
            "data = {data:?}\n{store}{tls}[limits]\n{limits}\n[mail]\n{mail}\n[provider]\n{provider}\n{sections}"
        );
        std::fs::write(folder.path().join("bailee.toml"), configuration).expect("the folder can be written");
        let made = command(folder.path())
            .args(["init", "--origin", "stories.example", "--policy"])
            .arg(&setup.policy)
            .output()
            .expect("the binary runs");
        assert!(made.status.success(), "init failed: {}", String::from_utf8_lossy(&made.stderr));
        let operator_key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        let (address, printed) = (Address::default(), Arc::default());
        let mut server = Self { folder, setup, process: None, address, printed, operator_key, databases };
        server.serve();
        server
    }

    /// Starts the process and waits until it can answer.
    ///
    /// # Panics
    /// It runs already, or does not start.
    pub fn serve(&mut self) {
        assert!(self.process.is_none(), "the server runs already");
        let mut process = command(self.folder.path())
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("BAILEE_LOG", self.setup.log)
            .env("BAILEE_EGRESS_ALLOW", self.setup.allow.join(","))
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let listens_at = read_along(&mut process, &self.printed);
        self.process = Some(process);
        let port = eventually("the server's address", || *listens_at.lock().expect("no reader panicked"));
        self.address.0.store(port, Ordering::SeqCst);
        if self.setup.tls.is_some() {
            return;
        }
        let ready =
            || Call::new(&self.address, "GET", "/readyz").attempt().filter(|reply| reply.status == 200);
        eventually("a server that is ready", ready);
    }

    /// Kills it as a lost machine would: `SIGKILL`, at once.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
            // Its port may soon be another's. Nobody listens at port 0.
            self.address.0.store(0, Ordering::SeqCst);
        }
    }

    /// Tells it to stop (`SIGTERM`) and waits until it has.
    ///
    /// # Panics
    /// It does not end well.
    pub fn stop(&mut self) {
        let mut process = self.process.take().expect("the server runs");
        let told = Command::new("kill").args(["-TERM", &process.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()), "the signal could not be sent");
        let ended = eventually("an orderly end", || process.try_wait().expect("the process can be awaited"));
        assert!(ended.success(), "the server ended with {ended}");
    }

    /// Where it listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// A request without a key.
    pub fn call(&self, method: &str, target: &str) -> Call {
        Call::new(&self.address, method, target)
    }

    /// The operator, with the first key, which may do everything.
    pub fn operator(&self) -> Actor {
        Actor::with_key(&self.address, &self.operator_key)
    }

    /// Whoever holds a key.
    pub fn holder(&self, key: &str) -> Actor {
        Actor::with_key(&self.address, key)
    }

    /// A new Client that has accepted the policy, with a key that may do everything a Client can.
    pub fn client(&self) -> Actor {
        self.operator().open_client("Client")
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.setup.data.clone().unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// Every folder where what it was told may be written: its data directory, or what its databases keep.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.databases
            .as_ref()
            .map_or_else(|| vec![self.data(), self.data().join("keys")], |databases| databases.folders())
    }

    /// Its databases, when it has any.
    pub fn databases(&self) -> Option<&Databases> {
        self.databases.as_deref()
    }

    /// Another server on the same databases, with the same root key.
    ///
    /// # Panics
    /// This one has no databases, or the other does not start.
    pub fn replica(&self) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        for name in ["bailee.toml", "bailee-root.key"] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).expect("a file is copied");
        }
        assert!(self.databases.is_some(), "only databases can be shared");
        let mut replica = Self {
            folder,
            setup: self.setup.clone(),
            process: None,
            address: Address::default(),
            printed: Arc::default(),
            operator_key: self.operator_key.clone(),
            databases: self.databases.clone(),
        };
        replica.serve();
        replica
    }

    /// An empty place like this one's, with the same root key, on the same engine or the embedded one: nothing is installed
    /// there, and nothing runs.
    ///
    /// # Panics
    /// It cannot be made.
    pub fn empty_place(&self, databases: Option<Databases>) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let databases = databases.map(Arc::new);
        let store = databases.as_ref().map(|databases| databases.section()).unwrap_or_default();
        let data = folder.path().join("data");
        std::fs::write(folder.path().join("bailee.toml"), format!("data = {data:?}\n{store}"))
            .expect("written");
        let key = "bailee-root.key";
        std::fs::copy(self.folder.path().join(key), folder.path().join(key)).expect("a file is copied");
        Self {
            folder,
            setup: self.setup.clone(),
            process: None,
            address: Address::default(),
            printed: Arc::default(),
            operator_key: self.operator_key.clone(),
            databases,
        }
    }

    /// The folder of its configuration and root key.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of its process.
    ///
    /// # Panics
    /// It does not run.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().expect("the server runs").id()
    }

    /// All that it printed since the first start.
    ///
    /// # Panics
    /// A reader of its output panicked.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("no reader panicked").clone()
    }

    /// A command of the binary on this installation; the server must not run.
    ///
    /// # Panics
    /// The binary does not run.
    pub fn run(&self, arguments: &[&str]) -> std::process::Output {
        command(self.folder.path()).args(arguments).output().expect("the binary runs")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(bailee());
    command.current_dir(folder).env("BAILEE_CONFIG", "bailee.toml").env("NO_COLOR", "1");
    command
}

/// Gathers what a process prints, so that it never waits for a reader, and finds the port in it.
fn read_along(process: &mut Child, printed: &Arc<Mutex<String>>) -> Arc<Mutex<Option<u16>>> {
    let port = Arc::new(Mutex::new(None));
    let output = process.stderr.take().expect("standard error is piped");
    let (printed, found) = (Arc::clone(printed), Arc::clone(&port));
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("Bailee listens at ") {
                let number = address.rsplit(':').next().and_then(|digits| digits.parse().ok());
                *found.lock().expect("no reader panicked") = number;
            }
            let mut all = printed.lock().expect("no reader panicked");
            all.push_str(&line);
            all.push('\n');
        }
    });
    port
}
