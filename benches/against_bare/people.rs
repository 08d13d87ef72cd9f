//! The people who write to each other, set up through the API as a manager would.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use daybook::base::ids::MessageId;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::client::{Phone, request};
use super::systems::{EMAIL, PASSWORD};

const PIN: &str = "246810";
/// So many join at once. More from one address would look like somebody guessing codes.
const AT_ONCE: usize = 3;
/// Access tokens live for ten minutes; older than this they are renewed before they are used.
const FRESH: Duration = Duration::from_mins(4);

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) token: String,
    account: String,
    refresh_token: String,
    since: Instant,
}

impl Login {
    fn from(session: &Value) -> Result<Self> {
        Ok(Self {
            token: text_at(session, "/access_token")?,
            account: text_at(session, "/account/id")?,
            refresh_token: text_at(session, "/refresh_token")?,
            since: Instant::now(),
        })
    }

    async fn renew(&mut self, phone: &mut Phone) -> Result<()> {
        if self.since.elapsed() > FRESH {
            let body = json!({ "refresh_token": self.refresh_token });
            let door = ("POST", "/api/v1/sessions/refresh");
            *self = Self::from(&phone.json(door, None, &body).await?)?;
        }
        Ok(())
    }
}

fn text_at(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    let found = found.with_context(|| format!("no {pointer} in the answer"))?;
    Ok(found.to_owned())
}

/// A family member and their mentor.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) member: Login,
    pub(crate) mentor: Login,
    pub(crate) conversation: String,
}

/// Lets so many mentors join and matches each with so many family members.
pub(crate) async fn pairs(
    address: SocketAddr,
    mentors: usize,
    members_of_each: usize,
) -> Result<Vec<Pair>> {
    let mut phone = Phone::connect(address).await?;
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let session = phone
        .json(("POST", "/api/v1/sessions"), None, &body)
        .await?;
    let manager = Login::from(&session)?;
    let mark = MessageId::new().to_string();
    let body = json!({ "name": format!("Crewe {mark}"), "area": "Crewe" });
    let door = ("POST", "/api/v1/pods");
    let pod = phone.json(door, Some(&manager.token), &body).await?;
    let office = Office {
        address,
        pod: text_at(&pod, "/id")?,
        mark,
        members_of_each,
        next: AtomicUsize::new(0),
        mentors,
    };
    let office = Arc::new(office);
    let mut crews = JoinSet::new();
    for _ in 0..AT_ONCE {
        crews.spawn(Arc::clone(&office).work(manager.clone()));
    }
    let mut pairs = Vec::new();
    while let Some(done) = crews.join_next().await {
        pairs.extend(done??);
    }
    Ok(pairs)
}

/// Where people are let in, until there are enough.
#[derive(Debug)]
struct Office {
    address: SocketAddr,
    pod: String,
    mark: String,
    members_of_each: usize,
    next: AtomicUsize,
    mentors: usize,
}

impl Office {
    async fn work(self: Arc<Self>, mut manager: Login) -> Result<Vec<Pair>> {
        let mut phone = Phone::connect(self.address).await?;
        let mut pairs = Vec::new();
        // Each crew refreshes a login of its own, so they sign in again instead of sharing one.
        while self.next.fetch_add(1, Ordering::Relaxed) < self.mentors {
            if manager.since.elapsed() > FRESH {
                let body = json!({ "email": EMAIL, "password": PASSWORD });
                let door = ("POST", "/api/v1/sessions");
                manager = Login::from(&phone.json(door, None, &body).await?)?;
            }
            let email = format!("asha-{}@example.org", MessageId::new());
            let mentor = json!({
                "role": "peer_mentor", "display_name": "Asha", "email": email, "pod_id": self.pod,
            });
            let mentor = join(&mut phone, &manager, &mentor, PASSWORD).await?;
            for _ in 0..self.members_of_each {
                pairs.push(self.pair(&mut phone, &manager, &mentor).await?);
            }
        }
        Ok(pairs)
    }

