//! The way out of the server. Whatever leaves it by itself leaves here: the only room that opens connections to others than
//! the stores.

pub mod http;
pub mod smtp;
