//! A phone reduced to what it costs least: HTTP/1.1 and WebSocket spoken by hand over one TCP stream
//! each, because the load shares the machine with the server that is measured.

use std::net::SocketAddr;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// Bytes as they come, with what was taken already left behind.
#[derive(Debug)]
struct Stream {
    tcp: TcpStream,
    buffer: Vec<u8>,
    taken: usize,
}

impl Stream {
    async fn open(address: SocketAddr) -> Result<Self> {
        let tcp = TcpStream::connect(address).await?;
        tcp.set_nodelay(true)?;
        Ok(Self {
            tcp,
            buffer: Vec::with_capacity(2048),
            taken: 0,
        })
    }

    fn waiting(&self) -> &[u8] {
        self.buffer.get(self.taken..).unwrap_or_default()
    }

    async fn more(&mut self) -> Result<()> {
        if self.taken > 0 {
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        let read = self.tcp.read_buf(&mut self.buffer).await?;
        ensure!(read > 0, "the server closed the connection");
        Ok(())
    }

    /// Reads a head of HTTP and gives it without the empty line that ends it.
    async fn head(&mut self) -> Result<String> {
        loop {
            let found = self.waiting().windows(4).position(|w| w == b"\r\n\r\n");
            if let Some(end) = found {
                let head = self.waiting().get(..end).unwrap_or_default();
                let head = String::from_utf8_lossy(head).into_owned();
                self.taken += end + 4;
                return Ok(head);
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, count: usize) -> Result<Vec<u8>> {
        while self.waiting().len() < count {
            self.more().await?;
        }
        let bytes = self.waiting().get(..count).unwrap_or_default().to_vec();
        self.taken += count;
        Ok(bytes)
    }
}

/// A connection that is kept for one request after the other.
#[derive(Debug)]
pub(crate) struct Phone(Stream);

impl Phone {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        Stream::open(address).await.map(Self)
    }

    /// Sends a request that is ready and gives the status and the body of the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.0.tcp.write_all(request).await?;
        let head = self.0.head().await?;
        let status = head.get(9..12).and_then(|digits| digits.parse().ok());
        let status = status.context("no status in the answer")?;
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, length)| length.trim().parse().ok());
        let body = self.0.exactly(length.unwrap_or(0)).await?;
        Ok((status, body))
    }

    /// Calls an address with JSON and gives JSON back; anything but a success is an error.
    pub(crate) async fn json(
        &mut self,
        (method, path): (&str, &str),
        token: Option<&str>,
        body: &Value,
    ) -> Result<Value> {
        let request = request((method, path), token, &body.to_string());
        let (status, answer) = self.send(&request).await?;
        if !(200..300).contains(&status) {
            let answer = String::from_utf8_lossy(&answer).into_owned();
            bail!("{method} {path} answered {status}: {answer}");
        }
        Ok(serde_json::from_slice(&answer).unwrap_or(Value::Null))
    }
}

/// Writes a request out.
pub(crate) fn request((method, path): (&str, &str), token: Option<&str>, body: &str) -> Vec<u8> {
    let who = token.map_or_else(String::new, |token| {
        format!("Authorization: Bearer {token}\r\n")
    });
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: daybook\r\nContent-Type: application/json\r\n\
         {who}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A live socket.
#[derive(Debug)]
pub(crate) struct Socket(Stream);

impl Socket {
    /// Opens it, says hello and waits for the answer.
    pub(crate) async fn open(address: SocketAddr, path: &str, hello: &str) -> Result<Self> {
        let mut stream = Stream::open(address).await?;
        let upgrade = format!(
            "GET {path} HTTP/1.1\r\nHost: daybook\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZGF5Ym9vayBiZW5jaGVzIQ==\r\n\r\n"
        );
        stream.tcp.write_all(upgrade.as_bytes()).await?;
        let head = stream.head().await?;
        ensure!(head.starts_with("HTTP/1.1 101"), "no live socket: {head}");
        let mut socket = Self(stream);
        socket.write(TEXT, hello.as_bytes()).await?;
        let ready = socket.next().await?;
        let said = || anyhow!("not ready: {}", String::from_utf8_lossy(&ready));
        ensure!(contains(&ready, b"\"ready\""), said());
        Ok(socket)
    }

    /// The next text frame. Pings are answered on the way.
    pub(crate) async fn next(&mut self) -> Result<Vec<u8>> {
        loop {
            let (opcode, payload) = self.frame().await?;
            match opcode {
                TEXT => return Ok(payload),
                PING => self.write(PONG, &payload).await?,
                PONG => {}
                CLOSE => bail!("the server closed the socket: {payload:?}"),
                other => bail!("a frame of an unexpected kind: {other}"),
            }
        }
    }

    async fn frame(&mut self) -> Result<(u8, Vec<u8>)> {
        let head = self.0.exactly(2).await?;
        let [first, second] = head.as_slice() else {
            bail!("half a frame");
        };
        ensure!(first & 0x80 != 0, "a frame in pieces");
        let length = match second & 0x7f {
            126 => {
                let long = self.0.exactly(2).await?;
                long.iter()
                    .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
            }
            127 => bail!("a frame larger than any of ours"),
            short => usize::from(short),
        };
        Ok((first & 0x0f, self.0.exactly(length).await?))
    }

    /// Writes a frame, masked with zeros as the protocol allows.
    async fn write(&mut self, opcode: u8, payload: &[u8]) -> Result<()> {
        let length = u16::try_from(payload.len())?;
        let mut frame = vec![0x80 | opcode];
        match u8::try_from(length) {
            Ok(short) if short < 126 => frame.push(0x80 | short),
            _ => {
                frame.push(0x80 | 0x7e);
                frame.extend(length.to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        Ok(self.0.tcp.write_all(&frame).await?)
    }
}

/// Whether `needle` is in there.
pub(crate) fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}
