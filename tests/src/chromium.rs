//! Debian's Chromium, driven over `WebDriver`: what a person sees and clicks, with everything that a browser does by itself.

mod files;
mod look;

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver, WebElement};
use tokio::runtime::Runtime;

use self::look::axe;
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

/// A browser at one server. Dropping it ends it.
pub struct Chromium {
    runtime: Runtime,
    /// None once it has ended.
    driver: Option<WebDriver>,
    process: Child,
    address: Address,
    profile: TempDir,
}

impl Chromium {
    /// A fresh one, that keeps nothing of any other; none where it is not installed.
    ///
    /// # Panics
    /// It does not start, or is missing where every test has to run.
    pub fn start(address: &Address) -> Option<Self> {
        Self::with(address, json!({}), None)
    }

    /// One that visits a site as people do: it does not say of itself that nobody looks at what it shows.
    ///
    /// # Panics
    /// As [`Chromium::start`].
    pub fn visiting(address: &Address) -> Option<Self> {
        let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";
        Self::with(address, json!({}), Some(agent))
    }

    /// One that keeps no cookie.
    ///
    /// # Panics
    /// As [`Chromium::start`].
    pub fn without_cookies(address: &Address) -> Option<Self> {
        const BLOCKED: u8 = 2;
        Self::with(address, json!({ "profile.default_content_setting_values.cookies": BLOCKED }), None)
    }

    /// One that asks for a language, with its tags.
    ///
    /// # Panics
    /// As [`Chromium::start`].
    pub fn in_language(address: &Address, tags: &str) -> Option<Self> {
        Self::with(address, json!({ "intl.accept_languages": tags }), None)
    }

    fn with(address: &Address, mut preferences: Value, agent: Option<&str>) -> Option<Self> {
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
        let agent = agent.map(|agent| format!("--user-agent={agent}"));
        for argument in ARGUMENTS.into_iter().chain([of_its_own.as_str()]).chain(agent.as_deref()) {
            wanted.add_arg(argument).expect("an argument can be added");
        }
        wanted.set_binary("/usr/bin/chromium").expect("a path can be set");
        preferences["download.default_directory"] = json!(files::downloads(profile.path()));
        wanted.add_experimental_option("prefs", preferences).expect("a preference can be set");
        let server = format!("http://127.0.0.1:{port}");
        let driver = runtime.block_on(WebDriver::new(server, wanted)).expect("Chromium starts");
        let address = address.clone();
        Some(Self { runtime, driver: Some(driver), process, address, profile })
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
        self.led_on(|| self.press(name));
    }

    /// Clicks twice, as people do who are used to it, and waits for the page that comes in the end.
    ///
    /// # Panics
    /// As [`Chromium::click`].
    pub fn double_click(&self, name: &str) {
        let pressed = self.only(&called(name));
        self.led_on(|| self.wait(self.driver().action_chain().double_click_element(&pressed).perform()));
    }

    /// Does what leads to another page, and waits for it.
    fn led_on(&self, act: impl FnOnce()) {
        self.wait(self.driver().execute("window.isBefore = true", Vec::new()));
        act();
        let is_after = "return !window.isBefore && document.readyState === 'complete'";
        eventually("another page", || {
            // Between two pages there is none to ask.
            let asked = self.runtime.block_on(self.driver().execute(is_after, Vec::new())).ok()?;
            asked.convert::<bool>().ok().filter(|is_after| *is_after)
        });
    }

    fn press(&self, name: &str) {
        self.wait(self.only(&called(name)).click());
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

    /// The one element that is shown there. A click has waited for the page that it leads to. Two ways to one place are one.
    fn only(&self, path: &str) -> WebElement {
        let mut found = self.wait(self.driver().find_all(By::XPath(path)));
        let mut places = HashSet::new();
        found.retain(|one| {
            let place = self.wait(one.attr("href"));
            self.wait(one.is_displayed()) && place.is_none_or(|place| places.insert(place))
        });
        assert_eq!(found.len(), 1, "{path} on {}: {}", self.path(), self.text());
        found.remove(0)
    }

    /// Where the ways of the page lead on this server; not what is saved as a file.
    pub fn ways(&self) -> Vec<String> {
        let found = self.ask(WAYS);
        let all = found.as_array().into_iter().flatten().filter_map(Value::as_str);
        all.map(str::to_owned).collect()
    }

    /// What a script finds out about the page.
    pub fn ask(&self, script: &str) -> Value {
        self.wait(self.driver().execute(script, Vec::new())).json().clone()
    }

    /// Goes back, as with the browser's own button.
    pub fn back(&self) {
        self.wait(self.driver().back());
    }

    /// Runs a script in the page, and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.wait(self.driver().execute(script, Vec::new())).json().clone()
    }

    /// From now on it says with every request, and in its pages, that its user does not want to be followed.
    pub fn signal(&self) {
        self.devtools("Network.enable", json!({}));
        self.devtools("Network.setExtraHTTPHeaders", json!({ "headers": { "Sec-GPC": "1" } }));
        let source = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true })";
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
    }

    /// The cookies that it keeps.
    pub fn cookies(&self) -> Vec<Value> {
        let kept = self.devtools("Network.getAllCookies", json!({}));
        kept["cookies"].as_array().cloned().unwrap_or_default()
    }

    /// Calls a method of the `DevTools` protocol.
    pub fn devtools(&self, method: &str, arguments: Value) -> Value {
        self.wait(self.driver().cdp().send_raw(method, arguments))
    }
}

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

/// The links, buttons and folded parts that are called so.
fn called(name: &str) -> String {
    format!("//*[self::a or self::button or self::summary][normalize-space()={}]", quoted(name))
}

/// A text as `XPath` writes it.
fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}
