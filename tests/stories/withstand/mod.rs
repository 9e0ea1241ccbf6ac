//! What the server must withstand: garbage, strangers, too much, curious eyes, a lost process, a full disk.

mod bodies;
mod canaries;
mod cut_connections;
mod databases;
mod full_disk;
mod killed;
mod limits;
mod repetition;
mod strangers;
