//! The people and things the table speaks of: the callers' own circle, another in the same pod,
//! one in another pod, one in another authority; in each a mentor, a family, a talk, alerts.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::rows::{Reader, Rows};
use super::table::Row;
use crate::support::{
    PASSWORD, PIN, Person, Team, TestApp, a_rule, a_subscription, a_team, an_action, new_id, waits,
};

/// A family with those who work with it.
#[derive(Debug, Clone)]
pub(super) struct Circle {
    pub(super) manager: Person,
    pub(super) supervisor: Person,
    pub(super) deputy: Person,
    pub(super) practitioner: Person,
    pub(super) mentor: Person,
    pub(super) member: Person,
    pub(super) pod_id: String,
    pub(super) family_id: String,
    pub(super) talk_id: String,
}

impl Circle {
    fn of(team: Team) -> Self {
        Self {
            manager: team.manager,
            supervisor: team.supervisor,
            deputy: team.deputy,
            practitioner: team.practitioner,
            mentor: team.mentor,
            member: team.sam,
            pod_id: team.pod_id,
            family_id: team.family_id,
            talk_id: team.conversation_id,
        }
    }

    /// Another practitioner, family and mentor in the same pod.
    async fn beside(own: &Self) -> Self {
        let in_pod = json!({ "pod_id": own.pod_id });
        let practitioner = own
            .manager
            .brings_in("family_practitioner", "Tom", in_pod.clone())
            .await;
        let mentor = own.manager.brings_in("peer_mentor", "Jo", in_pod).await;
        let family = json!({
            "pod_id": own.pod_id, "reference": format!("CIN-{}", new_id()),
            "family_practitioner_id": practitioner.id,
        });
        let family = own.manager.post("/families", family).await.expect(201);
        let family_id = text(&family, "id");
        let who = json!({ "family_id": family_id, "kind": "young_person" });
        let member = practitioner.brings_in("family_member", "Kim", who).await;
        let pair = json!({ "family_member_id": member.id, "peer_mentor_id": mentor.id });
        let matched = practitioner.post("/matches", pair).await.expect(201);
        Self {
            practitioner,
            mentor,
            member,
            family_id,
            talk_id: text(&matched, "conversation_id"),
            ..own.clone()
        }
    }

    /// Everything that identifies this circle and nobody else.
    pub(super) fn ids(&self) -> [&str; 6] {
        [
            &self.practitioner.id,
            &self.mentor.id,
            &self.member.id,
            &self.family_id,
            &self.talk_id,
            &self.pod_id,
        ]
    }

    /// A new family member of this circle.
    async fn new_member(&self) -> Person {
        let who = json!({ "family_id": self.family_id, "kind": "young_person" });
        self.manager.brings_in("family_member", "Ali", who).await
    }

    /// A new match in this circle, with the member.
    async fn new_match(&self) -> (Person, Value) {
        let member = self.new_member().await;
        let pair = json!({ "family_member_id": member.id, "peer_mentor_id": self.mentor.id });
        let made = self.manager.post("/matches", pair).await.expect(201);
        (member, made)
    }

    /// A new alert in this circle: a new member writes what frightens them.
    async fn new_alert(&self) -> String {
        let (member, made) = self.new_match().await;
        let path = format!("/conversations/{}/messages", text(&made, "conversation_id"));
        let words = json!({ "id": new_id(), "body": "I am scared to go home, he hits me" });
        member.post(&path, words).await.expect(201);
        let alerts = self.supervisor.get("/alerts?limit=200").await.expect(200);
        let items = alerts["items"].as_array().unwrap();
        let about_them = |alert: &&Value| alert["family_member"]["id"] == json!(member.id);
        text(items.iter().find(about_them).unwrap(), "id")
    }
}

/// Somebody or something the table speaks of.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// What stands for `{id}` in the address.
    pub(super) id: String,
    /// Its circle.
    pub(super) circle: Circle,
    /// The person it is, or of whom it is a part.
    pub(super) person: Option<Person>,
    /// What else a body may need.
    pub(super) more: Value,
}

/// Everybody.
pub(super) struct World {
    pub(super) app: TestApp,
    own: Circle,
    beside: Circle,
    other: Circle,
    away: Circle,
    stand_in: Option<Person>,
    tables: Mutex<Reader>,
}

