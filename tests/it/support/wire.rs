//! The wire between nodes and their PostgreSQL: it carries everything, and the connections that
//! carry the bell between nodes can be cut without a word to either side.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What a client asks before its first word: whether to encrypt (TLS, GSS). This wire does not.
const ASKS_FOR_ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A wire; gone when it is dropped.
pub(crate) struct Wire {
    url: String,
    bells_are_cut: watch::Sender<bool>,
    answers: Arc<AtomicUsize>,
    _folder: tempfile::TempDir,
    carrying: tokio::task::JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

impl Wire {
    /// A wire to the database at this address, carried on the runtime this is called on.
    pub(crate) fn to(url: &str) -> Self {
        let config: Config = url.parse().unwrap();
        // Not below TMPDIR: a socket's path may be 107 bytes long at most.
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let url = same_but_by(folder.path(), &config);
        let (bells_are_cut, cut) = watch::channel(false);
        let config = Arc::new(config);
        let answers = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&answers);
        let carrying = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (config, counted) = (Arc::clone(&config), Arc::clone(&counted));
                tokio::spawn(carry(client, config, (cut.clone(), counted)));
            }
        });
        Self {
            url,
            bells_are_cut,
            answers,
            _folder: folder,
            carrying,
        }
    }

    /// The address of the database by this wire.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How often the server has answered so far, on all connections: each time is a journey there and
    /// back.
    pub(crate) fn answers(&self) -> usize {
        self.answers.load(Ordering::SeqCst)
    }

    /// Cuts every connection that carries the bell, and lets no new one through.
    pub(crate) fn cut_bells(&self) {
        self.bells_are_cut.send_replace(true);
    }

    /// Lets connections that carry the bell through again.
    pub(crate) fn mend_bells(&self) {
        self.bells_are_cut.send_replace(false);
    }
}

/// The same database and user, another socket.
fn same_but_by(folder: &Path, config: &Config) -> String {
    let password = config
        .get_password()
        .map(|word| format!(":{}", std::str::from_utf8(word).unwrap()));
    format!(
        "postgres://{}{}@/{}?host={}",
        config.get_user().unwrap(),
        password.unwrap_or_default(),
        config.get_dbname().unwrap(),
        folder.display()
    )
}

/// Carries one connection until either side ends it, or it is cut.
async fn carry(
    mut client: UnixStream,
    server: Arc<Config>,
    (mut cut, answers): (watch::Receiver<bool>, Arc<AtomicUsize>),
) {
    let Some(first_words) = first_words(&mut client).await else {
        return;
    };
    let is_bell = String::from_utf8_lossy(&first_words).contains("daybook bell");
    if is_bell && *cut.borrow() {
        return;
    }
    let mut upstream = connect(&server).await;
    if upstream.write_all(&first_words).await.is_err() {
        return;
    }
    let (mut from_client, mut to_client) = split(client);
    let (mut from_server, mut to_server) = split(upstream);
    let counted = Counted {
        head: Vec::new(),
        left: 0,
        answers,
    };
    tokio::select! {
        _ended = copy(&mut from_client, &mut to_server) => {}
        () = counted.carry(&mut from_server, &mut to_client) => {}
        _cut = cut.wait_for(|cut| is_bell && *cut) => {}
    }
}

/// What a client says first: who it is and what it wants, encryption refused.
async fn first_words(client: &mut UnixStream) -> Option<Vec<u8>> {
    loop {
        let length = client.read_u32().await.ok()?;
        let mut words = length.to_be_bytes().to_vec();
        let rest = u64::from(length).checked_sub(4)?;
        client.take(rest).read_to_end(&mut words).await.ok()?;
        let kind = u32::from_be_bytes(words.get(4..8)?.try_into().ok()?);
        if !ASKS_FOR_ENCRYPTION.contains(&kind) {
            return Some(words);
        }
        client.write_all(b"N").await.ok()?;
    }
}

pub(super) async fn connect(server: &Config) -> Box<dyn Stream> {
    let port = server.get_ports().first().copied().unwrap_or(5432);
    match server.get_hosts().first() {
        Some(Host::Unix(folder)) => {
            let socket = folder.join(format!(".s.PGSQL.{port}"));
            Box::new(UnixStream::connect(socket).await.unwrap())
        }
        Some(Host::Tcp(host)) => Box::new(TcpStream::connect((host.as_str(), port)).await.unwrap()),
        None => panic!("the address names no host"),
    }
}

/// Carries what a server says, and counts how often it is ready for the next question.
struct Counted {
    /// The beginning of a message, while it is not whole: its kind and length.
    head: Vec<u8>,
    /// So many bytes of the present message are still to come.
    left: usize,
    answers: Arc<AtomicUsize>,
}

impl Counted {
    async fn carry(
        mut self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) {
        let mut bytes = vec![0; 16 * 1024];
        while let Ok(length) = from.read(&mut bytes).await {
            // Counted before it is heard, so that whoever has heard it finds it counted.
            self.count(&bytes[..length]);
            if length == 0 || to.write_all(&bytes[..length]).await.is_err() {
                return;
            }
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.left > 0 {
                self.left -= 1;
                continue;
            }
            self.head.push(*byte);
            if let [kind, a, b, c, d] = self.head[..] {
                let length = u32::from_be_bytes([a, b, c, d]);
                self.left = usize::try_from(length).unwrap() - 4;
                self.head.clear();
                if kind == b'Z' {
                    self.answers.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    }
}
