//! Unambiguous concatenation: what is authenticated or hashed as one text must split into its parts in one way only.

use zeroize::Zeroizing;

/// A label and parts after it; texts carry their length, fixed-size parts do not need to.
///
/// Lengths are 64-bit, so that every length a slice can have fits and encoding cannot fail.
pub(crate) struct Encoding(Zeroizing<Vec<u8>>);

impl Encoding {
    /// Starts with `label`, which keeps what is made for one use from being valid in another.
    pub(crate) fn labelled(label: &str) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(192))).text(label.as_bytes())
    }

    /// Adds a part of any length, preceded by its length.
    pub(crate) fn text(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// Adds a part whose length never varies at this position.
    pub(crate) fn fixed<const N: usize>(mut self, part: &[u8; N]) -> Self {
        self.0.extend_from_slice(part);
        self
    }

    /// The bytes put together so far.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