impl World {
    pub(super) async fn new(app: TestApp) -> Self {
        let own = Circle::of(a_team(&app).await);
        let beside = Circle::beside(&own).await;
        let other = Circle::of(Team::of(&own.manager, "Crewe South").await);
        let elsewhere = app.manager_of("Leeds").await;
        let away = Circle::of(Team::of(&elsewhere, "Headingley").await);
        for circle in [&own, &beside, &other, &away] {
            let path = format!("/conversations/{}/messages", circle.talk_id);
            let words = json!({ "id": new_id(), "body": "Hello, how was school?" });
            circle.mentor.post(&path, words).await.expect(201);
            let words = json!({ "id": new_id(), "body": "Good, can we talk?" });
            circle.member.post(&path, words).await.expect(201);
            let check_in = json!({ "id": new_id(), "scale": 7, "wants_contact": false });
            circle.member.post("/check-ins", check_in).await.expect(201);
            new_date(circle).await;
            let own = format!("/contact-plans/{}", circle.member.id);
            circle.member.put(&own, plan()).await.expect(200);
        }
        let tables = Mutex::new(Reader::of(app.app.store().address()));
        Self {
            app,
            own,
            beside,
            other,
            away,
            stand_in: None,
            tables,
        }
    }

    /// What every table holds now.
    pub(super) fn rows(&self) -> Rows {
        self.tables.lock().unwrap().read()
    }

    /// Puts somebody in the place of whoever stands for each column.
    pub(super) fn with_stand_in(self, person: Person) -> Self {
        Self {
            stand_in: Some(person),
            ..self
        }
    }

    /// Whoever stands for a column of the table.
    pub(super) fn caller(&self, column: &str) -> Person {
        if let Some(person) = &self.stand_in {
            return person.clone();
        }
        match column {
            "family_member" => self.own.member.clone(),
            "peer_mentor" => self.own.mentor.clone(),
            "family_practitioner" => self.own.practitioner.clone(),
            "supervising_social_worker" => self.own.supervisor.clone(),
            "cover" => self.own.deputy.clone(),
            "service_manager" => self.own.manager.clone(),
            "nobody" => self.app.nobody(),
            other => panic!("no caller for the column {other}"),
        }
    }

    /// A new person of the column's role, for what they do to themselves.
    async fn new_caller(&self, column: &str) -> Person {
        let own = &self.own;
        match column {
            "family_member" => own.new_member().await,
            "nobody" => self.app.nobody(),
            "cover" => self.brings_in("supervising_social_worker", &self.own).await,
            role => self.brings_in(role, &self.own).await,
        }
    }

    pub(super) async fn brings_in(&self, role: &str, circle: &Circle) -> Person {
        let works_in_pod = matches!(role, "peer_mentor" | "family_practitioner");
        let more = if works_in_pod {
            json!({ "pod_id": circle.pod_id })
        } else {
            json!({})
        };
        circle.manager.brings_in(role, "Alex", more).await
    }

    pub(super) fn circle(&self, place: &str) -> &Circle {
        match place {
            "own" => &self.own,
            "pod" => &self.beside,
            "other" => &self.other,
            "away" => &self.away,
            other => panic!("no such place: {other}"),
        }
    }

    /// What nobody of the column may be shown in answer to this row.
    pub(super) fn forbidden(&self, column: &str, row: &Row<'_>) -> Vec<&str> {
        let mut ids = self.away.ids().to_vec();
        if column != "service_manager" {
            ids.extend(self.other.ids());
        }
        let [practitioner, mentor, family @ .., _pod] = self.beside.ids();
        // A practitioner knows the colleagues of the pod, and invites to any of its families.
        let asked_for = row.place == "pod" || row.address == "GET /invitations";
        match column {
            "family_member" | "peer_mentor" => {
                ids.extend([practitioner, mentor]);
                ids.extend(family);
            }
            "family_practitioner" if !asked_for => ids.extend(family),
            _ => {}
        }
        ids
    }

