//! Somebody outside who is called over HTTP and behaves in every way: answers, sends on, says nothing,
//! drips, never ends, hangs up. It speaks HTTP/1.1 by hand, because no server would do that.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How it meets a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It answers with a status; of a redirect it says that it has moved to `/followed`.
    Status(u16),
    /// It answers 429, and when to come back in seconds.
    Later(u64),
    /// It takes the request and says nothing.
    Silent,
    /// It answers so slowly, a letter at a time, that it never ends.
    Drips,
    /// It answers 200 and then something that never ends.
    Endless,
    /// It hangs up in the middle.
    HangsUp,
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Such as `POST /hook?to=1`.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Debug, Default)]
struct Inside {
    came: Vec<Request>,
    manners: VecDeque<Manner>,
}

/// Somebody outside; gone when it is dropped.
pub(crate) struct Outside {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Outside {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/a-secret-place", listener.local_addr().unwrap());
        let inside = Arc::new(Mutex::new(Inside::default()));
        let kept = Arc::clone(&inside);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, Arc::clone(&kept)));
            }
        });
        Self {
            url,
            inside,
            listening,
        }
    }

    /// Meets the next requests so, in this order; the others with 200.
    pub(crate) fn will(&self, manners: &[Manner]) {
        self.inside.lock().unwrap().manners.extend(manners);
    }

    /// What has come since the last time.
    pub(crate) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.inside.lock().unwrap().came)
    }

    /// How much has come since the last time it was taken.
    pub(crate) fn count(&self) -> usize {
        self.inside.lock().unwrap().came.len()
    }
}

/// One connection, request by request. Whoever hangs up ends it.
async fn serve(client: TcpStream, inside: Arc<Mutex<Inside>>) {
    let (from, mut to) = client.into_split();
    let mut from = BufReader::new(from);
    while let Some(request) = read(&mut from).await {
        let manner = {
            let mut inside = inside.lock().unwrap();
            inside.came.push(request);
            inside.manners.pop_front()
        };
        let whole = match manner.unwrap_or(Manner::Status(200)) {
            Manner::Status(status) => {
                let place = if (300..400).contains(&status) {
                    "location: /followed\r\n"
                } else {
                    ""
                };
                format!("HTTP/1.1 {status} so\r\n{place}content-length: 0\r\n\r\n")
            }
            Manner::Later(seconds) => {
                format!("HTTP/1.1 429 so\r\nretry-after: {seconds}\r\ncontent-length: 0\r\n\r\n")
            }
            Manner::Silent => {
                let _end = from.read_u8().await;
                return;
            }
            Manner::HangsUp => return,
            Manner::Drips => {
                let letters = "HTTP/1.1 200 so\r\nx: "
                    .bytes()
                    .chain(std::iter::repeat(b'x'));
                for letter in letters {
                    if to.write_all(&[letter]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                return;
            }
            Manner::Endless => {
                let head = b"HTTP/1.1 200 so\r\ntransfer-encoding: chunked\r\n\r\n";
                let mut went = to.write_all(head).await;
                while went.is_ok() {
                    went = to
                        .write_all(format!("1000\r\n{}\r\n", "x".repeat(4096)).as_bytes())
                        .await;
                }
                return;
            }
        };
        if to.write_all(whole.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(from: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Request> {
    let mut line = String::new();
    from.read_line(&mut line)
        .await
        .ok()
        .filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        from.read_line(&mut header).await.ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
    from.read_exact(&mut body).await.ok()?;
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    Some(Request {
        line,
        headers,
        body,
    })
}
