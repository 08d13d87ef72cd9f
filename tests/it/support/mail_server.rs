//! A mail server as small as one can be: it hears SMTP, answers as it is told, and keeps the letters.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

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
        let mood = Arc::new(Mutex::new(Mood::Takes));
        let letters = Arc::new(Mutex::new(Vec::new()));
        let (how, kept) = (Arc::clone(&mood), Arc::clone(&letters));
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mood = *how.lock().unwrap();
                tokio::spawn(serve(client, mood, Arc::clone(&kept)));
            }
        });
        Self {
            url,
            mood,
            letters,
            listening,
        }
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

/// One conversation. Whoever hangs up ends it.
async fn serve(client: TcpStream, mood: Mood, letters: Arc<Mutex<Vec<Received>>>) {
    let (from, mut to) = client.into_split();
    let mut lines = BufReader::new(from).lines();
    let mut recipient = String::new();
    if mood == Mood::Silent {
        while let Ok(Some(_)) = lines.next_line().await {}
        return;
    }
    let mut say = "220 here";
    loop {
        if to.write_all(format!("{say}\r\n").as_bytes()).await.is_err() {
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
