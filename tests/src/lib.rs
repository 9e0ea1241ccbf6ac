//! The black-box stories: what Bailee promises, told against the running server.
