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
        // The server does not take addresses of this kind: those in other scripts than Latin (RFC 6531).
        None if error.is_client() => Unsent::NoAddress,
        None => Unsent::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use domain::{MessageId, Personal};

    use super::*;

    fn smtp() -> Smtp {
        let settings = Settings {
            server: "127.0.0.1".to_owned(),
            port: 1,
            encryption: Encryption::None,
            certificate_authorities: None,
            from: "Kupferkessel & Söhne <privacy@example.org>".to_owned(),
            credentials: None,
        };
        Smtp::new(&settings).unwrap()
    }

    fn mail(to: &str, subject: &str, text: &str) -> Mail {
        Mail {
            id: MessageId::from_bytes([7; 16]),
            at: "2027-03-31T10:00:00Z".parse().unwrap(),
            to: Personal::new(to.to_owned()),
            subject: subject.to_owned(),
            text: Personal::new(text.to_owned()),
        }
    }

    fn formatted(mail: &Mail) -> String {
        String::from_utf8(smtp().written(mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn the_same_message_has_the_same_id_at_each_attempt() {
        let text = formatted(&mail("ada@example.com", "Grüße", "Größe: 1"));
        let id = MessageId::from_bytes([7; 16]);
        for header in [
            format!("Message-ID: <{id}@example.org>\r\n"),
            "Date: Wed, 31 Mar 2027 10:00:00 +0000\r\n".to_owned(),
            "Auto-Submitted: auto-generated\r\n".to_owned(),
            "To: ada@example.com\r\n".to_owned(),
        ] {
            assert!(text.contains(&header), "{header} is not in {text}");
        }
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn no_value_makes_a_header_of_its_own() {
        for subject in [
            "Hello\r\nBcc: eve@example.com",
            "Hello\nBcc: eve@example.com",
            "Hello\r\n\r\nBcc: eve@example.com",
        ] {
            let text = formatted(&mail("ada@example.com", subject, "text"));
            let (headers, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(!headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
        }
        let text = formatted(&mail("ada@example.com", "Hello", "first\r\n.\r\nBcc: eve@example.com"));
        let (headers, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(!headers.contains("eve@") && body.contains("eve@"), "{text}");
        for to in ["ada@example.com\r\nBcc: eve@example.com", "ada@example.com>, <eve@example.com", "ada", ""]
        {
            assert!(smtp().written(&mail(to, "Hello", "text")).is_none(), "{to:?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_no_refusal() {
        assert!(!smtp().is_reachable().await);
        assert_eq!(smtp().send(&mail("ada@example.com", "Hello", "text")).await, Err(Unsent::Unreachable));
    }

    #[test]
    fn an_address_to_come_from_is_asked_for() {
        let settings = |from: &str| Settings {
            server: "mail.example".to_owned(),
            port: 587,
            encryption: Encryption::Required,
            certificate_authorities: None,
            from: from.to_owned(),
            credentials: None,
        };
        assert!(Smtp::new(&settings("privacy@example.org")).is_ok());
        assert!(matches!(Smtp::new(&settings("privacy")), Err(SettingsError::From)));
        let missing =
            Settings { certificate_authorities: Some("/nowhere".into()), ..settings("a@example.org") };
        assert!(matches!(Smtp::new(&missing), Err(SettingsError::Certificates(..))));
    }
}
