//! People who use the service: each has a token and does what they do over HTTP.

use daybook::base::ids::MessageId;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::app::TestApp;
use super::{description, yaml};

/// Everybody's password in tests, and a family member's PIN.
pub(crate) const PASSWORD: &str = "long enough to be one";
pub(crate) const PIN: &str = "246810";

/// A new id as a client makes it.
pub(crate) fn new_id() -> String {
    MessageId::new().to_string()
}

/// What the service answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: reqwest::header::HeaderMap,
}

impl Reply {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The pointers of the fields that were refused; the status must be 422.
    #[track_caller]
    pub(crate) fn wrong_fields(self) -> Vec<String> {
        let body = self.expect(422);
        let errors = body["errors"].as_array().unwrap().iter();
        errors
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Somebody with a phone or a browser.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
    /// What they sign in with; empty for families.
    pub(crate) email: String,
    client: Client,
}

impl Person {
    pub(crate) fn nobody(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            name: "nobody".to_owned(),
            id: String::new(),
            token: String::new(),
            refresh_token: String::new(),
            email: String::new(),
            // Nothing here is encrypted: reading the machine's certificates would only cost time.
            client: Client::builder().tls_certs_only([]).build().unwrap(),
        }
    }

    pub(crate) async fn sign_in(url: &str, name: &str, email: &str, password: &str) -> Self {
        let body = json!({ "email": email, "password": password });
        let session = Self::nobody(url).post("/sessions", body).await.expect(200);
        let mut person = Self::nobody(url).with_session(name, &session);
        email.clone_into(&mut person.email);
        person
    }

    /// This person with what a sign-in answered.
    pub(crate) fn with_session(mut self, name: &str, session: &Value) -> Self {
        name.clone_into(&mut self.name);
        session["account"]["id"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.id);
        session["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
        session["refresh_token"]
            .as_str()
            .unwrap_or_default()
            .clone_into(&mut self.refresh_token);
        self
    }

    /// The same person with a fresh access token: theirs is good for ten minutes. A family member whose
    /// phone has locked gives their PIN.
    pub(crate) async fn back(&self) -> Self {
        let body = json!({ "refresh_token": self.refresh_token });
        let mut reply = self.post("/sessions/refresh", body).await;
        if reply.body["type"] == "/problems/locked" {
            let body = json!({ "refresh_token": self.refresh_token, "pin": PIN });
            reply = self.post("/sessions/unlock", body).await;
        }
        let session = reply.expect(200);
        let mut back = self.clone();
        session["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut back.token);
        back
    }

    /// The same person after their device has used its secret: they keep the next one, as an app does.
    pub(crate) async fn with_new_secret(&self) -> Self {
        let body = json!({ "refresh_token": self.refresh_token });
        let session = self.post("/sessions/refresh", body).await.expect(200);
        self.clone().with_session(&self.name, &session)
    }

    /// The same person, using another node.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// A deed that needs no words.
    pub(crate) async fn post_nothing(&self, path: &str) -> Reply {
        self.call(Method::POST, path, None).await
    }

    /// A deed that may find nobody at home: `None` if the server is gone.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Option<Reply> {
        let request = self.client.post(format!("{}/api/v1{path}", self.url));
        let answer = request
            .bearer_auth(&self.token)
            .json(&body)
            .send()
            .await
            .ok()?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = serde_json::from_str(&answer.text().await.ok()?).ok()?;
        Some(Reply {
            status,
            body,
            headers,
        })
    }

    /// Calls an address below `/api/v1`, or an absolute one such as `/health/live`.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let absolute = ["/health", "/metrics", "/api-spec", "/problems", "/api/"];
        let is_absolute = path == "/" || absolute.iter().any(|start| path.starts_with(start));
        let path = if is_absolute {
            path.to_owned()
        } else {
            format!("/api/v1{path}")
        };
        let name = method.to_string();
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Self::answer(&name, &path, request).await
    }

