//! One page of the browser: goes somewhere, waits until nothing happens any more, clicks, and looks at what is kept.

use std::{collections::HashSet, time::Duration};

use serde_json::{Value, json};
use url::Url;

use crate::{ScanError, browser::Browser};

/// A page is settled when nothing was asked or answered for so long.
const QUIET: Duration = Duration::from_millis(500);
/// It is not waited for longer, in events and silences: a page may never come to rest.
const MOST: usize = 20;
const MOST_EVENTS: usize = 20_000;

/// What a page keeps besides cookies, and where it leads.
const LOOK: &str = r"(async () => {
  const names = async (list) => { try { return await list(); } catch { return []; } };
  return {
    now: Date.now() / 1000,
    local: await names(() => Object.keys(localStorage)),
    session: await names(() => Object.keys(sessionStorage)),
    databases: await names(async () => (await indexedDB.databases()).map(({ name }) => name)),
    caches: await names(() => caches.keys()),
    links: await names(() => [...document.querySelectorAll('a[href], area[href]')].map(({ href }) => String(href))),
  };
})()";

/// Clicks on an element; `>>>` steps into the shadow of one.
const CLICK: &str = r"((selector) => {
  const step = (from, part) => from && (from.shadowRoot || from).querySelector(part.trim());
  const found = selector.split('>>>').reduce(step, document);
  if (found) found.click();
  return !!found;
})";

/// What the signal of a browser is to a page.
const SIGNAL: &str =
    "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })";

/// A page.
pub(crate) struct Tab {
    browser: Browser,
    session: String,
    /// The hosts that were asked for something since it was last looked.
    asked: Vec<String>,
}

/// What was seen of a page.
pub(crate) struct Seen {
    pub(crate) now: f64,
    pub(crate) cookies: Vec<Value>,
    pub(crate) page: Value,
    pub(crate) hosts: Vec<String>,
}

impl Tab {
    /// Opens one in a browser; under the signal if that is wanted.
    pub(crate) fn open(mut browser: Browser, signals: bool) -> Result<Self, ScanError> {
        let devtools = &mut browser.devtools;
        let target = devtools.ask(None, "Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = devtools.ask(None, "Target.attachToTarget", &attach)?;
        let session = session["sessionId"].as_str().unwrap_or_default().to_owned();
        devtools.ask(None, "Browser.setDownloadBehavior", &json!({ "behavior": "deny" }))?;
        for domain in ["Page.enable", "Network.enable"] {
            devtools.ask(Some(&session), domain, &json!({}))?;
        }
        if signals {
            let headers = json!({ "headers": { "Sec-GPC": "1" } });
            devtools.ask(Some(&session), "Network.setExtraHTTPHeaders", &headers)?;
            let source = json!({ "source": SIGNAL });
            devtools.ask(Some(&session), "Page.addScriptToEvaluateOnNewDocument", &source)?;
        }
        Ok(Self { browser, session, asked: Vec::new() })
    }

    fn ask(&mut self, method: &str, arguments: &Value) -> Result<Value, ScanError> {
        self.browser.devtools.ask(Some(&self.session), method, arguments)
    }

    /// Goes to a page, and waits until it is settled; what the browser says where there is none.
    pub(crate) fn go(&mut self, url: &Url) -> Result<Option<String>, ScanError> {
        let answer = self.ask("Page.navigate", &json!({ "url": url.as_str() }))?;
        self.settle()?;
        Ok(answer["errorText"].as_str().map(str::to_owned))
    }

    /// Clicks on what a selector matches; whether there is something.
    pub(crate) fn click(&mut self, selector: &str) -> Result<bool, ScanError> {
        let asked = format!("{CLICK}({})", json!(selector));
        let is_clicked = self.evaluate(&asked)? == true;
        self.settle()?;
        Ok(is_clicked)
    }

    /// What is kept now, and who was asked since it was last looked.
    pub(crate) fn look(&mut self) -> Result<Seen, ScanError> {
        let page = self.evaluate(LOOK)?;
        let kept = self.browser.devtools.ask(None, "Storage.getCookies", &json!({}))?;
        let cookies = kept["cookies"].as_array().cloned().unwrap_or_default();
        let now = page["now"].as_f64().unwrap_or_default();
        Ok(Seen { now, cookies, page, hosts: std::mem::take(&mut self.asked) })
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value, ScanError> {
        let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        Ok(self.ask("Runtime.evaluate", &asked)?["result"]["value"].clone())
    }

    /// Waits until nothing is asked for any more.
    fn settle(&mut self) -> Result<(), ScanError> {
        let mut waits: HashSet<String> = HashSet::new();
        let mut silences = 0;
        for _ in 0..MOST_EVENTS {
            match self.browser.devtools.next(QUIET)? {
                Some(event) => self.hear(&event, &mut waits),
                None if waits.is_empty() || silences == MOST => break,
                None => silences += 1,
            }
        }
        Ok(())
    }

    fn hear(&mut self, event: &Value, waits: &mut HashSet<String>) {
        let told = &event["params"];
        let request = || told["requestId"].as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                self.asked.extend(host_of(&told["request"]["url"]));
                waits.insert(request());
            }
            "Network.webSocketCreated" => self.asked.extend(host_of(&told["url"])),
            "Network.loadingFinished" | "Network.loadingFailed" => {
                waits.remove(&request());
            }
            _ => {}
        }
    }
}

/// The host that an address leads to over the network.
fn host_of(url: &Value) -> Option<String> {
    let url = Url::parse(url.as_str()?).ok()?;
    let is_asked = ["http", "https", "ws", "wss"].contains(&url.scheme());
    url.host_str().filter(|_| is_asked).map(str::to_owned)
}
