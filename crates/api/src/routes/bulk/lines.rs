//! The lines of a body, as they arrive.

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};

use crate::Problem;

/// The longest line, in bytes.
const LINE: usize = 256 * 1024;
/// The most lines of a request. Answers leave while lines arrive; a client that sends everything before it reads
/// anything must find room for the answers in between.
const LINES: usize = 10_000;

/// Each line of a body. One that is too long, one too many, or a body that breaks off ends the stream with a
/// problem.
pub(super) fn lines(body: Body) -> impl Stream<Item = Result<Bytes, Problem>> {
    let start = Lines {
        chunks: body.into_data_stream(),
        buffer: BytesMut::new(),
        searched: 0,
        taken: 0,
        ended: false,
    };
    stream::unfold(start, |mut lines| async move { lines.next().await.map(|line| (line, lines)) })
}

struct Lines {
    chunks: BodyDataStream,
    buffer: BytesMut,
    /// How far the buffer was searched for the end of a line.
    searched: usize,
    taken: usize,
    ended: bool,
}

impl Lines {
    async fn next(&mut self) -> Option<Result<Bytes, Problem>> {
        loop {
            if let Some(line) = self.take_line() {
                return Some(self.within_limits(line));
            }
            if self.buffer.len() > LINE {
                return Some(self.end_with(Problem::too_large()));
            }
            if self.ended {
                self.searched = 0;
                let rest = self.buffer.split().freeze();
                return (!rest.is_empty()).then(|| self.within_limits(rest));
            }
            match self.chunks.next().await {
                Some(Ok(chunk)) => self.buffer.extend_from_slice(&chunk),
                Some(Err(_)) => return Some(self.end_with(Problem::malformed("The body broke off."))),
                None => self.ended = true,
            }
        }
    }

    fn take_line(&mut self) -> Option<Bytes> {
        let found = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n');
        let Some(end) = found.map(|place| self.searched + place) else {
            self.searched = self.buffer.len();
            return None;
        };
        self.searched = 0;
        Some(self.buffer.split_to(end + 1).freeze().slice(..end))
    }

    fn within_limits(&mut self, line: Bytes) -> Result<Bytes, Problem> {
        self.taken += 1;
        if self.taken > LINES || line.len() > LINE { self.end_with(Problem::too_large()) } else { Ok(line) }
    }

    fn end_with(&mut self, problem: Problem) -> Result<Bytes, Problem> {
        self.buffer.clear();
        self.searched = 0;
        self.chunks = Body::empty().into_data_stream();
        Err(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: String) -> Vec<Result<Bytes, Problem>> {
        lines(Body::from(text)).collect().await
    }

    #[tokio::test]
    async fn a_last_line_needs_no_end() {
        let read: Vec<_> = read("a\n\nbc".to_owned()).await.into_iter().map(|line| line.unwrap()).collect();
        assert_eq!(read, ["a", "", "bc"]);
    }

    #[tokio::test]
    async fn a_line_too_long_or_one_too_many_ends_it() {
        for text in ["x".repeat(LINE + 1), "\n".repeat(LINES + 5), format!("{}\na", "x".repeat(LINE + 1))] {
            let read = read(text).await;
            let (last, others) = read.split_last().unwrap();
            assert!(last.as_ref().is_err_and(|problem| problem.kind == "/problems/too-large"));
            assert!(others.iter().all(Result::is_ok));
        }
    }
}
