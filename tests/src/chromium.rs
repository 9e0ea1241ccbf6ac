//! Debian's Chromium, driven over `WebDriver`: what a person sees and clicks, with everything that a browser does by itself.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver, WebElement};
use tokio::runtime::Runtime;

use crate::{Address, eventually};

/// Without these it looks for its makers' hosts, for a graphics card, and for a sandbox that root cannot have.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// The two widths at which every page is looked at, in CSS pixels: a phone and a desk.
const WIDTHS: [u32; 2] = [360, 1280];

/// A browser at one server. Dropping it ends it.
pub struct Chromium {
    runtime: Runtime,
    /// None once it has ended.
    driver: Option<WebDriver>,
    process: Child,
    address: Address,
    _profile: TempDir,
}

impl Chromium {
    /// A fresh one, that keeps nothing of any other; none where it is not installed.
    ///
    /// # Panics
    /// It does not start, or is missing where every test has to run.
    pub fn start(address: &Address) -> Option<Self> {
        if axe().is_none() || !Path::new("/usr/bin/chromedriver").exists() {
            assert!(
                std::env::var_os("CI").is_none(),
                "Chromium, its driver or axe is missing; `./test` installs them"
            );
            return None;
        }
        let profile = TempDir::new().expect("a temporary folder can be made");
        let (process, port) = driver();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut wanted = DesiredCapabilities::chrome();
        let of_its_own = format!("--user-data-dir={}", profile.path().display());
        for argument in ARGUMENTS.into_iter().chain([of_its_own.as_str()]) {
            wanted.add_arg(argument).expect("an argument can be added");
        }
        wanted.set_binary("/usr/bin/chromium").expect("a path can be set");
        let server = format!("http://127.0.0.1:{port}");
        let driver = runtime.block_on(WebDriver::new(server, wanted)).expect("Chromium starts");
        let address = address.clone();
        Some(Self { runtime, driver: Some(driver), process, address, _profile: profile })
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("the browser has not ended")
    }

    fn wait<T>(&self, what: impl Future<Output = Result<T, thirtyfour::error::WebDriverError>>) -> T {
        self.runtime.block_on(what).expect("the browser does what it is asked for")
    }

    /// Opens a page of the server, or one that a mail names in full.
    pub fn open(&self, target: &str) {
        let path = target.split_once("://").map_or(target, |(_, rest)| &rest[rest.find('/').unwrap_or(0)..]);
        self.wait(self.driver().goto(format!("http://localhost:{}{path}", self.address.socket().port())));
    }

    /// The same, where the host is written as its address: to the browser that is another host.
    pub fn open_by_number(&self, target: &str) {
        self.wait(self.driver().goto(format!("http://{}{target}", self.address.socket())));
    }

    /// The path of the page that is shown, with what is asked for in it.
    pub fn path(&self) -> String {
        let url = self.wait(self.driver().current_url());
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// What can be read on the page, once there is one: between two pages there is none.
    pub fn text(&self) -> String {
        let read = async || self.driver().find(By::Tag("body")).await?.text().await;
        eventually("a page", || self.runtime.block_on(read()).ok())
    }

    /// Clicks on the link or the button that is called so, and waits for the page that it leads to.
    ///
    /// # Panics
    /// There is none, or more than one that is shown; or no other page comes.
    pub fn click(&self, name: &str) {
        self.wait(self.driver().execute("window.isBefore = true", Vec::new()));
        self.press(name);
        let is_after = "return !window.isBefore && document.readyState === 'complete'";
        eventually("another page", || {
            // Between two pages there is none to ask.
            let asked = self.runtime.block_on(self.driver().execute(is_after, Vec::new())).ok()?;
            asked.convert::<bool>().ok().filter(|is_after| *is_after)
        });
    }

    fn press(&self, name: &str) {
        let called =
            format!("//*[self::a or self::button or self::summary][normalize-space()={}]", quoted(name));
        self.wait(self.only(&called).click());
    }

    /// Clicks on what a script answers to, and waits until the page says something.
    ///
    /// # Panics
    /// As [`Chromium::click`]; or it is not said.
    pub fn click_and_wait(&self, name: &str, said: &str) {
        self.press(name);
        eventually(said, || self.text().contains(said).then_some(()));
    }

    /// Writes into the field with this label, instead of what stood there.
    ///
    /// # Panics
    /// There is none, or more than one that is shown.
    pub fn fill(&self, label: &str, text: &str) {
        let field = self.field(label);
        self.wait(field.clear());
        self.wait(field.send_keys(text));
    }

    /// Chooses among the options of the field with this label.
    ///
    /// # Panics
    /// There is no such field or option.
    pub fn choose(&self, label: &str, option: &str) {
        let options = self.wait(self.field(label).find_all(By::Tag("option")));
        let called = |one: &&WebElement| self.wait(one.text()).trim() == option;
        self.wait(options.iter().find(called).expect("the field has that option").click());
    }

    /// Ticks the box, or takes the choice, with this label.
    ///
    /// # Panics
    /// There is none, or more than one that is shown.
    pub fn tick(&self, label: &str) {
        self.wait(self.field(label).click());
    }

    fn field(&self, label: &str) -> WebElement {
        let labelled = format!("//label[normalize-space()={}]", quoted(label));
        let id = self.wait(self.only(&labelled).attr("for")).expect("a label names its field");
        self.only(&format!("//*[@id={}]", quoted(&id)))
    }

    /// The one element that is shown there. A click has waited for the page that it leads to.
    fn only(&self, path: &str) -> WebElement {
        let mut found = self.wait(self.driver().find_all(By::XPath(path)));
        found.retain(|one| self.wait(one.is_displayed()));
        assert_eq!(found.len(), 1, "{path} on {}: {}", self.path(), self.text());
        found.remove(0)
    }

    /// Where the ways of the page lead on this server; not what is saved as a file.
    pub fn ways(&self) -> Vec<String> {
        let found = self.wait(self.driver().execute(WAYS, Vec::new()));
        found.convert().expect("a list of addresses")
    }

    /// How large the page is, in bytes, as it was sent.
    pub fn bytes(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0].decodedBodySize";
        self.wait(self.driver().execute(script, Vec::new())).convert().expect("a number")
    }

