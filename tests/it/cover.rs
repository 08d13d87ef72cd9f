//! Cover within dates: another mentor reads and answers while the matched one is away, and is out of the
//! conversation on the minute.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{
    Person, Phone, Team, a_team, alerts_of, concern, new_id, on_both_stores, say, the_alert, told,
    told_of,
};

const DAY: u64 = 24 * 60;

struct Covered {
    team: Team,
    bea: Person,
    path: String,
}

async fn with_bea(team: Team) -> Covered {
    let in_pod = json!({ "pod_id": team.pod_id });
    let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
    let family = team
        .practitioner
        .get(&format!("/families/{}", team.family_id))
        .await
        .expect(200);
    let path = format!(
        "/matches/{}/cover",
        family["members"][0]["match_id"].as_str().unwrap()
    );
    Covered { team, bea, path }
}

impl Covered {
    async fn put(&self, from: Option<&str>, until: &str) -> Value {
        let mut body = json!({ "account_id": self.bea.id, "until": until });
        if let Some(from) = from {
            body["from"] = json!(from);
        }
        self.team
            .practitioner
            .back()
            .await
            .put(&self.path, body)
            .await
            .expect(200)
    }

    async fn bea_reads(&self) -> u16 {
        let path = format!("/conversations/{}/messages", self.team.conversation_id);
        self.bea.back().await.get(&path).await.status
    }

    async fn bea_says(&self, words: &str) -> u16 {
        say(&self.bea.back().await, &self.team.conversation_id, words)
            .await
            .status
    }

    async fn seen_by_sam(&self) -> Value {
        let list = self
            .team
            .sam
            .back()
            .await
            .get("/conversations")
            .await
            .expect(200);
        list["items"][0]["cover"].clone()
    }
}

on_both_stores! {
    async fn it_begins_and_ends_on_the_minute(app) {
        let it = with_bea(a_team(&app).await).await;
        say(&it.team.sam, &it.team.conversation_id, "Before").await.expect(201);
        it.put(Some("2026-06-02T09:00:00Z"), "2026-06-05T09:00:00Z").await;

        app.advance(DAY - 1);
        // Nothing to read yet; what she sends all the same is held, so that no word is without a place.
        assert_eq!((it.bea_reads().await, it.bea_says("early").await), (404, 202));
        assert_eq!(it.seen_by_sam().await, json!([]));
        app.advance(1);
        assert_eq!((it.bea_reads().await, it.bea_says("Hello, I am Bea").await), (200, 201));
        let cover = it.seen_by_sam().await;
        assert_eq!((&cover[0]["display_name"], &cover[0]["until"]), (&json!("Bea"), &json!("2026-06-05T09:00:00.000000Z")));

        // What Sam writes reaches both of them; what Bea writes reaches Sam and the mentor.
        say(&it.team.sam.back().await, &it.team.conversation_id, "Hi Bea").await.expect(201);
        for reader in [&it.bea, &it.team.mentor] {
            let (event, data) = told(reader).await.pop().unwrap();
            assert_eq!((event.as_str(), &data["body"]), ("message.created", &json!("Hi Bea")));
        }

        app.advance(3 * DAY - 1);
        assert_eq!(it.bea_reads().await, 200);
        app.advance(1);
        assert_eq!(it.bea_reads().await, 404);
        // What her phone still sends is held, not delivered and not lost.
        assert_eq!(it.bea_says("One more thing").await, 202);
        assert_eq!(it.seen_by_sam().await, json!([]));
        let held = format!("/conversations/{}/held-messages", it.team.conversation_id);
        let held = it.team.supervisor.back().await.get(&held).await.expect(200);
        assert_eq!(held["items"][0]["body"], "One more thing");
    }
}

on_both_stores! {
    async fn it_can_be_moved_and_ended_at_once(app) {
        let it = with_bea(a_team(&app).await).await;
        it.put(None, "2026-06-02T09:00:00Z").await;
        it.put(None, "2026-06-20T09:00:00Z").await;
        app.advance(2 * DAY);
        let mut phone = Phone::of(&it.bea.back().await).await;
        assert_eq!(it.bea_reads().await, 200, "the later dates count");

        it.team.practitioner.back().await.delete(&it.path).await.expect(204);

        assert_eq!(it.bea_reads().await, 404);
        phone.next_event("conversation.cover_ended").await;
        let ends = told(&it.team.sam).await;
        assert_eq!(ends.last().unwrap().0, "conversation.cover_ended");
        it.team.practitioner.back().await.delete(&it.path).await.expect(204);
        assert_eq!(told(&it.team.sam).await.len(), ends.len(), "once");
    }
}