    /// A thing of this kind, which nothing has been done to yet.
    #[expect(
        clippy::cognitive_complexity,
        clippy::too_many_lines,
        reason = "a table, one line for each thing"
    )]
    pub(super) async fn thing(&self, noun: &str, place: &str, column: &str) -> Thing {
        let circle = self.circle(place).clone();
        let plain = |id: String| (id, None, Value::Null);
        let of = |person: Person| (person.id.clone(), Some(person), Value::Null);
        let (id, person, more) = match noun {
            "-" => plain(String::new()),
            "me" => of(self.new_caller(column).await),
            "device" => self.device(place, column).await,
            "subscription" => self.subscription(place, column).await,
            "talk" => plain(circle.talk_id.clone()),
            "family" => plain(circle.family_id.clone()),
            "pod" => plain(circle.pod_id.clone()),
            "member" => of(circle.new_member().await),
            "client" => of(circle.member.clone()),
            "mentor" => of(self.brings_in("peer_mentor", &circle).await),
            "practitioner" => of(self.brings_in("family_practitioner", &circle).await),
            "manager" => of(self.brings_in("service_manager", &circle).await),
            "suspended" => of(self.suspended(&circle).await),
            "match" => {
                let (member, mut made) = circle.new_match().await;
                let in_pod = json!({ "pod_id": circle.pod_id });
                let cover = circle.manager.brings_in("peer_mentor", "Bea", in_pod).await;
                made["cover_id"] = json!(cover.id);
                (text(&made, "id"), Some(member), made)
            }
            "invitation" => self.invitation(&circle).await,
            "line" => plain(text(
                &circle.manager.post("/help-lines", line()).await.expect(201),
                "id",
            )),
            "agency-line" => plain(new_agency_line(&circle).await),
            "policy" => {
                // Nobody whom the manager has let in: those two may agree.
                let second = match place {
                    "away" => self.app.manager_of("Leeds").await,
                    _ => self.app.manager().await,
                };
                let made = second.post("/escalation-policies", looser_waits()).await;
                plain(text(&made.expect(201), "id"))
            }
            "date" => plain(new_date(&circle).await),
            "goal" => plain(new_goal(&circle).await),
            "household" => plain(household(&circle).await),
            "case" => plain(case(&circle).await),
            "contact" => plain(new_contact(&circle).await),
            "matched" => plain(circle.new_match().await.0.id),
            "supervisor" => of(self.brings_in("supervising_social_worker", &circle).await),
            "leave" => self.leave(&circle).await,
            "connection" => self.connection(&circle).await,
            "shift" => plain(shift(&circle).await),
            "coming" => plain(self.coming(&circle).await.0),
            "swap" => plain(self.swap(&circle).await),
            "draft" => plain(draft(&circle).await),
            "version" => plain(version(&circle).await),
            "alert" => plain(circle.new_alert().await),
            "pair" => pair(&circle).await,
            "action" => plain(action(&circle).await),
            "held" => plain(held(&circle).await),
            "left" => plain(left(&circle).await),
            "follow-up" => plain(follow_up(&circle).await),
            "closed" => plain(closed(&circle).await),
            other => panic!("no such thing: {other}"),
        };
        Thing {
            id,
            circle,
            person,
            more,
        }
    }

    /// A shift to come of somebody who is none of the callers, and they.
    async fn coming(&self, circle: &Circle) -> (String, Person) {
        let holder = self.brings_in("supervising_social_worker", circle).await;
        let path = format!("/pods/{}/shifts", circle.pod_id);
        let body = json!({
            "id": new_id(), "account_id": holder.id,
            "from": "2026-06-08T17:00:00Z", "until": "2026-06-09T08:00:00Z",
        });
        let made = circle.manager.post(&path, body).await.expect(201);
        (text(&made, "id"), holder)
    }

    /// A request to take such a shift.
    async fn swap(&self, circle: &Circle) -> String {
        let (shift, holder) = self.coming(circle).await;
        let colleague = self.brings_in("supervising_social_worker", circle).await;
        let body = json!({ "id": new_id(), "with_account_id": colleague.id });
        let path = format!("/shifts/{shift}/swaps");
        text(&holder.post(&path, body).await.expect(201), "id")
    }

    /// One of somebody's own devices: the caller's if it is their own.
    async fn device(&self, place: &str, column: &str) -> (String, Option<Person>, Value) {
        let owner = if place == "own" {
            self.new_caller(column).await
        } else {
            self.circle(place).mentor.clone()
        };
        if column == "nobody" && place == "own" {
            return (new_id(), Some(owner), Value::Null);
        }
        let devices = owner.get("/accounts/me/devices").await.expect(200);
        (text(&devices["items"][0], "id"), Some(owner), Value::Null)
    }

    /// Where one of somebody's devices takes pushes: the caller's if it is their own.
    async fn subscription(&self, place: &str, column: &str) -> (String, Option<Person>, Value) {
        let owner = if place == "own" {
            self.new_caller(column).await
        } else {
            self.circle(place).mentor.clone()
        };
        if column == "nobody" && place == "own" {
            return (new_id(), Some(owner), Value::Null);
        }
        let body = a_subscription("https://fcm.googleapis.com/fcm/send/x");
        let made = owner.post("/push/subscriptions", body).await;
        (text(&made.body, "id"), Some(owner), Value::Null)
    }

    async fn suspended(&self, circle: &Circle) -> Person {
        let mentor = self.brings_in("peer_mentor", circle).await;
        let path = format!("/accounts/{}/suspension", mentor.id);
        let reason = json!({ "reason": "asked to" });
        circle.manager.post(&path, reason).await.expect(200);
        mentor
    }

    /// A leave of a supervising social worker.
    async fn leave(&self, circle: &Circle) -> (String, Option<Person>, Value) {
        let who = self.brings_in("supervising_social_worker", circle).await;
        let path = format!("/accounts/{}/leave", who.id);
        let body = json!({ "id": new_id(), "until": "2026-06-02T08:00:00Z" });
        let made = circle.manager.post(&path, body).await.expect(201);
        (text(&made, "id"), None, made)
    }

    async fn connection(&self, circle: &Circle) -> (String, Option<Person>, Value) {
        let mentor = self.brings_in("peer_mentor", circle).await;
        let path = format!("/accounts/{}/connections", mentor.id);
        let body = json!({
            "id": new_id(), "account_id": circle.practitioner.id, "reason": "They are married.",
        });
        let made = circle.manager.post(&path, body).await.expect(201);
        (text(&made, "id"), None, made)
    }

    async fn invitation(&self, circle: &Circle) -> (String, Option<Person>, Value) {
        let whom = json!({
            "role": "family_member", "kind": "parent", "display_name": "Nina",
            "family_id": circle.family_id,
        });
        let made = circle.manager.post("/invitations", whom).await.expect(201);
        (text(&made, "id"), None, made)
    }
}

