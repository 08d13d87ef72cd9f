//! A push service that fails in every way, and browsers that take pushes. They open what they get
//! with another library than the service seals it with, after RFC 8030, 8188, 8291 and 8292.

use std::collections::{BTreeSet, VecDeque};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daybook::base::secret::random_bytes;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};

/// How a push service answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// With a status.
    Status(u16),
    /// 429, and when to come back.
    Later(u64),
    /// Never; the sender must not wait for it.
    Never,
}

/// A push as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn size(&self) -> usize {
        self.body.len()
    }
}

#[derive(Debug, Default)]
struct Inside {
    came: Vec<Came>,
    answers: VecDeque<Answer>,
    gone: BTreeSet<String>,
}

/// A push service on a port of its own.
pub(crate) struct PushService {
    pub(crate) url: String,
    inside: Arc<Mutex<Inside>>,
    handle: ServerHandle,
}

impl Drop for PushService {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn take(
    request: HttpRequest,
    body: web::Bytes,
    inside: web::Data<Arc<Mutex<Inside>>>,
) -> HttpResponse {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default().to_owned();
        (name.as_str().to_owned(), value)
    });
    let came = Came {
        path: request.path().to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
    };
    let answer = {
        let mut inside = inside.lock().unwrap();
        inside.came.push(came);
        if inside.gone.contains(request.path()) {
            return HttpResponse::Gone().finish();
        }
        inside.answers.pop_front()
    };
    match answer.unwrap_or(Answer::Status(201)) {
        Answer::Status(status) => {
            let mut answer = HttpResponse::build(StatusCode::from_u16(status).unwrap());
            if status == 307 {
                answer.insert_header(("location", "/followed"));
            }
            answer.finish()
        }
        Answer::Later(seconds) => HttpResponse::TooManyRequests()
            .insert_header(("retry-after", seconds.to_string()))
            .finish(),
        Answer::Never => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            HttpResponse::Ok().finish()
        }
    }
}

impl PushService {
    pub(crate) fn start() -> Self {
        let inside = Arc::new(Mutex::new(Inside::default()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = web::Data::new(Arc::clone(&inside));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .default_service(web::post().to(take))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .shutdown_timeout(0)
            .listen(listener)
            .unwrap()
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            url,
            inside,
            handle,
        }
    }

    /// Answers the next pushes so, in this order; the others with 201.
    pub(crate) fn will_answer(&self, answers: &[Answer]) {
        self.inside.lock().unwrap().answers.extend(answers);
    }

    /// A place is gone (410), or there again.
    pub(crate) fn is_gone(&self, path: &str, is_gone: bool) {
        let mut inside = self.inside.lock().unwrap();
        inside.gone.remove(path);
        if is_gone {
            inside.gone.insert(path.to_owned());
        }
    }

    /// What has come since the last time.
    pub(crate) fn take(&self) -> Vec<Came> {
        std::mem::take(&mut self.inside.lock().unwrap().came)
    }
}

/// A browser with keys of its own.
pub(crate) struct Browser {
    key: PrivateKey,
    auth: [u8; 16],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let pseudo_random = Salt::new(HKDF_SHA256, salt).extract(secret);
    let info = [info];
    let expanded = pseudo_random.expand(&info, Length(N)).unwrap();
    expanded.fill(&mut out).unwrap();
    out
}

impl Browser {
    pub(crate) fn new() -> Self {
        Self {
            key: PrivateKey::generate(&ECDH_P256).unwrap(),
            auth: random_bytes(),
        }
    }

    fn public(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// What it would send to the service.
    pub(crate) fn subscription(&self, endpoint: &str) -> Value {
        json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {
                "p256dh": URL_SAFE_NO_PAD.encode(self.public()),
                "auth": URL_SAFE_NO_PAD.encode(self.auth),
            },
        })
    }

    /// Opens a push, which must be one record of `aes128gcm`.
    pub(crate) fn open(&self, push: &Came) -> Vec<u8> {
        assert_eq!(push.header("content-encoding"), "aes128gcm");
        let (salt, rest) = push.body.split_at(16);
        let (record_size, rest) = rest.split_at(4);
        let record_size = u32::from_be_bytes(record_size.try_into().unwrap());
        let (theirs, sealed) = rest[1..].split_at(usize::from(rest[0]));
        assert!(sealed.len() <= usize::try_from(record_size).unwrap());
        let peer = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let shared = agree(&self.key, peer, (), |secret| Ok(secret.to_vec())).unwrap();
        let info = [b"WebPush: info\0".as_slice(), &self.public(), theirs].concat();
        let material: [u8; 32] = expand(&self.auth, &shared, &info);
        let key: [u8; 16] = expand(salt, &material, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = expand(salt, &material, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed).unwrap();
        // The last record ends in a 2 and zeros.
        let end = opened.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(opened[end], 2);
        opened[..end].to_vec()
    }
}

/// A subscription of a new browser.
pub(crate) fn a_subscription(endpoint: &str) -> Value {
    Browser::new().subscription(endpoint)
}

/// Verifies a push's signature (VAPID) with the public key the service gave out; gives its claims.
pub(crate) fn claims(push: &Came, public_key: &str) -> Value {
    let said = push.header("authorization").strip_prefix("vapid ").unwrap();
    let part = |name: &str| {
        let parts = said.split(',').map(str::trim);
        let mut found = parts.filter_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        found.next().unwrap().to_owned()
    };
    assert_eq!(part("k"), public_key);
    let point = URL_SAFE_NO_PAD.decode(public_key).unwrap();
    let (x, y) = point[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let key = DecodingKey::from_ec_components(&x, &y).unwrap();
    let mut rules = Validation::new(Algorithm::ES256);
    // The clock of a test stands still somewhere else.
    rules.validate_exp = false;
    rules.validate_aud = false;
    decode::<Value>(&part("t"), &key, &rules).unwrap().claims
}