    async fn pair(&self, phone: &mut Phone, manager: &Login, mentor: &Login) -> Result<Pair> {
        let token = Some(manager.token.as_str());
        let reference = format!("{}-{}", self.mark, MessageId::new());
        let family = json!({ "pod_id": self.pod, "reference": reference });
        let door = ("POST", "/api/v1/families");
        let family = phone.json(door, token, &family).await?;
        let member = json!({
            "role": "family_member", "display_name": "Sam", "kind": "young_person",
            "family_id": family.pointer("/id"),
        });
        let member = join(phone, manager, &member, PIN).await?;
        let both = json!({
            "family_member_id": member.account, "peer_mentor_id": mentor.account,
        });
        let matched = phone
            .json(("POST", "/api/v1/matches"), token, &both)
            .await?;
        Ok(Pair {
            member,
            mentor: mentor.clone(),
            conversation: text_at(&matched, "/conversation_id")?,
        })
    }
}

/// Invites somebody and lets them join.
async fn join(phone: &mut Phone, manager: &Login, who: &Value, secret: &str) -> Result<Login> {
    let door = ("POST", "/api/v1/invitations");
    let invited = phone.json(door, Some(&manager.token), who).await?;
    let body = json!({ "code": invited.pointer("/code"), "password": secret });
    let door = ("POST", "/api/v1/invitations/accept");
    Login::from(&phone.json(door, None, &body).await?)
}

/// Renews the logins that will soon be too old.
pub(crate) async fn renew(address: SocketAddr, pairs: &mut [Pair]) -> Result<()> {
    let mut phone = Phone::connect(address).await?;
    let mut renewed: Vec<Login> = Vec::new();
    for pair in pairs {
        pair.member.renew(&mut phone).await?;
        // Several members may have the same mentor, whose login is renewed once.
        let same = renewed
            .iter()
            .find(|login| login.account == pair.mentor.account);
        if let Some(login) = same {
            pair.mentor = login.clone();
        } else {
            pair.mentor.renew(&mut phone).await?;
            renewed.push(pair.mentor.clone());
        }
    }
    Ok(())
}

/// Whose words go to whom: everything the load needs to know, for either system.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The address messages are posted to.
    path: String,
    token: Option<String>,
    /// What stands in the body before the id.
    before: String,
    /// The address of the live socket.
    pub(crate) live: &'static str,
    /// What the receiver says to it, without `after`.
    hello: String,
}

impl Line {
    /// A line of the bare minimum, where everybody is a number.
    pub(crate) fn bare(number: usize) -> Self {
        Self {
            path: format!("/messages/{number}"),
            token: None,
            before: format!("\"sender\":{number},"),
            live: "/live",
            hello: format!("\"type\":\"hello\",\"receiver\":{number}"),
        }
    }

    /// A line of Daybook.
    pub(crate) fn between(conversation: &str, writer: &Login, reader: &Login) -> Self {
        Self {
            path: format!("/api/v1/conversations/{conversation}/messages"),
            token: Some(writer.token.clone()),
            before: String::new(),
            live: "/api/v1/live",
            hello: format!("\"type\":\"hello\",\"token\":\"{}\"", reader.token),
        }
    }

    /// A message, ready to be sent.
    pub(crate) fn message(&self, id: &str, words: &str) -> Vec<u8> {
        let before = &self.before;
        let body = format!("{{{before}\"id\":\"{id}\",\"body\":\"{words}\"}}");
        request(("POST", &self.path), self.token.as_deref(), &body)
    }

    /// The receiver's first frame, asking for nothing that was missed.
    pub(crate) fn hello(&self) -> String {
        format!("{{{}}}", self.hello)
    }

    /// The receiver's first frame, asking for everything after a place.
    pub(crate) fn hello_after(&self, after: i64) -> String {
        format!("{{{},\"after\":{after}}}", self.hello)
    }
}
