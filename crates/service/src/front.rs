//! The server's own front, as a browser meets it: an assessment asks it like anybody else.

use std::sync::{Arc, Weak};

use async_trait::async_trait;
use parking_lot::RwLock;

/// What a browser asks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, with what is asked for in it.
    pub target: String,
    /// Names and values of headers.
    pub headers: Vec<(&'static str, String)>,
    /// What it posts.
    pub body: String,
}

/// What it is answered.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Each `Set-Cookie`.
    pub cookies: Vec<String>,
    /// What it is shown.
    pub body: Vec<u8>,
}

/// Answers browsers.
#[async_trait]
pub trait Front: Send + Sync {
    /// Answers one.
    async fn ask(&self, asked: Asked) -> Answered;
}

/// Where the front is, while there is one: it has the service, and not the service it.
#[derive(Default)]
pub(crate) struct Shown(RwLock<Option<Weak<dyn Front>>>);

impl Shown {
    pub(crate) fn show(&self, front: &Arc<dyn Front>) {
        *self.0.write() = Some(Arc::downgrade(front));
    }

    pub(crate) fn front(&self) -> Option<Arc<dyn Front>> {
        self.0.read().as_ref().and_then(Weak::upgrade)
    }
}
