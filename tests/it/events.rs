//! What somebody was told, and by the time it is shown may not know any more: its place stays, and
//! nothing else. The same for whoever asks as for whoever listens.

use std::time::Duration;

use daybook::workers::cover;
use serde_json::{Value, json};

use crate::support::{
    Person, Phone, Team, a_team, alerts_of, concern, new_id, on_both_stores, say,
};

/// What somebody is shown of their inbox: without a gap, and the same by asking and by listening.
async fn shown(who: &Person) -> Vec<Value> {
    let who = who.back().await;
    let inbox = who.get("/inbox?after=0&limit=200").await.expect(200);
    let items = inbox["items"].as_array().unwrap().clone();
    let seqs = items.iter().map(|item| item["seq"].as_i64().unwrap());
    assert!(
        seqs.eq(1..=inbox["head"].as_i64().unwrap()),
        "{}: a gap",
        who.name
    );
    let mut phone = Phone::after(&who, 0).await;
    for item in &items {
        let mut event = phone.next_of("event").await;
        event.as_object_mut().unwrap().remove("type");
        assert_eq!(&event, item, "{}", who.name);
    }
    items
}

/// Their names, in order. Of what is withdrawn nothing may be left.
fn names(events: &[Value]) -> Vec<&str> {
    for event in events.iter().filter(|event| event["event"] == "withdrawn") {
        assert_eq!(event["data"], json!({}));
    }
    events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect()
}

/// What is left of these events when their reader has lost the right to all of them.
fn nothing_of(events: &[Value]) -> Vec<&str> {
    vec!["withdrawn"; events.len()]
}

/// Sam does everything that those who work with them are told of.
async fn tells_everything(team: &Team) {
    let sam = team.sam.back().await;
    let check_in = json!({
        "id": new_id(), "scale": 1, "wants_contact": true, "someone_makes_me_unsafe": null,
    });
    sam.post("/check-ins", check_in).await.expect(201);
    let goal = json!({
        "id": new_id(), "family_member_id": sam.id, "words": "Mornings without shouting",
        "start": 2, "good_enough": 8,
    });
    let goal = sam.post("/goals", goal).await.expect(201);
    let path = format!("/goals/{}/entries", goal["id"].as_str().unwrap());
    let entry = json!({ "id": new_id(), "kind": "now", "scale": 3 });
    sam.post(&path, entry).await.expect(201);
    let plan = json!({
        "windows": [{ "day": "monday", "from": "09:00", "to": "15:00" }], "ok_message": true,
        "ok_call": false, "ok_voicemail": false, "shared_phone": true,
    });
    sam.put(&format!("/contact-plans/{}", sam.id), plan)
        .await
        .expect(200);
    say(&sam, &team.conversation_id, "Are you there?")
        .await
        .expect(201);
}

/// Somebody makes a date with Sam, who says yes to it.
async fn a_date_is_answered(team: &Team, keeper: &Person) {
    let date = json!({
        "id": new_id(), "family_member_id": team.sam.id, "what": "A walk", "where": "The park",
        "starts": "2026-06-08T10:00", "minutes": 60,
    });
    let date = keeper.back().await.post("/dates", date).await.expect(201);
    answers(team, &date).await;
}

async fn answers(team: &Team, date: &Value) {
    let yes = json!({
        "id": new_id(), "version": date["version"], "starts": date["next"]["starts"], "reply": "can_come",
    });
    let path = format!("/dates/{}/reply", date["id"].as_str().unwrap());
    let answered = team.sam.back().await.post(&path, yes).await;
    assert!(matches!(answered.status, 200 | 201), "{}", answered.body);
}

/// Moves Sam's family to another pod.
async fn moves(team: &Team, to: &Team) {
    let there = json!({ "pod_id": to.pod_id, "family_practitioner_id": to.practitioner.id });
    let path = format!("/families/{}/pod", team.family_id);
    team.manager
        .back()
        .await
        .put(&path, there)
        .await
        .expect(200);
}

on_both_stores! {
    async fn of_a_match_that_is_over_its_mentor_is_told_nothing_but_that(app) {
        let team = a_team(&app).await;
        tells_everything(&team).await;
        a_date_is_answered(&team, &team.mentor).await;
        let before = shown(&team.mentor).await;
        let practitioners = shown(&team.practitioner).await;
        let sams = shown(&team.sam).await;
        assert_eq!(names(&before), [
            "conversation.opened", "check_in.created", "follow_up.opened", "goal.created",
            "goal.changed", "contact_plan.changed", "message.created", "date.replied",
        ]);

        let family = team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let path = format!("/matches/{}/ending", family["members"][0]["match_id"].as_str().unwrap());
        team.practitioner.post(&path, json!({ "reason": "It has done its work" })).await.expect(200);

        let after = shown(&team.mentor).await;
        assert_eq!(names(&after), [nothing_of(&before), vec!["conversation.ended"]].concat());
        assert!(!json!(after).to_string().contains(&team.sam.id));
        let theirs = shown(&team.practitioner).await;
        assert_eq!(theirs[..practitioners.len()], practitioners, "theirs are theirs as ever");
        assert_eq!(names(&theirs[practitioners.len()..]), ["follow_up.opened"], "nobody keeps the date");
        let events = shown(&team.sam).await;
        assert_eq!(names(&events), [names(&sams), vec!["conversation.ended"]].concat());
        // Matched again they may know of Sam, and of what was said to them then; the talk is another.
        let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": team.mentor.id });
        team.practitioner.post("/matches", pair).await.expect(201);
        let again = shown(&team.mentor).await;
        assert_eq!(names(&again), [
            "withdrawn", "check_in.created", "follow_up.opened", "goal.created", "goal.changed",
            "contact_plan.changed", "withdrawn", "date.replied", "conversation.ended",
            "conversation.opened",
        ]);
    }
}

