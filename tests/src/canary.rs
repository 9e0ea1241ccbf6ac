//! Canaries: values found nowhere else, so that finding one is proof of a leak.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};
use memchr::memmem;

static MADE: AtomicU64 = AtomicU64::new(0);

/// A value found nowhere else.
#[derive(Debug, Clone)]
pub struct Canary(String);

impl Canary {
    /// A canary for a place, which the name tells when it is found.
    pub fn new(place: &str) -> Self {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        Self(format!("canary{place}{number}x{}q", std::process::id()))
    }

    /// The value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as an e-mail address.
    pub fn email(&self) -> String {
        format!("{}@example.com", self.0)
    }

    /// Whether it is in some bytes: as it is, in capitals, in UTF-16, in hexadecimal or in base64.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.spellings().iter().any(|spelling| memmem::find(bytes, spelling).is_some())
    }

    fn spellings(&self) -> Vec<Vec<u8>> {
        let plain = self.0.as_bytes();
        let mut all = vec![plain.to_vec(), self.0.to_ascii_uppercase().into_bytes()];
        all.push(self.0.encode_utf16().flat_map(u16::to_le_bytes).collect());
        all.push(HEXLOWER.encode(plain).into_bytes());
        all.push(HEXUPPER.encode(plain).into_bytes());
        // Inside longer text, base64 depends on the place modulo three; without its uncertain ends it is found.
        for skip in 0..3 {
            let whole = plain.len() - (plain.len() - skip) % 3;
            all.push(BASE64.encode(&plain[skip..whole]).into_bytes());
        }
        all
    }

    /// The files under a folder that hold it. Files that vanish meanwhile hold nothing.
    pub fn files(&self, folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(self.files(&path));
            } else if fs::read(&path).is_ok_and(|bytes| self.is_in(&bytes)) {
                found.push(path);
            }
        }
        found
    }
}
