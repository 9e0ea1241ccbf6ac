//! A log, line by line, in memory that does not grow with it.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read},
};

use super::{Bad, Line, Names, combined, json};

/// The longest line that is read, in bytes: twice what servers let a request's head be.
const LONGEST_LINE: usize = 64 * 1_024;

/// The lines of a log that can be read. How many could not, and why, is counted on the way.
#[derive(Debug)]
pub struct Lines<R> {
    log: R,
    names: Names,
    bad: BTreeMap<Bad, u64>,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a log, whose JSON has fields of these names.
    pub const fn new(log: R, names: Names) -> Self {
        Self { log, names, bad: BTreeMap::new() }
    }

    /// How many lines so far were left out, by reason.
    pub const fn bad(&self) -> &BTreeMap<Bad, u64> {
        &self.bad
    }

    /// The next line as it stands there, or that it is too long; nothing at the end.
    fn line(&mut self) -> io::Result<Option<Result<String, Bad>>> {
        let mut bytes = Vec::new();
        let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
        if self.log.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.len() == LONGEST_LINE && bytes.last() != Some(&b'\n') {
            self.skip()?;
            return Ok(Some(Err(Bad::TooLong)));
        }
        Ok(Some(Ok(String::from_utf8_lossy(&bytes).trim().to_owned())))
    }

    /// Goes on to the end of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let waiting = self.log.fill_buf()?;
            let end = waiting.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(waiting.len(), |end| end + 1);
            self.log.consume(passed);
            if end.is_some() || passed == 0 {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.line() {
                Ok(line) => line?,
                Err(error) => return Some(Err(error)),
            };
            let read = line.and_then(|line| match line.as_bytes().first() {
                None | Some(b'#') => Ok(None),
                Some(b'{') => json::read(&line, &self.names).map(Some),
                Some(_) => combined::read(&line).map(Some),
            });
            match read {
                Ok(Some(line)) => return Some(Ok(line)),
                // Empty, or a remark.
                Ok(None) => {}
                Err(bad) => *self.bad.entry(bad).or_default() += 1,
            }
        }
    }
}