on_both_stores! {
    async fn only_another_mentor_of_the_pod_and_only_for_a_while(app) {
        let it = with_bea(a_team(&app).await).await;
        let there = Team::of(&it.team.manager, "Crewe South").await;
        let body = |who: &Person, until: &str| json!({ "account_id": who.id, "until": until });
        let soon = "2026-06-05T09:00:00Z";

        for (body, field) in [
            (body(&it.team.mentor, soon), "/account_id"),
            (body(&there.mentor, soon), "/account_id"),
            (body(&it.team.sam, soon), "/account_id"),
            (body(&it.bea, "2026-06-01T09:00:00Z"), "/until"),
            (body(&it.bea, "2026-09-02T09:00:00Z"), "/until"),
            (body(&it.bea, "soon"), "/until"),
        ] {
            let refused = it.team.practitioner.put(&it.path, body).await;
            assert_eq!(refused.wrong_fields(), [field]);
        }
        let mut early = body(&it.bea, soon);
        early["from"] = json!("2026-05-31T09:00:00Z");
        assert_eq!(it.team.practitioner.put(&it.path, early).await.wrong_fields(), ["/from"]);

        let ending = it.path.replace("/cover", "/ending");
        let reason = json!({ "reason": "Asha moves to Leeds" });
        it.put(None, soon).await;
        it.team.practitioner.post(&ending, reason).await.expect(200);
        assert_eq!(it.bea_reads().await, 404, "it ends with the match");
        let late = it.team.practitioner.put(&it.path, body(&it.bea, soon)).await;
        assert_eq!(late.status, 409);
        assert_eq!(it.team.practitioner.delete(&it.path).await.status, 409);
    }
}

on_both_stores! {
    async fn what_whoever_covers_writes_is_screened_as_a_mentors(app) {
        let it = with_bea(a_team(&app).await).await;
        it.put(None, "2026-06-05T09:00:00Z").await;

        let words = "this is our secret, dont tell your mum. meet me at mine";
        say(&it.bea, &it.team.conversation_id, words).await.expect(201);

        let alerts = alerts_of(&it.team.supervisor).await;
        assert_eq!((alerts.len(), &alerts[0]["kind"]), (1, &json!("allegation")));
    }
}

on_both_stores! {
    async fn only_whoever_may_know_of_a_worry_learns_why_somebody_comes_no_nearer(app) {
        let it = with_bea(a_team(&app).await).await;
        let until = "2026-06-05T09:00:00Z";
        let cover = json!({ "account_id": it.bea.id, "until": until });
        let own = json!({ "account_id": it.team.mentor.id, "until": until });
        let pair = json!({ "family_member_id": it.team.sam.id, "peer_mentor_id": it.bea.id });
        let ending = it.path.replace("/cover", "/ending");
        let reason = json!({ "reason": "Asha moves to Leeds" });
        let mut worry = concern(&it.team, "urgent", "mentor_boundary");
        worry["implicates"] = json!([it.bea.id]);
        it.team.practitioner.post("/concerns", worry).await.expect(201);
        let alert = format!("/alerts/{}", the_alert(&it.team.supervisor).await);

        // A manager may know of it: the same words as of anybody who is no mentor there.
        let refused = it.team.manager.put(&it.path, cover.clone()).await;
        assert!(refused.body.to_string().contains("is no other active mentor of this pod"));
        assert_eq!(refused.wrong_fields(), ["/account_id"]);
        assert_eq!(it.team.practitioner.put(&it.path, own).await.wrong_fields(), ["/account_id"]);
        // The practitioner may not, and finds nothing out: those who may are told.
        for who in [&it.bea, &it.team.mentor] {
            let again = json!({ "family_member_id": it.team.sam.id, "peer_mentor_id": who.id });
            let status = if who.id == it.bea.id { 409 } else { 200 };
            it.team.practitioner.post("/matches", again).await.expect(status);
        }
        it.team.practitioner.put(&it.path, cover).await.expect(200);
        it.team.practitioner.post(&ending, reason).await.expect(200);
        let refused = it.team.manager.post("/matches", pair.clone()).await;
        assert!(refused.body.to_string().contains("is no active mentor of this pod"));
        assert_eq!(refused.wrong_fields(), ["/peer_mentor_id"]);
        it.team.practitioner.post("/matches", pair).await.expect(201);

        let history = it.team.supervisor.get(&format!("{alert}/history")).await.expect(200);
        let theirs: Vec<_> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["by"]["id"] == json!(it.team.practitioner.id))
            .map(|line| line["deed"].as_str().unwrap())
            .collect();
        assert_eq!(theirs, ["mentor_covers", "mentor_matched"]);
        let told = told_of(&it.team.supervisor).await;
        assert_eq!(told, ["alert.opened", "alert.raised_again", "alert.raised_again"]);
    }
}

