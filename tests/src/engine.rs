//! The engine that the stories run on. `./test` runs them on each.

use std::{
    env,
    path::PathBuf,
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

/// The databases of one installation; none on the embedded engine. Dropped, they are gone.
#[derive(Debug)]
pub struct Databases {
    server: String,
    name: String,
    /// What else the section says.
    more: &'static str,
    /// Who owns them and is connected as, when that is not who made them.
    role: Option<&'static str>,
}

impl Databases {
    /// Fresh databases when `BAILEE_TEST_ENGINE` is `postgres`, on the server that `BAILEE_TEST_POSTGRES` names.
    ///
    /// # Panics
    /// There is no such server.
    pub fn fresh() -> Option<Self> {
        if env::var("BAILEE_TEST_ENGINE").as_deref() != Ok("postgres") {
            return None;
        }
        let server =
            env::var("BAILEE_TEST_POSTGRES").expect("BAILEE_TEST_POSTGRES names a server; see ./test");
        Some(Self::on(&server, "connections = 8"))
    }

    /// Fresh databases on a server; `more` is what else the section `[store]` says.
    ///
    /// # Panics
    /// It refuses.
    pub fn on(server: &str, more: &'static str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("story_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let databases = Self { server: server.to_owned(), name, more, role: None };
        for name in databases.names() {
            databases.ask("postgres", &format!("CREATE DATABASE {name}"));
        }
        databases
    }

    /// Makes a role without any special right, which owns the databases and which the installation connects as.
    ///
    /// # Panics
    /// The server refuses.
    #[must_use]
    pub fn connected_as(mut self, role: &'static str) -> Self {
        self.ask("postgres", &format!("CREATE ROLE {role} LOGIN"));
        for name in self.names() {
            self.ask("postgres", &format!("ALTER DATABASE {name} OWNER TO {role}"));
        }
        self.role = Some(role);
        self
    }

    fn names(&self) -> [String; 2] {
        [format!("{}_data", self.name), format!("{}_keys", self.name)]
    }

    fn url(&self, name: &str) -> String {
        let (place, _) = self.server.rsplit_once('/').expect("the server's address names a database");
        format!("{place}/{name}")
    }

    /// The same address, for the role that the installation connects as.
    fn as_role(&self, url: String) -> String {
        let Some(role) = self.role else { return url };
        let (scheme, rest) = url.split_once("://").expect("an address has a scheme");
        let (_, place) = rest.split_once('@').expect("the server's address names a role");
        format!("{scheme}://{role}@{place}")
    }

    /// The addresses of data and keys.
    pub fn urls(&self) -> [String; 2] {
        self.names().map(|name| self.as_role(self.url(&name)))
    }

    /// The section `[store]` of the configuration.
    pub fn section(&self) -> String {
        let [data, keys] = self.urls();
        let more = self.more;
        format!("[store]\nurl = {data:?}\nkeys_url = {keys:?}\n{more}\n")
    }

    /// Where the server keeps what was written: the files of these databases and the write-ahead log.
    ///
    /// # Panics
    /// The server does not say.
    pub fn folders(&self) -> Vec<PathBuf> {
        let root = PathBuf::from(self.ask("postgres", "SHOW data_directory"));
        let oid = |name: &str| {
            self.ask("postgres", &format!("SELECT oid FROM pg_database WHERE datname = '{name}'"))
        };
        let bases = self.names().map(|name| root.join("base").join(oid(&name)));
        bases.into_iter().chain([root.join("pg_wal")]).collect()
    }

    /// What the data's database answers to a statement.
    ///
    /// # Panics
    /// It refuses.
    pub fn sql(&self, statement: &str) -> String {
        self.ask(&self.names()[0], statement)
    }

    /// What the key store's database answers to a statement.
    ///
    /// # Panics
    /// It refuses.
    pub fn keys_sql(&self, statement: &str) -> String {
        self.ask(&self.names()[1], statement)
    }

    fn ask(&self, database: &str, statement: &str) -> String {
        let arguments = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "-v", "ON_ERROR_STOP=1"];
        let mut psql = psql();
        let asked = psql.args(arguments).args(["--command", statement]).arg(self.url(database)).output();
        let answer = asked.expect("psql runs");
        assert!(answer.status.success(), "{statement}: {}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        for name in self.names() {
            let drop_it = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // A server that is gone has taken them along.
            drop(psql().args(["--quiet", "--command", &drop_it]).arg(self.url("postgres")).output());
        }
    }
}

/// `psql`, which gives a server up that does not answer.
fn psql() -> Command {
    let mut psql = Command::new("psql");
    psql.env("PGCONNECT_TIMEOUT", "5");
    psql
}
