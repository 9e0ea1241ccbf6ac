//! A value that belongs to a person: it cannot be printed, logged or serialised by accident.

/// Personal data in the clear. It has no `Display` or `Serialize`, and its `Debug`
/// reveals nothing; whoever wants the value says so.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks a value as a person's.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Only what answers the person or a permitted caller may ask for it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value itself, taken out.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl<T> std::fmt::Debug for Personal<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Personal(…)")
    }
}