/// A date that the circle's mentor makes with its member.
async fn new_date(circle: &Circle) -> String {
    let date = date_with(&circle.member.id);
    let made = circle.mentor.post("/dates", date).await.expect(201);
    text(&made, "id")
}

/// What an authority asks in its own words.
pub(super) fn a_template() -> Value {
    json!({ "language": "pl", "questions": [
        { "question": "scale", "words": "Jak się dziś masz?" },
        { "question": "wants_contact", "words": "Zadzwonić do ciebie?" },
        { "question": "someone_makes_me_unsafe", "words": "Czy ktoś sprawia, że nie czujesz się bezpiecznie?" },
    ] })
}

/// A family of the circle of whom nothing is known yet.
async fn household(circle: &Circle) -> String {
    let family = json!({
        "pod_id": circle.pod_id, "reference": format!("CIN-{}", new_id()),
        "family_practitioner_id": circle.practitioner.id,
    });
    text(
        &circle.manager.post("/families", family).await.expect(201),
        "id",
    )
}

/// An open case of a new family.
async fn case(circle: &Circle) -> String {
    let path = format!("/families/{}/cases", household(circle).await);
    text(
        &circle.practitioner.post(&path, a_case()).await.expect(201),
        "id",
    )
}

/// A case to be opened.
pub(super) fn a_case() -> Value {
    json!({ "id": new_id(), "on": "2026-05-18", "tier": "cin", "referred_by": "school" })
}

/// A goal of the circle's member, who has said where it stands.
async fn new_goal(circle: &Circle) -> String {
    let member = &circle.member;
    let made = member.post("/goals", goal_of(&member.id)).await.expect(201);
    let id = text(&made, "id");
    let now = json!({ "id": new_id(), "kind": "now", "scale": 4 });
    let path = format!("/goals/{id}/entries");
    member.post(&path, now).await.expect(201);
    id
}

/// A goal of a family member.
pub(super) fn goal_of(member: &str) -> Value {
    json!({
        "id": new_id(), "family_member_id": member, "words": "Mornings without shouting",
        "start": 2, "good_enough": 8,
    })
}

/// What the circle's mentor has logged of its member.
async fn new_contact(circle: &Circle) -> String {
    let contact = contact_with(&circle.member.id);
    let made = circle.mentor.post("/contact-log", contact).await;
    text(&made.expect(201), "id")
}

/// A contact with a family member.
pub(super) fn contact_with(member: &str) -> Value {
    json!({
        "id": new_id(), "family_member_id": member, "kind": "visit", "outcome": "seen_in_person",
        "happened_at": "2026-05-31T10:00:00Z", "note": "Settled.",
    })
}

/// A contact plan as a family member tells it.
pub(super) fn plan() -> Value {
    json!({
        "windows": [{ "day": "monday", "from": "09:00", "to": "15:00" }], "ok_message": true,
        "ok_call": true, "ok_voicemail": false, "shared_phone": false,
    })
}

