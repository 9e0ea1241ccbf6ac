//! How a page looks, and to whom: in light and in dark, on a phone and at a desk.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Chromium;

/// The two widths at which every page is looked at, in CSS pixels: a phone and a desk.
const WIDTHS: [u32; 2] = [360, 1280];

impl Chromium {
    /// How large the page is, in bytes, as it was sent.
    pub fn bytes(&self) -> u64 {
        self.ask("return performance.getEntriesByType('navigation')[0].decodedBodySize")
            .as_u64()
            .expect("a number")
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

/// Where `./test` puts axe, the checker of accessibility.
pub(super) fn axe() -> Option<PathBuf> {
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/schemathesis/lib");
    let versions = std::fs::read_dir(libraries).ok()?.filter_map(Result::ok);
    let file =
        |version: std::fs::DirEntry| version.path().join("site-packages/axe_playwright_python/axe.min.js");
    versions.map(file).find(|file| file.exists())
}