    /// Goes back, as with the browser's own button.
    pub fn back(&self) {
        self.wait(self.driver().back());
    }

    /// Runs a script in the page, and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.wait(self.driver().execute(script, Vec::new())).json().clone()
    }

    /// Calls a method of the `DevTools` protocol.
    pub fn devtools(&self, method: &str, arguments: Value) -> Value {
        self.wait(self.driver().cdp().send_raw(method, arguments))
    }

    /// Lets the browser be as wide as a phone or a desk, and have this colour scheme.
    fn look(&self, width: u32, scheme: &str) {
        let measures = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", measures);
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Looks at the page as [`Chromium::troubles`] does.
    ///
    /// # Panics
    /// Somebody cannot use it.
    pub fn is_accessible(&self) {
        let troubles = self.troubles();
        assert!(troubles.is_empty(), "{}", troubles.join("\n"));
    }

    /// Looks at the page in light and in dark, on a phone and at a desk: who cannot use it, of those who need contrast, labels or a
    /// keyboard, and what stands beyond the edge.
    ///
    /// # Panics
    /// The checker cannot be read.
    pub fn troubles(&self) -> Vec<String> {
        let source = std::fs::read_to_string(axe().expect("axe is installed")).expect("axe can be read");
        self.wait(self.driver().execute(source, Vec::new()));
        let mut troubles = Vec::new();
        for (width, scheme) in WIDTHS.into_iter().flat_map(|width| [(width, "light"), (width, "dark")]) {
            self.look(width, scheme);
            let found = self.wait(self.driver().execute_async(CHECK, Vec::new()));
            let found = found.json().as_array().cloned().unwrap_or_default();
            let told = |one: Value| format!("{} at {width} pixels in {scheme}: {one}", self.path());
            troubles.extend(found.into_iter().map(told));
        }
        self.look(1280, "light");
        troubles
    }

    /// Writes a picture of the whole page, as wide as a desk.
    ///
    /// # Panics
    /// It cannot be written.
    pub fn picture(&self, file: &Path) {
        self.look(1280, "light");
        let taken = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        let bytes = data_encoding::BASE64.decode(taken["data"].as_str().unwrap_or_default().as_bytes());
        std::fs::write(file, bytes.expect("a picture")).expect("the picture can be written");
    }
}

/// What is wrong for whom, by axe's rules and by one of our own: nothing stands beyond the right edge.
const CHECK: &str = r"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(result => {
  const wrong = result.violations.map(one => ({ rule: one.id, help: one.help, nodes: one.nodes.map(node => node.html) }));
  if (document.documentElement.scrollWidth > window.innerWidth)
    wrong.push({ rule: 'reflow', help: `${document.documentElement.scrollWidth} wide`, nodes: [] });
  done(wrong);
}, trouble => done([String(trouble)]));
";

const WAYS: &str = "return [...document.querySelectorAll('a[href^=\"/\"]:not([download])')].map(way => way.getAttribute('href'))";

impl Drop for Chromium {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            drop(self.runtime.block_on(driver.quit()));
        }
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The program that drives it, at a port of its own.
fn driver() -> (Child, u16) {
    let mut command = Command::new("/usr/bin/chromedriver");
    command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().expect("the driver starts");
    let lines = BufReader::new(process.stdout.take().expect("standard output is piped")).lines();
    let mut lines = lines.map_while(Result::ok);
    let port =
        lines.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    std::thread::spawn(move || lines.for_each(drop));
    (process, port.expect("the driver says its port"))
}

/// A text as `XPath` writes it.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

/// Where `./test` puts axe, the checker of accessibility.
fn axe() -> Option<PathBuf> {
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/schemathesis/lib");
    let versions = std::fs::read_dir(libraries).ok()?.filter_map(Result::ok);
    let file =
        |version: std::fs::DirEntry| version.path().join("site-packages/axe_playwright_python/axe.min.js");
    versions.map(file).find(|file| file.exists())
}
