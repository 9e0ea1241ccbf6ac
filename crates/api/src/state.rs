//! What every handler can reach.

use std::sync::Arc;

use collect::Places;
use futures_util::future::BoxFuture;
use gate::{Gate, GateError};
use jiff::Span;
use metrics_exporter_prometheus::PrometheusHandle;
use service::Service;

use crate::{
    limits::{Limiters, Limits},
    routes::visits::Browsers,
};

/// Moves the clock of the demonstration and runs what is then due.
pub type Advance = Arc<dyn Fn(Span) -> BoxFuture<'static, Result<jiff::Timestamp, GateError>> + Send + Sync>;

/// The password of everybody of the demonstration who signs in. The page where one signs in shows it there: nobody in it exists.
pub const DEMONSTRATION_PASSWORD: &str = "nobody here exists";

/// The address with which somebody of the demonstration signs in: of the operator, or of a Client.
pub fn demonstration_address(role: domain::Role) -> String {
    let company = match role {
        domain::Role::Staff(_) => "influxis",
        domain::Role::Member(_) => "harbour-radio",
    };
    format!("{}@{company}.example", role.as_str())
}

/// The address of the person of the demonstration as whom one comes into the privacy center with one click.
pub const DEMONSTRATION_PERSON: &str = "ada.lindqvist@example.com";

/// What every handler can reach.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) service: Arc<Service>,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) limiters: Arc<Limiters>,
    pub(crate) browsers: Arc<Browsers>,
    pub(crate) places: Option<Arc<Places>>,
    pub(crate) advance: Option<Advance>,
}

impl ApiState {
    /// The state of a server. `advance` is given by the demonstration only.
    pub fn new(
        service: Arc<Service>,
        metrics: PrometheusHandle,
        limits: &Limits,
        advance: Option<Advance>,
    ) -> Self {
        Self {
            service,
            metrics,
            limiters: Arc::new(Limiters::new(limits)),
            browsers: Arc::default(),
            places: None,
            advance,
        }
    }

    /// Tells visits' countries by a database of places.
    #[must_use]
    pub fn with_places(self, places: Option<Places>) -> Self {
        Self { places: places.map(Arc::new), ..self }
    }

    pub(crate) fn gate(&self) -> &Gate {
        self.service.gate()
    }

    /// The present moment.
    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.gate().ambient().clock.now()
    }
}
