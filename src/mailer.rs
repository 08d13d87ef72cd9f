//! The mail server: where letters are handed over, by SMTP under TLS.
//!
//! TLS is from the first byte (`smtps://`) or begun by STARTTLS before anything is said (`smtp://`); a
//! server that does not offer it gets no letter. Only to this machine itself may it be left out.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::timeout;
use url::Url;

use crate::base::secret::Secret;

/// The settings that say how mail is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    /// Where to, with the password in it.
    server: Secret,
    /// Where to, as it may be shown.
    shown: String,
    /// Whom it comes from.
    from: Mailbox,
}

/// Why mail cannot be sent so.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the server is not one.
    #[error("smtp_url: must be smtps://… or smtp://… with a host, and nothing after the port")]
    Server,
    /// Nobody is named whom mail comes from.
    #[error("mail_from: is needed beside smtp_url, as Daybook <daybook@council.example.org>")]
    From,
    /// Mail comes from somebody, but goes nowhere.
    #[error("smtp_url: is needed beside mail_from")]
    NoServer,
    /// The server did not answer in time.
    #[error("smtp_url: the mail server does not answer")]
    Silent,
    /// The library refuses.
    #[error("smtp_url: {0}")]
    Refused(#[from] SmtpError),
}

impl Mail {
    /// Reads the two settings, which belong together.
    ///
    /// # Errors
    /// Names the one that is wrong.
    pub fn read(server: Option<String>, from: Option<String>) -> Result<Option<Self>, MailError> {
        let Some(server) = server else {
            return if from.is_some() {
                Err(MailError::NoServer)
            } else {
                Ok(None)
            };
        };
        let mut url = Url::parse(&server).map_err(|_not_one| MailError::Server)?;
        let is_plain = url.path().trim_matches('/').is_empty() && url.query().is_none();
        // Of a scheme it does not know, url reads every host as a name.
        let host = url.host_str().ok_or(MailError::Server)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address = bare.parse::<IpAddr>();
        let is_local = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
        match url.scheme() {
            "smtps" if is_plain => {}
            "smtp" if is_plain && is_local => {}
            "smtp" if is_plain => url.set_query(Some("tls=required")),
            _ => return Err(MailError::Server),
        }
        let from = from.ok_or(MailError::From)?;
        let from = from.parse().map_err(|_not_one| MailError::From)?;
        let port = url
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        let host = url.host_str().unwrap_or_default();
        Ok(Some(Self {
            shown: format!("{}://{host}{port}", url.scheme()),
            server: Secret::new(url.as_str()),
            from,
        }))
    }

    /// The server as it may be shown and logged: without a password.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

/// Hands letters over.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// A letter must have been taken within this time, from the first byte to the last.
    patience: Duration,
}

/// Why a letter was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// The server will never take it: the address, our credentials, or what we are.
    Refused(Option<u16>),
    /// The server wants us to come back later.
    Later(Option<u16>),
    /// The server did not answer in time.
    TimedOut,
    /// The server cannot be reached.
    Unreachable,
    /// A fault, theirs or ours.
    Fault,
}

impl Mailer {
    /// Makes ready to send.
    ///
    /// # Errors
    /// If the library refuses the settings.
    pub fn new(mail: &Mail, patience: Duration) -> Result<Self, MailError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(mail.server.expose())?;
        Ok(Self {
            transport: builder.timeout(Some(patience)).build(),
            from: mail.from.clone(),
            patience,
        })
    }

    /// Hands one letter over.
    ///
    /// # Errors
    /// Says why it was not taken.
    pub async fn send(&self, to: &str, (subject, text): (&str, String)) -> Result<(), NotTaken> {
        let to: Mailbox = to.parse().map_err(|_none| NotTaken::Refused(None))?;
        let mark = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mark = HeaderValue::new(mark, "auto-generated".to_owned());
        let letter = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .raw_header(mark)
            .body(text)
            .map_err(|_unwritable| NotTaken::Fault)?;
        // The library's own limit is for connecting alone: a server that then says nothing would be
        // waited for for ever.
        match timeout(self.patience, self.transport.send(letter)).await {
            Ok(Ok(_taken)) => Ok(()),
            Ok(Err(error)) => Err(understand(&error)),
            Err(_late) => Err(NotTaken::TimedOut),
        }
    }

    /// Whether the server lets us in just now.
    ///
    /// # Errors
    /// In its own words or the library's, or if it does not answer in time.
    pub async fn is_let_in(&self) -> Result<bool, MailError> {
        let answer = timeout(self.patience, self.transport.test_connection()).await;
        Ok(answer.map_err(|_late| MailError::Silent)??)
    }
}

fn understand(error: &SmtpError) -> NotTaken {
    let code = error.status().map(u16::from);
    if error.is_permanent() {
        NotTaken::Refused(code)
    } else if error.is_transient() {
        NotTaken::Later(code)
    } else if error.is_timeout() {
        NotTaken::TimedOut
    } else if error.is_tls() || error.is_client() || is_not_believed(error) {
        // It offers no TLS, or another than we know, or shows a certificate that is not its own: what it
        // may take it cannot be given.
        NotTaken::Fault
    } else {
        NotTaken::Unreachable
    }
}

/// Whether TLS came to nothing. The library counts that among the faults of the way there; below it says so
/// as one of the data.
fn is_not_believed(error: &SmtpError) -> bool {
    let mut next = error.source();
    while let Some(below) = next {
        let io = below.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        next = below.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(server: &str) -> Result<Option<Mail>, MailError> {
        Mail::read(
            Some(server.to_owned()),
            Some("Daybook <daybook@council.example.org>".to_owned()),
        )
    }

    #[test]
    fn mail_leaves_this_machine_under_tls_alone_and_no_password_is_shown() {
        let outside = read("smtp://me:hunter2@mail.example.org:587")
            .unwrap()
            .unwrap();
        let here = read("smtp://127.0.0.1:2525").unwrap().unwrap();
        let there = read("smtp://[::1]:2525").unwrap().unwrap();
        let elsewhere = read("smtp://127.0.0.1.example.org").unwrap().unwrap();

        assert!(outside.server.expose().ends_with("?tls=required"));
        assert!(!here.server.expose().contains("tls"));
        assert!(!there.server.expose().contains("tls"));
        assert!(elsewhere.server.expose().contains("tls=required"));
        assert_eq!(outside.shown(), "smtp://mail.example.org:587");
        assert!(!format!("{outside:?}").contains("hunter2"));
        for wrong in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtps://mail.example.org?tls=none",
            "smtp://mail.example.org/x",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Mail::read(None, Some("me@example.org".to_owned())).is_err());
        assert!(Mail::read(Some("smtps://mail.example.org".to_owned()), None).is_err());
        assert!(Mail::read(None, None).unwrap().is_none());
    }
}
