//! From a thread that writes to a body that is sent: a few pieces wait at most, so that a slow reader slows the writer.

use std::io::{self, Write};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

/// How large a piece is, in bytes.
const PIECE: usize = 64 * 1024;
/// How many pieces wait.
const WAITING: usize = 4;

/// The end that is written to.
#[derive(Clone)]
pub(super) struct Pipe {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pipe {
    /// A pipe, and the body that comes out of it.
    pub(super) fn open() -> (Self, Body) {
        let (sender, receiver) = mpsc::channel(WAITING);
        let pieces = stream::unfold(receiver, async |mut receiver: mpsc::Receiver<_>| {
            receiver.recv().await.map(|piece| (piece, receiver))
        });
        (Self { sender, piece: Vec::new() }, Body::from_stream(pieces))
    }

    /// Sends what is left.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.send()
    }

    /// Ends the body with an error, so that what has arrived is not taken for the whole.
    pub(super) fn fail(self) {
        let cut = io::Error::other("the package was cut short");
        // Whoever is gone needs no telling.
        let _gone = self.sender.blocking_send(Err(cut));
    }

    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.piece));
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
