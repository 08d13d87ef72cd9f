//! TLS with a certificate of its own, which whoever comes believes only if told to; and a way to PostgreSQL that
//! speaks it and nothing else, as a managed database does. Behind it stands the one every test has, which speaks none.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_postgres::Config;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::wire::connect;

/// What a client asks before its first word: for TLS, or for another encryption.
const ASKS_FOR_TLS: u32 = 80_877_103;
const ASKS_FOR_GSS: u32 = 80_877_104;

/// The way; gone when it is dropped.
pub(crate) struct TlsWay {
    url: String,
    _folder: tempfile::TempDir,
    carrying: tokio::task::JoinHandle<()>,
}

impl Drop for TlsWay {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

impl TlsWay {
    /// A way to the database at this address, carried on the runtime this is called on.
    pub(crate) fn to(url: &str) -> Self {
        let config: Config = url.parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let password = config
            .get_password()
            .map(|word| format!(":{}", std::str::from_utf8(word).unwrap()));
        let url = format!(
            "postgres://{}{}@localhost:{port}/{}?sslmode=verify-full&sslrootcert={}",
            config.get_user().unwrap(),
            password.unwrap_or_default(),
            config.get_dbname().unwrap(),
            folder.path().join("certificate.pem").display()
        );
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let (acceptor, config) = (acceptor(folder.path()), Arc::new(config));
        let carrying = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, config) = (acceptor.clone(), Arc::clone(&config));
                tokio::spawn(carry(client, acceptor, config));
            }
        });
        Self {
            url,
            _folder: folder,
            carrying,
        }
    }

    /// The address of the database by this way: only who shows this certificate is believed.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Makes a certificate of its own, `certificate.pem`, and its key, `key.pem`.
pub(super) fn make_certificate(folder: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:0.0.0.0"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// Whoever shows the certificate of this folder.
pub(super) fn acceptor(folder: &Path) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_file(folder.join("certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Carries one connection until either side ends it. Whoever does not ask for TLS gets no answer.
async fn carry(mut client: TcpStream, acceptor: TlsAcceptor, server: Arc<Config>) {
    loop {
        let (Ok(8), Ok(asked)) = (client.read_u32().await, client.read_u32().await) else {
            return;
        };
        let (answer, is_tls) = match asked {
            ASKS_FOR_TLS => (b"S", true),
            ASKS_FOR_GSS => (b"N", false),
            _ => return,
        };
        if client.write_all(answer).await.is_err() {
            return;
        }
        if is_tls {
            break;
        }
    }
    let Ok(mut client) = acceptor.accept(client).await else {
        return;
    };
    let mut upstream = connect(&server).await;
    let _ended = copy_bidirectional(&mut client, &mut upstream).await;
}
