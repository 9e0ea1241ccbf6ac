//! The policy language: any text is compiled or refused with diagnostics, never with a panic, in bounded time.

use std::time::{Duration, Instant};

use jiff::civil::date;
use policy::Policy;
use stories::policy as file;

use super::mutation::fuzz;

/// A mutated policy is hardly larger than the reference policy, which takes milliseconds.
const LONGEST: Duration = Duration::from_secs(2);

#[test]
fn any_text_is_compiled_or_refused() {
    let names = ["influxis-2018.toml", "web-shop-gdpr.toml", "client-fanclub.toml"];
    let examples: Vec<Vec<u8>> = names.iter().map(|name| std::fs::read(file(name)).unwrap()).collect();
    let today = date(2026, 11, 24);
    let operator = Policy::compile(std::str::from_utf8(&examples[0]).unwrap(), today, None).ok();
    assert!(operator.is_some(), "the reference policy compiles");
    fuzz(&examples, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let begun = Instant::now();
        for under in [None, operator.as_ref()] {
            if let Err(diagnostics) = Policy::compile(&text, today, under) {
                assert!(!diagnostics.is_empty(), "a refusal says why");
            }
        }
        assert!(begun.elapsed() < LONGEST, "took {:?}", begun.elapsed());
    });
}