on_both_stores! {
    async fn a_worry_about_a_child_keeps_the_accused_from_the_childs_brother_too(app) {
        let it = with_bea(a_team(&app).await).await;
        let team = &it.team;
        let (kim, _) = team.another_member("Kim", "young_person").await;
        let mut worry = concern(team, "urgent", "mentor_boundary");
        worry["implicates"] = json!([it.bea.id]);
        team.practitioner.post("/concerns", worry).await.expect(201);
        let alert = format!("/alerts/{}", the_alert(&team.supervisor).await);
        let family = team.manager.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let members = family["members"].as_array().unwrap();
        let kims = members.iter().find(|one| one["id"] == json!(kim.id)).unwrap()["match_id"].as_str().unwrap();
        let path = format!("/matches/{kims}/cover");
        let cover = json!({ "account_id": it.bea.id, "until": "2026-06-05T09:00:00Z" });

        let refused = team.manager.put(&path, cover.clone()).await;
        assert_eq!(refused.wrong_fields(), ["/account_id"], "who may know of it");
        team.practitioner.put(&path, cover).await.expect(200);
        let ending = json!({ "reason": "Asha moves to Leeds" });
        team.practitioner.post(&path.replace("/cover", "/ending"), ending).await.expect(200);
        let pair = json!({ "family_member_id": kim.id, "peer_mentor_id": it.bea.id });
        let refused = team.manager.post("/matches", pair.clone()).await;
        assert_eq!(refused.wrong_fields(), ["/peer_mentor_id"]);
        team.practitioner.post("/matches", pair).await.expect(201);

        let history = team.supervisor.get(&format!("{alert}/history")).await.expect(200);
        let theirs: Vec<_> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["by"]["id"] == json!(team.practitioner.id))
            .map(|line| (line["deed"].as_str().unwrap(), &line["detail"]["family_member_id"]))
            .collect();
        assert_eq!(theirs, [("mentor_covers", &json!(kim.id)), ("mentor_matched", &json!(kim.id))]);
        let told = told_of(&team.supervisor).await;
        assert_eq!(told, ["alert.opened", "alert.raised_again", "alert.raised_again"]);
        // From another family nobody is kept.
        let family = json!({ "pod_id": team.pod_id, "reference": "CIN-7", "family_practitioner_id": team.practitioner.id });
        let family = team.manager.post("/families", family).await.expect(201);
        let who = json!({ "family_id": family["id"], "kind": "parent" });
        let lena = team.practitioner.brings_in("family_member", "Lena", who).await;
        let pair = json!({ "family_member_id": lena.id, "peer_mentor_id": it.bea.id });
        team.manager.post("/matches", pair).await.expect(201);
        assert_eq!(told_of(&team.supervisor).await, told);
    }
}

on_both_stores! {
    async fn what_whoever_covered_sent_late_is_held_also_when_they_cover_again(app) {
        let it = with_bea(a_team(&app).await).await;
        it.put(None, "2026-06-02T09:00:00Z").await;
        app.advance(2 * DAY);
        it.put(Some("2026-07-01T09:00:00Z"), "2026-07-05T09:00:00Z").await;

        let words = "he told me his dad hits him";
        assert_eq!(it.bea_says(words).await, 202);

        let held = format!("/conversations/{}/held-messages", it.team.conversation_id);
        let held = it.team.supervisor.back().await.get(&held).await.expect(200);
        assert_eq!(held["items"][0]["body"], words);
    }
}