    /// Sends bytes as they are, under a media type.
    pub(crate) async fn send_bytes(
        &self,
        (method, path): (&str, &str),
        kind: &str,
        bytes: Vec<u8>,
    ) -> Reply {
        let known = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self
            .client
            .request(known, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("content-type", kind)
            .body(bytes);
        Self::answer(method, path, request).await
    }

    async fn answer(method: &str, path: &str, request: reqwest::RequestBuilder) -> Reply {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        let yaml = headers
            .get("content-type")
            .is_some_and(|kind| kind == "application/yaml");
        let body = if yaml {
            yaml::parsed(&text)
        } else {
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        description::check(method, path, status, &body);
        Reply {
            status,
            body,
            headers,
        }
    }

    /// Invites somebody and lets them join.
    pub(crate) async fn brings_in(&self, role: &str, name: &str, more: Value) -> Self {
        let mut body = json!({ "role": role, "display_name": name });
        if role != "family_member" {
            let email = format!("{}-{}@example.org", name.to_lowercase(), new_id());
            body["email"] = json!(email);
        }
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let email = body["email"].as_str().unwrap_or_default().to_owned();
        let invited = self.post("/invitations", body).await.expect(201);
        let secret = if role == "family_member" {
            PIN
        } else {
            PASSWORD
        };
        let acceptance = json!({ "code": invited["code"], "password": secret });
        let session = Self::nobody(&self.url)
            .post("/invitations/accept", acceptance)
            .await
            .expect(201);
        let mut person = Self::nobody(&self.url).with_session(name, &session);
        person.email = email;
        person
    }
}

/// A pod that is ready to work: everybody has signed in, Sam and Asha have been matched.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) manager: Person,
    pub(crate) pod_id: String,
    pub(crate) supervisor: Person,
    pub(crate) deputy: Person,
    pub(crate) practitioner: Person,
    pub(crate) mentor: Person,
    pub(crate) family_id: String,
    /// A young person.
    pub(crate) sam: Person,
    /// Sam's and the mentor's private conversation.
    pub(crate) conversation_id: String,
}

/// Sets up a pod in the usual authority.
pub(crate) async fn a_team(app: &TestApp) -> Team {
    let manager = app.manager().await;
    Team::of(&manager, "Crewe North").await
}

impl Team {
    /// Sets up a pod under a manager.
    pub(crate) async fn of(manager: &Person, pod: &str) -> Self {
        let made = manager
            .post("/pods", json!({ "name": pod, "area": "Crewe" }))
            .await
            .expect(201);
        let pod_id = made["id"].as_str().unwrap().to_owned();
        let in_pod = json!({ "pod_id": pod_id });
        let supervisor = manager
            .brings_in("supervising_social_worker", "Ruth", json!({}))
            .await;
        let deputy = manager
            .brings_in("supervising_social_worker", "Ben", json!({}))
            .await;
        let practitioner = manager
            .brings_in("family_practitioner", "Priya", in_pod.clone())
            .await;
        let mentor = manager.brings_in("peer_mentor", "Asha", in_pod).await;
        let base = format!("/pods/{pod_id}");
        let charge = json!({ "account_id": supervisor.id });
        manager
            .put(&format!("{base}/supervising-social-worker"), charge)
            .await
            .expect(200);
        let cover = json!({ "deputies": [deputy.id] });
        manager
            .put(&format!("{base}/cover"), cover)
            .await
            .expect(200);
        let family = json!({
            "pod_id": pod_id,
            "reference": format!("CIN-{}", new_id()),
            "family_practitioner_id": practitioner.id,
        });
        let family = manager.post("/families", family).await.expect(201);
        let family_id = family["id"].as_str().unwrap().to_owned();
        let who = json!({ "family_id": family_id, "kind": "young_person" });
        let sam = practitioner.brings_in("family_member", "Sam", who).await;
        let pair = json!({ "family_member_id": sam.id, "peer_mentor_id": mentor.id });
        let matched = practitioner.post("/matches", pair).await.expect(201);
        let conversation_id = matched["conversation_id"].as_str().unwrap().to_owned();
        let manager = manager.clone();
        Self {
            manager,
            pod_id,
            supervisor,
            deputy,
            practitioner,
            mentor,
            family_id,
            sam,
            conversation_id,
        }
    }

    /// The same people, using another address of the service.
    pub(crate) fn at(&self, url: &str) -> Self {
        let mut team = self.clone();
        for person in [
            &mut team.manager,
            &mut team.supervisor,
            &mut team.deputy,
            &mut team.practitioner,
            &mut team.mentor,
            &mut team.sam,
        ] {
            url.clone_into(&mut person.url);
        }
        team
    }

    /// Another member of Sam's family, matched with the same mentor; with their conversation.
    pub(crate) async fn another_member(&self, name: &str, kind: &str) -> (Person, String) {
        let who = json!({ "family_id": self.family_id, "kind": kind });
        let member = self
            .practitioner
            .brings_in("family_member", name, who)
            .await;
        let pair = json!({ "family_member_id": member.id, "peer_mentor_id": self.mentor.id });
        let matched = self.practitioner.post("/matches", pair).await.expect(201);
        let conversation_id = matched["conversation_id"].as_str().unwrap().to_owned();
        (member, conversation_id)
    }
}
