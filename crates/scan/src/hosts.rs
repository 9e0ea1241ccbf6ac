//! Whose a host is: the site's own, or somebody else's.

/// The hosts that are the site's own.
#[derive(Debug, Clone, Default)]
pub struct Own(Vec<String>);

impl Own {
    /// A host of the site, with all below it; `www.` before it says nothing.
    #[must_use]
    pub fn with(mut self, host: &str) -> Self {
        let host = host.trim_start_matches('.').to_lowercase();
        self.0.push(host.strip_prefix("www.").unwrap_or(&host).to_owned());
        self
    }

    /// Whether a host, or the domain of a cookie, is the site's own.
    pub fn has(&self, host: &str) -> bool {
        let host = host.trim_start_matches('.').to_lowercase();
        let is_below = |own: &String| {
            host.strip_suffix(own.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.0.iter().any(is_below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_below_a_host_is_its_own_and_what_ends_alike_is_not() {
        let own = Own::default().with("www.example.com").with(".shop.example");
        for host in ["example.com", "www.example.com", ".example.com", "stats.example.com", "SHOP.example"] {
            assert!(own.has(host), "{host}");
        }
        for host in ["anexample.com", "example.com.evil.example", "com", "127.0.0.1", ""] {
            assert!(!own.has(host), "{host}");
        }
    }
}
