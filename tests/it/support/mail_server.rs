//! A mail server as small as one can be: it hears SMTP, answers as it is told, and keeps the letters.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::tls::{acceptor, make_certificate};

/// How the server meets the next letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It takes them.
    Takes,
    /// It says come back later (450).
    Later,
    /// It will never take them (550).
    Never,
    /// It hangs up in the middle.
    HangsUp,
    /// It says nothing at all.
    Silent,
    /// It greets so slowly, a letter at a time, that it never ends.
    Drips,
}

/// How the server speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// From the first byte.
    AtOnce,
    /// Once it is asked to (STARTTLS), and it takes nothing before.
    WhenAsked,
}

/// A letter as it was handed over.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Received {
    /// The code in it.
    pub(crate) fn code(&self) -> String {
        let (_, rest) = self.text.split_once("Your code is ").unwrap();
        rest.chars().take(11).collect()
    }
}

/// A mail server; gone when it is dropped.
pub(crate) struct MailServer {
    url: String,
    mood: Arc<Mutex<Mood>>,
    letters: Arc<Mutex<Vec<Received>>>,
    certificate: Option<TempDir>,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        Self::listen(listener, url, None)
    }

    /// One that speaks TLS alone, with a certificate of its own.
    pub(crate) async fn under_tls(begins: Begins) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path());
        // That address is this machine's too, and not known as one without TLS.
        let url = match begins {
            Begins::AtOnce => format!("smtps://localhost:{port}"),
            Begins::WhenAsked => format!("smtp://0.0.0.0:{port}"),
        };
        let tls = (begins, acceptor(folder.path()));
        let mut server = Self::listen(listener, url, Some(tls));
        server.certificate = Some(folder);
        server
    }

    fn listen(listener: TcpListener, url: String, tls: Option<(Begins, TlsAcceptor)>) -> Self {
        let mood = Arc::new(Mutex::new(Mood::Takes));
        let letters = Arc::new(Mutex::new(Vec::new()));
        let (how, kept) = (Arc::clone(&mood), Arc::clone(&letters));
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mood = *how.lock().unwrap();
                tokio::spawn(meet(client, tls.clone(), (mood, Arc::clone(&kept))));
            }
        });
        Self {
            url,
            mood,
            letters,
            certificate: None,
            listening,
        }
    }

    /// Where the certificate lies that it shows.
    pub(crate) fn certificate(&self) -> PathBuf {
        let folder = self.certificate.as_ref().unwrap();
        folder.path().join("certificate.pem")
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What has been handed over since this was asked last.
    pub(crate) fn letters(&self) -> Vec<Received> {
        std::mem::take(&mut self.letters.lock().unwrap())
    }
}

type Met = (Mood, Arc<Mutex<Vec<Received>>>);

/// Begins TLS, if the server speaks it.
async fn meet(mut client: TcpStream, tls: Option<(Begins, TlsAcceptor)>, met: Met) {
    let greeting = "220 here";
    match tls {
        None => serve(client, greeting, met).await,
        Some((Begins::AtOnce, tls)) => {
            if let Ok(client) = tls.accept(client).await {
                serve(client, greeting, met).await;
            }
        }
        Some((Begins::WhenAsked, tls)) => {
            // Whoever has heard the greeting is greeted no more under TLS, but asked for their name.
            if is_asked_for_tls(&mut client, greeting).await.is_ok()
                && let Ok(client) = tls.accept(client).await
            {
                serve(client, "", met).await;
            }
        }
    }
}

/// Says nothing else until TLS is asked for.
async fn is_asked_for_tls(client: &mut TcpStream, greeting: &str) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let mut say = greeting;
    loop {
        client.write_all(format!("{say}\r\n").as_bytes()).await?;
        let mut line = String::new();
        if client.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        say = match line.split_whitespace().next().unwrap_or_default() {
            "STARTTLS" => return client.write_all(b"220 begin\r\n").await,
            "EHLO" => "250-here\r\n250 STARTTLS",
            _ => "530 only under TLS",
        };
    }
}

/// One conversation. Whoever hangs up ends it.
async fn serve(client: impl AsyncRead + AsyncWrite, greeting: &'static str, (mood, letters): Met) {
    let (from, mut to) = tokio::io::split(client);
    let mut lines = BufReader::new(from).lines();
    let mut recipient = String::new();
    if mood == Mood::Silent {
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    if mood == Mood::Drips {
        for letter in b"220-".iter().chain(std::iter::repeat(&b'x')) {
            if to.write_all(&[*letter]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let mut say = greeting;
    loop {
        if !say.is_empty() && to.write_all(format!("{say}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else {
            return;
        };
        say = match (line.split([' ', ':']).next().unwrap_or_default(), mood) {
            ("RCPT", Mood::Later) => "450 later",
            ("RCPT", Mood::Never) => "550 never",
            ("RCPT", Mood::HangsUp) => return,
            ("RCPT", _) => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok"
            }
            ("DATA", _) => {
                if to.write_all(b"354 go on\r\n").await.is_err() {
                    return;
                }
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                // A long line is broken for the journey.
                let text = text.replace("=\n", "");
                let to = recipient.clone();
                letters.lock().unwrap().push(Received { to, text });
                "250 taken"
            }
            ("QUIT", _) => "221 bye",
            _ => "250 ok",
        };
    }
}
