//! The front as an assessment asks it: through the same routes, limits and headers as everybody, without a connection.

use std::{
    convert::Infallible,
    net::{Ipv6Addr, SocketAddr},
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request},
    http::{StatusCode, header},
    response::Response,
};
use service::front::{Answered, Asked, Front};
use tower::ServiceExt;

/// A name that leads nowhere (RFC 2606): a browser that names it is not on this machine, and asks over TLS.
const HOST: &str = "front.invalid";
/// How much of an answer is read.
const MOST: usize = 1024 * 1024;

/// The routes of this server.
pub struct OwnFront(pub Router);

#[async_trait]
impl Front for OwnFront {
    async fn ask(&self, asked: Asked) -> Answered {
        let mut request =
            Request::builder().method(asked.method).uri(asked.target).header(header::HOST, HOST);
        for (name, value) in asked.headers {
            request = request.header(name, value);
        }
        let Ok(mut request) = request.body(Body::from(asked.body)) else { return Answered::default() };
        let nobody = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
        request.extensions_mut().insert(ConnectInfo(nobody));
        let answered: Result<Response, Infallible> = self.0.clone().oneshot(request).await;
        let Ok(response) = answered;
        read(response).await
    }
}

async fn read(response: Response) -> Answered {
    let (head, body) = response.into_parts();
    let cookies = head.headers.get_all(header::SET_COOKIE).iter().filter_map(|set| set.to_str().ok());
    let cookies = cookies.map(str::to_owned).collect();
    match to_bytes(body, MOST).await {
        Ok(body) => Answered { status: head.status.as_u16(), cookies, body: body.to_vec() },
        Err(_) => Answered { status: StatusCode::INTERNAL_SERVER_ERROR.as_u16(), cookies, body: Vec::new() },
    }
}
