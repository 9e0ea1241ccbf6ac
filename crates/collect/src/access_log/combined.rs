//! The combined format of Apache and nginx: `address - user [time] "request" status bytes "referrer" "agent"`. Who the user is
//! is not read.

use std::net::IpAddr;

use domain::Personal;

use super::{Bad, Line, request, said, status, time};

/// Reads a line.
pub(super) fn read(line: &str) -> Result<Line, Bad> {
    let (before, rest) = line.split_once(" [").ok_or(Bad::Form)?;
    let (at, rest) = rest.split_once("] \"").ok_or(Bad::Form)?;
    let (asked, rest) = quoted(rest).ok_or(Bad::Form)?;
    let (numbers, rest) = rest.split_once('"').ok_or(Bad::Form)?;
    let (referrer, rest) = quoted(rest).ok_or(Bad::Form)?;
    let (_, rest) = rest.split_once('"').ok_or(Bad::Form)?;
    let (agent, _) = quoted(rest).ok_or(Bad::Form)?;
    let (host, address) = sender(before)?;
    let mut words = asked.split(' ');
    let (method, target) = request(words.next().unwrap_or_default(), words.next().unwrap_or_default())?;
    Ok(Line {
        at: time(at)?,
        address: Personal::new(address),
        agent: Personal::new(said(&agent).unwrap_or_default().to_owned()),
        method,
        status: status(numbers.split_whitespace().next().unwrap_or_default())?,
        host,
        target,
        referrer: said(&referrer).map(|url| Personal::new(url.to_owned())),
    })
}

/// The host that was asked, where the line begins with it, and the address that asked.
fn sender(before: &str) -> Result<(Option<String>, IpAddr), Bad> {
    let mut words = before.split_whitespace();
    let first = words.next().ok_or(Bad::Address)?;
    if let Ok(address) = first.parse() {
        return Ok((None, address));
    }
    let address = words.next().and_then(|word| word.parse().ok()).ok_or(Bad::Address)?;
    let host = first.rsplit_once(':').map_or(first, |(host, _)| host);
    Ok((Some(host.to_owned()), address))
}

/// What stands before the next quote that is not escaped, as it was before it was escaped, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut plain = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (b'"', _) => return Some((String::from_utf8_lossy(&plain).into_owned(), &text[at + 1..])),
            (b'\\', Some(b'x')) => {
                let digits = text.get(at + 2..at + 4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
                plain.push(digits.unwrap_or(b'?'));
                at += if digits.is_some() { 4 } else { 2 };
            }
            (b'\\', Some(escaped)) => {
                plain.push(*escaped);
                at += 2;
            }
            (byte, _) => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
}
