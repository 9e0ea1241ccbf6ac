//! Mail over SMTP (RFC 5321), encrypted unless it is said otherwise.

use std::{
    path::PathBuf,
    time::{Duration, UNIX_EPOCH},
};

use async_trait::async_trait;
use domain::message::Unsent;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
        response::Category,
    },
};
use service::mail::{Mail, Mailer};

/// How long one answer of the server may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a mail server is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its name, which its certificate must carry.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// Whether what is sent is encrypted.
    pub encryption: Encryption,
    /// The certificates of those who vouch for it (PEM); without a file, the system's.
    pub certificate_authorities: Option<PathBuf>,
    /// The address that mails come from, with a name before it where there is one.
    pub from: String,
    /// The user and the password, where it asks for them.
    pub credentials: Option<(String, String)>,
}

/// Whether what is sent is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// STARTTLS, or nothing is sent (RFC 3207).
    Required,
    /// From the first byte (RFC 8314).
    Implicit,
    /// Not at all.
    None,
}

/// Why mail cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// What mails come from is no address.
    #[error("`from` is no e-mail address; write `privacy@example.com` or `Example <privacy@example.com>`")]
    From,
    /// The certificates cannot be read.
    #[error("the certificates in {0} cannot be read: {1}")]
    Certificates(PathBuf, String),
    /// The server's name is none that a certificate can carry.
    #[error("`server` cannot be encrypted to: {0}")]
    Tls(String),
}

/// A mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server with these settings. It is not reached for yet.
    ///
    /// # Errors
    /// Something in the settings cannot be.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let from: Mailbox = settings.from.parse().map_err(|_| SettingsError::From)?;
        let tls = match settings.encryption {
            Encryption::None => Tls::None,
            Encryption::Required => Tls::Required(parameters(settings)?),
            Encryption::Implicit => Tls::Wrapper(parameters(settings)?),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            // Not this machine's name: nobody outside has to know it.
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        let builder = match &settings.credentials {
            None => builder,
            Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
        };
        Ok(Self { transport: builder.build(), from })
    }

    /// A mail as it goes over the wire.
    fn written(&self, mail: &Mail) -> Option<Message> {
        let to: Address = mail.to.reveal().parse().ok()?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(UNIX_EPOCH + Duration::from_secs(mail.at.as_second().max(0).cast_unsigned()))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .subject(&mail.subject)
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.text.reveal().clone());
        message.singlepart(text).ok()
    }
}

fn parameters(settings: &Settings) -> Result<TlsParameters, SettingsError> {
    let mut builder = TlsParameters::builder(settings.server.clone());
    if let Some(path) = &settings.certificate_authorities {
        let unreadable = |why: String| SettingsError::Certificates(path.clone(), why);
        let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| unreadable(error.to_string()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| SettingsError::Tls(error.to_string()))
}

#[async_trait]
impl Mailer for Smtp {
    async fn is_reachable(&self) -> bool {
        self.transport.test_connection().await.unwrap_or(false)
    }

    async fn send(&self, mail: &Mail) -> Result<(), Unsent> {
        let message = self.written(mail).ok_or(Unsent::NoAddress)?;
        self.transport.send(message).await.map(drop).map_err(|error| reason(&error))
    }
}

/// Why it was not sent. What the server said may name the address, and goes no further.
fn reason(error: &Error) -> Unsent {
    match error.status() {
        // Of the other permanent ones (syntax, authentication) we are the cause, and not whom the mail goes to.
        Some(code) if error.is_permanent() && code.category == Category::MailSystem => Unsent::Refused,
        Some(_) => Unsent::Later,
        None => Unsent::Unreachable,
    }
}