on_both_stores! {
    async fn cover_that_falls_away_is_told_and_nobodys_words_wait_for_it(app) {
        let it = with_bea(a_team(&app).await).await;
        it.put(None, "2026-06-20T09:00:00Z").await;
        let suspend = format!("/accounts/{}/suspension", it.bea.id);
        let reason = json!({ "reason": "asked to" });
        it.team.manager.post(&suspend, reason.clone()).await.expect(200);

        say(&it.team.sam, &it.team.conversation_id, "Is anyone there?").await.expect(201);
        let heard = told(&it.team.practitioner).await;
        assert_eq!(heard.last().unwrap().0, "message.unattended");

        let depart = format!("/accounts/{}/departure", it.bea.id);
        it.team.manager.post(&depart, reason).await.expect(200);
        for person in [&it.team.sam, &it.team.mentor] {
            let heard = told(person).await;
            assert!(heard.iter().any(|(event, _)| event == "conversation.cover_ended"), "{heard:?}");
        }
        assert_eq!(it.seen_by_sam().await, json!([]));
    }
}

/// Whom a manager may not let cover: a worry lies in them.
async fn may_not_cover(team: &Team, path: &str, who: &Person) -> bool {
    let body = json!({ "account_id": who.id, "until": "2026-06-20T09:00:00Z" });
    let answer = team.manager.back().await.put(path, body).await;
    if answer.status == 200 {
        return false;
    }
    answer.wrong_fields() == ["/account_id"]
}

on_both_stores! {
    async fn words_that_point_at_a_mentor_leave_out_all_who_may_be_meant(app) {
        let words = "my mentor turned up at my house drunk";
        for (kind, authority) in [("check_in", "Leeds"), ("goal", "York"), ("date_reply", "Hull")] {
            let team = Team::of(&app.manager_of(authority).await, "Headingley").await;
            let in_pod = json!({ "pod_id": team.pod_id });
            let [bea, cal, dee] = [
                team.manager.brings_in("peer_mentor", "Bea", in_pod.clone()).await,
                team.manager.brings_in("peer_mentor", "Cal", in_pod.clone()).await,
                team.manager.brings_in("peer_mentor", "Dee", in_pod).await,
            ];
            let pair = |mentor: &Person| json!({ "family_member_id": team.sam.id, "peer_mentor_id": mentor.id });
            let reason = json!({ "reason": "Asha moves to Leeds" });
            let first = team.practitioner.post("/matches", pair(&team.mentor)).await.expect(200);
            let ending = format!("/matches/{}/ending", first["id"].as_str().unwrap());
            team.practitioner.post(&ending, reason.clone()).await.expect(200);
            let now = team.practitioner.post("/matches", pair(&cal)).await.expect(201);
            let path = format!("/matches/{}/cover", now["id"].as_str().unwrap());
            let until = app.now().plus(Duration::from_hours(24));
            let cover = json!({ "account_id": bea.id, "until": until });
            team.practitioner.put(&path, cover).await.expect(200);

            match kind {
                "check_in" => {
                    let body = json!({ "id": new_id(), "scale": 7, "wants_contact": false, "better": words });
                    team.sam.post("/check-ins", body).await.expect(201);
                }
                "goal" => {
                    let body = json!({
                        "id": new_id(), "family_member_id": team.sam.id, "words": words, "start": 3, "good_enough": 6,
                    });
                    team.sam.post("/goals", body).await.expect(201);
                }
                _ => {
                    let date = json!({
                        "id": new_id(), "family_member_id": team.sam.id, "what": "Cal comes to see you",
                        "starts": "2026-06-08T10:00", "minutes": 60,
                    });
                    let date = team.practitioner.post("/dates", date).await.expect(201);
                    let reply = json!({
                        "id": new_id(), "version": 1, "starts": "2026-06-08T10:00", "reply": "change_it", "note": words,
                    });
                    let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
                    team.sam.post(&path, reply).await.expect(201);
                }
            }

            let alerts = alerts_of(&team.supervisor).await;
            assert_eq!((alerts.len(), &alerts[0]["kind"]), (1, &json!("allegation")), "{kind}");
            assert!(may_not_cover(&team, &path, &bea).await, "{kind}: who covers");
            assert!(may_not_cover(&team, &path, &team.mentor).await, "{kind}: who was their mentor");
            assert!(!may_not_cover(&team, &path, &dee).await, "{kind}: who was never theirs");
            let ending = path.replace("/cover", "/ending");
            team.practitioner.post(&ending, reason).await.expect(200);
            let refused = team.manager.post("/matches", pair(&cal)).await;
            assert_eq!(refused.wrong_fields(), ["/peer_mentor_id"], "{kind}: who is");
        }
    }
}
