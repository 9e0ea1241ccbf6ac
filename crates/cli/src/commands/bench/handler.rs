//! The peer of `bailee bench http`: what this server loop can do when there is nothing to do.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{Router, routing};

use crate::{
    commands::serve::runtime,
    output,
    server::{Reached, listen, serve, told_to_stop},
};

/// As many as the loads open, with room.
const CONNECTIONS: usize = 4_096;

/// Serves an empty handler at any free port until told to stop.
pub(super) fn run() -> anyhow::Result<()> {
    runtime()?.block_on(async {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        output::remark(format!("the empty handler listens at http://{}", listener.local_addr()?));
        let router = Router::new().route("/", routing::get(|| async {}));
        serve(listener, router, Reached::plainly(CONNECTIONS), told_to_stop()).await;
        Ok(())
    })
}
