//! The way out of the server. Whatever leaves it by itself leaves here.

pub mod http;
