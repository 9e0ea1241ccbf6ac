//! TLS of the server itself (RFC 8446): its certificate, read anew when it is renewed, without a restart.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use parking_lot::RwLock;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at: those who renew certificates replace them and tell nobody.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(60);

/// The certificate and key of this server, as they were when they were last read.
#[derive(Debug)]
pub(crate) struct Certificates {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificates {
    /// Reads them.
    ///
    /// # Errors
    /// A file cannot be read or holds something else, or the key is another certificate's.
    pub(crate) fn read(certificate: PathBuf, key: PathBuf) -> anyhow::Result<Self> {
        let current = RwLock::new(pair(&certificate, &key)?);
        Ok(Self { certificate, key, current })
    }

    /// What takes connections with them, whichever they are then.
    ///
    /// # Errors
    /// The versions of TLS are not available.
    pub(crate) fn acceptor(self: &Arc<Self>) -> anyhow::Result<TlsAcceptor> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let mut settings = builder.with_no_client_auth().with_cert_resolver(resolver);
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(settings)))
    }

    /// Reads them anew every minute, and at once when the process is told to (SIGHUP). What cannot be used changes nothing.
    pub(crate) async fn keep_up(self: Arc<Self>) {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut told) = signal(SignalKind::hangup()) else { return };
        loop {
            let is_told = tokio::time::timeout(LOOKED_AT_EVERY, told.recv()).await.is_ok();
            let certificates = Arc::clone(&self);
            let read = tokio::task::spawn_blocking(move || certificates.read_anew()).await;
            match read {
                Ok(Ok(true)) => tracing::info!("the certificate was read anew"),
                Ok(Ok(false)) if is_told => tracing::info!("the certificate is the same as before"),
                Ok(Ok(false)) => {}
                Ok(Err(error)) => {
                    tracing::warn!(error = %format_args!("{error:#}"), "the certificate stays as it was");
                }
                Err(_) => return,
            }
        }
    }

    /// Whether there was another.
    fn read_anew(&self) -> anyhow::Result<bool> {
        let found = pair(&self.certificate, &self.key)?;
        let is_other = found.cert != self.current.read().cert;
        if is_other {
            *self.current.write() = found;
        }
        Ok(is_other)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read()))
    }
}

fn pair(certificate: &Path, key: &Path) -> anyhow::Result<Arc<CertifiedKey>> {
    let place = |file: &Path| format!("in {}", file.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .with_context(|| place(certificate))?;
    let secret = PrivateKeyDer::from_pem_file(key).with_context(|| place(key))?;
    let pair = CertifiedKey::from_der(chain, secret, &ring::default_provider()).with_context(|| {
        format!("the key in {} does not belong to {}", key.display(), certificate.display())
    })?;
    Ok(Arc::new(pair))
}