on_both_stores! {
    async fn of_a_family_that_has_moved_those_it_left_are_told_nothing_more(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let path = format!("/accounts/{}/suspension", team.mentor.id);
        team.manager.post(&path, json!({ "reason": "asked to" })).await.expect(200);
        say(&team.mentor, &team.conversation_id, "See you at four?").await.expect(202);
        tells_everything(&team).await;
        a_date_is_answered(&team, &team.practitioner).await;
        // Nobody answers for two working days: first the practitioner is told, then the supervisor.
        app.hand_up_after(24 * 60).await;
        app.hand_up_after(24 * 60).await;
        let before = [shown(&team.practitioner).await, shown(&team.supervisor).await];
        assert_eq!(names(&before[0]), [
            "check_in.created", "follow_up.opened", "goal.created", "goal.changed",
            "contact_plan.changed", "message.unattended", "date.replied", "message.waiting",
        ]);
        let mut supervisors = names(&before[1]);
        supervisors.sort_unstable();
        assert_eq!(supervisors, ["follow_up.waiting", "message.held", "message.waiting"]);

        moves(&team, &other).await;

        assert_eq!(names(&shown(&team.practitioner).await), nothing_of(&before[0]));
        assert_eq!(names(&shown(&team.supervisor).await), nothing_of(&before[1]));
        say(&team.sam.back().await, &team.conversation_id, "Anybody?").await.expect(201);
        let theirs = names(&shown(&other.practitioner).await).join(" ");
        assert_eq!(theirs, "follow_up.opened message.unattended", "the first is the date that nobody keeps");
    }
}

on_both_stores! {
    async fn who_answers_for_a_date_hears_of_it_and_not_who_made_it_and_has_moved_on(app) {
        let team = a_team(&app).await;
        let tom = team.manager
            .brings_in("family_practitioner", "Tom", json!({ "pod_id": team.pod_id })).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let date = json!({
            "id": new_id(), "family_member_id": team.sam.id, "what": "A walk", "where": "The park",
            "starts": "2026-06-08T10:00", "minutes": 60,
        });
        let date = team.practitioner.post("/dates", date).await.expect(201);
        let moved = json!({ "pod_id": other.pod_id, "replacement_account_id": tom.id });
        let path = format!("/accounts/{}/pod", team.practitioner.id);
        team.manager.put(&path, moved).await.expect(200);

        answers(&team, &date).await;

        assert_eq!(names(&shown(&tom).await), ["follow_up.opened", "date.replied"], "nobody keeps it");
        assert!(shown(&team.practitioner).await.is_empty());
    }
}

on_both_stores! {
    async fn cover_that_is_yet_to_come_is_told_and_when_it_is_over_nothing_of_it(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let family = team.practitioner.get(&format!("/families/{}", team.family_id)).await.expect(200);
        let path = format!("/matches/{}/cover", family["members"][0]["match_id"].as_str().unwrap());
        let from = app.now().plus(Duration::from_hours(1));
        let dates = json!({
            "account_id": bea.id, "from": from, "until": from.plus(Duration::from_hours(1)),
        });
        team.practitioner.put(&path, dates).await.expect(200);

        assert_eq!(names(&shown(&bea).await), ["conversation.covered"]);
        app.advance(61);
        tells_everything(&team).await;
        let during = shown(&bea).await;
        assert_eq!(names(&during), [
            "conversation.covered", "check_in.created", "follow_up.opened", "goal.created",
            "goal.changed", "contact_plan.changed", "message.created",
        ]);
        app.advance(60);
        assert_eq!(names(&shown(&bea).await), nothing_of(&during));
        let ashas = shown(&team.mentor).await;
        assert_eq!(names(&ashas)[1], "conversation.covered", "the pair knows still who it was");
    }
}

on_both_stores! {
    async fn of_an_alert_that_somebody_is_kept_out_of_since_they_are_told_nothing(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.supervisor.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        assert_eq!(names(&shown(&team.deputy).await), ["alert.opened"]);
        assert_eq!(alerts_of(&team.deputy).await.len(), 1);

        let close = json!({
            "id": new_id(), "account_id": team.deputy.id, "reason": "They live together.",
        });
        let path = format!("/accounts/{}/connections", team.supervisor.id);
        team.manager.post(&path, close).await.expect(201);

        assert_eq!(names(&shown(&team.deputy).await), ["withdrawn"]);
    }
}

on_both_stores! {
    async fn who_covers_a_pod_no_more_is_told_nothing_of_its_rota(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let from = app.now();
        let shift = json!({
            "id": new_id(), "account_id": other.supervisor.id,
            "until": from.plus(Duration::from_hours(1)),
        });
        let path = format!("/pods/{}/shifts", team.pod_id);
        team.manager.post(&path, shift).await.expect(201);
        cover::run_due(app.app.clone()).await.unwrap();
        let during = shown(&other.supervisor).await;

        app.advance(90);

        let after = shown(&other.supervisor).await;
        assert!(json!(during).to_string().contains(&team.pod_id), "{during:?}");
        assert!(!json!(after).to_string().contains(&team.pod_id), "{after:?}");
        assert_eq!(during.len(), after.len());
    }
}
