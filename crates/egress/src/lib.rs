//! What leaves this server by itself: mail. The only room that opens connections to others than the stores.

pub mod smtp;