/// A date with a family member.
pub(super) fn date_with(member: &str) -> Value {
    json!({
        "id": new_id(), "family_member_id": member, "what": "A walk", "starts": "2026-06-08T10:00",
        "minutes": 60, "repeats": "weekly",
    })
}

/// A shift of the circle's deputy.
async fn shift(circle: &Circle) -> String {
    let path = format!("/pods/{}/shifts", circle.pod_id);
    let body = json!({
        "id": new_id(), "account_id": circle.deputy.id, "until": "2026-06-02T08:00:00Z",
    });
    let made = circle.manager.post(&path, body).await.expect(201);
    text(&made, "id")
}

/// An alert that its pod's supervisor has acknowledged.
async fn held(circle: &Circle) -> String {
    let id = circle.new_alert().await;
    let path = format!("/alerts/{id}/acknowledgement");
    circle.supervisor.post_nothing(&path).await.expect(200);
    id
}

/// A number that the circle's manager keeps.
async fn new_agency_line(circle: &Circle) -> String {
    let made = circle.manager.post("/agency-lines", agency_line()).await;
    text(&made.expect(201), "id")
}

/// An alert, and another of the same family.
async fn pair(circle: &Circle) -> (String, Option<Person>, Value) {
    let other = json!({ "other_id": circle.new_alert().await });
    (circle.new_alert().await, None, other)
}

/// What the pod's supervisor is to do about a new alert.
async fn action(circle: &Circle) -> String {
    let path = format!("/alerts/{}/actions", circle.new_alert().await);
    let made = circle.supervisor.post(&path, an_action()).await.expect(201);
    text(&made, "id")
}

/// An ended talk of a new member, who has written on.
async fn left(circle: &Circle) -> String {
    let (member, made) = circle.new_match().await;
    let path = format!("/matches/{}/ending", text(&made, "id"));
    let reason = json!({ "reason": "agreed with the team" });
    circle.manager.post(&path, reason).await.expect(200);
    let talk = text(&made, "conversation_id");
    let words = json!({ "id": new_id(), "body": "Is anybody there?" });
    member
        .post(&format!("/conversations/{talk}/messages"), words)
        .await
        .expect(201);
    talk
}

/// What a check-in of the circle's member asks.
async fn follow_up(circle: &Circle) -> String {
    let check_in = json!({ "id": new_id(), "scale": 7, "wants_contact": true });
    let made = circle.member.post("/check-ins", check_in).await.expect(201);
    let list = circle
        .practitioner
        .get("/needs?limit=200")
        .await
        .expect(200);
    let ours = |need: &&Value| need["follow_up"]["check_in_id"] == made["id"];
    let need = list["items"].as_array().unwrap().iter().find(ours);
    text(&need.unwrap()["follow_up"], "id")
}

/// An alert that its pod's supervisor has closed.
async fn closed(circle: &Circle) -> String {
    let id = held(circle).await;
    let path = format!("/alerts/{id}/decision");
    circle.supervisor.post(&path, decision()).await.expect(200);
    id
}

/// Rules that the authority's manager has drafted.
async fn draft(circle: &Circle) -> String {
    let rules = json!({ "rules": [a_rule("urgent")] });
    let made = circle
        .manager
        .post("/lexicon/drafts", rules)
        .await
        .expect(201);
    text(&made, "id")
}

/// The number of a version that is live.
async fn version(circle: &Circle) -> String {
    let path = format!("/lexicon/drafts/{}/publication", draft(circle).await);
    let made = circle.manager.post_nothing(&path).await.expect(200);
    made["number"].to_string()
}

pub(super) fn decision() -> Value {
    json!({ "outcome": "cin_review", "rationale": "Spoke with the family today; the plan changes." })
}

pub(super) fn line() -> Value {
    json!({
        "locality": "Crewe", "name": "Front door", "number": "0300 123 5012",
        "hours": "weekdays", "verified_on": "2026-05-28",
    })
}

/// A number of the emergency duty team.
pub(super) fn agency_line() -> Value {
    json!({
        "agency": "edt", "name": "Duty team", "number": "0300 123 5022", "hours": "nights",
        "script": "Say where the child is.", "verified_on": "2026-05-28",
    })
}

/// Waits that need a second manager.
pub(super) fn looser_waits() -> Value {
    json!({ "waits": waits(10), "reason": "agreed by the board" })
}

pub(super) fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
        .to_owned()
}

/// The secret somebody of the column signs in or unlocks with.
pub(super) fn secret_of(column: &str) -> &'static str {
    if column == "family_member" {
        PIN
    } else {
        PASSWORD
    }
}
