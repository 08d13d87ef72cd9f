//! The wire between nodes and their PostgreSQL: it carries everything, and the connections that
//! carry the bell between nodes can be cut without a word to either side.

use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// What a client asks before its first word: whether to encrypt (TLS, GSS). This wire does not.
const ASKS_FOR_ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A wire; gone when it is dropped.
pub(crate) struct Wire {
    url: String,
    bells_are_cut: watch::Sender<bool>,
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
        let carrying = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, Arc::clone(&config), cut.clone()));
            }
        });
        Self {
            url,
            bells_are_cut,
            _folder: folder,
            carrying,
        }
    }

    /// The address of the database by this wire.
    pub(crate) fn url(&self) -> &str {
        &self.url
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
async fn carry(mut client: UnixStream, server: Arc<Config>, mut cut: watch::Receiver<bool>) {
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
    tokio::select! {
        _ended = copy_bidirectional(&mut client, &mut upstream) => {}
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

async fn connect(server: &Config) -> Box<dyn Stream> {
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
