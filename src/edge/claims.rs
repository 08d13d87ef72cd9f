//! Access tokens: JWT, HS256, ten minutes. Verified once and remembered until they expire.
//!
//! A token proves which account and device speak, never what they may do: every unit looks both up
//! again. The token is read from the `Authorization` header alone, never from an address.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::problem::{Kind, Problem};
use crate::app::App;
use crate::base::ids::{AccountId, AuthorityId, DeviceId};
use crate::base::time::Moment;
use crate::care::accounts::Claims;
use crate::care::words::Author;

/// How long an access token is good for.
pub const TOKEN_LIFE: Duration = Duration::from_mins(10);
/// At most so many verified tokens are remembered; more are verified again.
const MOST_REMEMBERED: usize = 100_000;

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    iss: String,
    sub: AccountId,
    dev: DeviceId,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aut: Option<Author>,
    lan: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aty: Option<AuthorityId>,
    /// Only to set up a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    sfo: bool,
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything its owner's role allows.
    Everything,
    /// Only the way to the second factor that the role must have.
    SecondFactorOnly,
}

/// Makes and verifies access tokens.
pub struct Tokens {
    in_use: (String, EncodingKey),
    known: HashMap<String, DecodingKey>,
    validation: Validation,
    remembered: Mutex<HashMap<String, (Claims, Scope, Moment)>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// With the signing keys of the application: the one in use signs, all verify.
    #[must_use]
    pub fn new(app: &App) -> Self {
        let keys = app.keys().signing();
        let in_use = app.keys().signs().map_or_else(
            || (String::new(), EncodingKey::from_secret(&[])),
            |key| (key.id.to_string(), EncodingKey::from_secret(&*key.key)),
        );
        let known = keys
            .iter()
            .map(|key| (key.id.to_string(), DecodingKey::from_secret(&*key.key)))
            .collect();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&["daybook"]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // Expiry is checked below, by our own clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            in_use,
            known,
            validation,
            remembered: Mutex::default(),
        }
    }

    /// Makes a token for these claims that opens so much.
    ///
    /// # Errors
    /// A fault, if the library refuses the key.
    pub fn issue(&self, claims: &Claims, scope: Scope, now: Moment) -> Result<String, Problem> {
        let header = Header {
            kid: Some(self.in_use.0.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let content = Content {
            iss: "daybook".to_owned(),
            sub: claims.account_id,
            dev: claims.device_id,
            exp: now.plus(TOKEN_LIFE).utc().timestamp(),
            aut: claims.author,
            lan: claims.language.clone(),
            aty: claims.authority_id,
            sfo: scope == Scope::SecondFactorOnly,
        };
        jsonwebtoken::encode(&header, &content, &self.in_use.1).map_err(|error| {
            tracing::error!(%error, "no token could be made");
            Problem::new(Kind::Fault)
        })
    }

    /// Verifies a token that opens everything its owner's role allows.
    ///
    /// # Errors
    /// [`Kind::SignInAgain`] if it is forged, expired, or signed with a key unknown here;
    /// [`Kind::SecondFactorNeeded`] if its owner must set up a second factor first.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Claims, Problem> {
        match self.verify_any(token, now)? {
            (claims, Scope::Everything) => Ok(claims),
            (_, Scope::SecondFactorOnly) => Err(Problem::new(Kind::SecondFactorNeeded)
                .detail("your role must have a second factor: set one up first")),
        }
    }

    /// Verifies a token, whatever it opens: for the own account, the second factor and signing out.
    ///
    /// # Errors
    /// [`Kind::SignInAgain`] if it is forged, expired, or signed with a key unknown here.
    pub fn verify_any(&self, token: &str, now: Moment) -> Result<(Claims, Scope), Problem> {
        let refused = || Problem::new(Kind::SignInAgain);
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((claims, scope, expires)) = remembered.get(token) {
            if now < *expires {
                return Ok((claims.clone(), *scope));
            }
            remembered.remove(token);
            return Err(refused());
        }
        drop(remembered);

        let header = jsonwebtoken::decode_header(token).map_err(|_forged| refused())?;
        let key = header
            .kid
            .and_then(|kid| self.known.get(&kid))
            .ok_or_else(refused)?;
        let content = jsonwebtoken::decode::<Content>(token, key, &self.validation)
            .map_err(|_forged| refused())?
            .claims;
        let expires = Moment::from_micros(content.exp.saturating_mul(1_000_000));
        if now >= expires {
            return Err(refused());
        }
        let claims = Claims {
            account_id: content.sub,
            device_id: content.dev,
            authority_id: content.aty,
            author: content.aut,
            language: content.lan,
        };
        let scope = if content.sfo {
            Scope::SecondFactorOnly
        } else {
            Scope::Everything
        };
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.retain(|_, (_, _, expires)| now < *expires);
        }
        if remembered.len() < MOST_REMEMBERED {
            remembered.insert(token.to_owned(), (claims.clone(), scope, expires));
        }
        Ok((claims, scope))
    }
}

/// The claims of a request that carries a valid access token; without one the answer is 401.
#[derive(Debug, Clone)]
pub struct Signed(pub Claims);

impl FromRequest for Signed {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(claims_of(request).map(Self))
    }
}

/// Like [`Signed`], for addresses that anyone may call: no token is fine, and one that has expired or
/// was ended is none.
#[derive(Debug, Clone)]
pub struct MaybeSigned(pub Option<Claims>);

impl FromRequest for MaybeSigned {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(claims_of(request).ok())))
    }
}

/// Like [`Signed`], for the few addresses that somebody may use who has yet to set up the second
/// factor their role must have.
#[derive(Debug, Clone)]
pub struct SignedInPart(pub Claims);

impl FromRequest for SignedInPart {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(
            token_of(request)
                .and_then(|(tokens, token, now)| tokens.verify_any(token, now))
                .map(|(claims, _)| Self(claims)),
        )
    }
}

fn claims_of(request: &HttpRequest) -> Result<Claims, Problem> {
    let (tokens, token, now) = token_of(request)?;
    tokens.verify(token, now)
}

fn token_of(request: &HttpRequest) -> Result<(&Tokens, &str, Moment), Problem> {
    let refused = || Problem::new(Kind::SignInAgain);
    let app = request.app_data::<web::Data<App>>().ok_or_else(refused)?;
    let tokens = request
        .app_data::<web::Data<Tokens>>()
        .ok_or_else(refused)?;
    let header = request.headers().get(AUTHORIZATION).ok_or_else(refused)?;
    let text = header.to_str().map_err(|_not_ascii| refused())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    Ok((tokens, token.trim(), app.clock().now()))
}
