//! Contact plans: the most protective wins, and nothing rings outside of it.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{
    Browser, Person, PushService, Team, TestApp, a_team, alerts_of, new_id, on_both_stores, say,
    the_alert, told,
};

/// Every day from nine to three.
fn plan() -> Value {
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let windows: Vec<Value> = days
        .iter()
        .map(|day| json!({ "day": day, "from": "09:00", "to": "15:00" }))
        .collect();
    json!({
        "windows": windows, "ok_message": true, "ok_call": false, "ok_voicemail": false,
        "shared_phone": true,
    })
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn path(of: &Person) -> String {
    format!("/contact-plans/{}", of.id)
}

async fn tells(who: &Person, plan: Value) -> Value {
    let who = who.back().await;
    who.put(&path(&who), plan).await.expect(200)
}

fn until(app: &TestApp, at: &str) {
    let at = Moment::parse_rfc3339(at).unwrap();
    app.app.clock().advance(at.since(app.now()));
}

async fn count(who: &Person, event: &str) -> usize {
    told(who)
        .await
        .iter()
        .filter(|(name, _)| name == event)
        .count()
}

on_both_stores! {
    async fn what_is_forbidden_holds_at_once_and_what_is_allowed_is_confirmed_first(app) {
        let team = a_team(&app).await;
        let nothing = team.sam.get(&path(&team.sam)).await.expect(200);
        let mut wide = plan();
        wide["windows"] = json!([{ "day": "monday", "from": "07:00", "to": "24:00" }]);
        wide["ok_call"] = json!(true);
        wide["shared_phone"] = json!(false);
        wide["code_word"] = json!("Is the ginger cat well?");

        let first = tells(&team.sam, wide.clone()).await;
        let again = tells(&team.sam, wide.clone()).await;
        let stale = json!({ "version": 7 });
        let confirmation = format!("{}/confirmation", path(&team.sam));
        team.mentor.post(&confirmation, stale).await.expect(409);
        let seen = json!({ "version": 1 });
        let known = team.mentor.post(&confirmation, seen.clone()).await.expect(200);
        let narrow = tells(&team.sam, with(wide.clone(), "ok_call", json!(false))).await;
        let wider = tells(&team.sam, with(wide, "ok_voicemail", json!(true))).await;
        team.mentor.post(&confirmation, seen).await.expect(409);
        let asked = json!({ "version": 3 });
        let last = team.mentor.post(&confirmation, asked).await.expect(200);

        assert_eq!(nothing["version"], 0);
        assert_eq!(nothing["in_force"]["windows"].as_array().unwrap().len(), 7);
        assert_eq!((&nothing["in_force"]["ok_call"], &nothing["to_be_confirmed"]), (&json!(false), &json!(true)));
        assert_eq!(first, again);
        let evening = json!([{ "day": "monday", "from": "08:00", "to": "21:00" }]);
        assert_eq!(first["in_force"]["windows"], evening);
        assert_eq!(first["in_force"]["ok_call"], false);
        assert_eq!(first["told"]["ok_call"], true);
        assert_eq!(known["in_force"], known["told"]);
        assert_eq!(known["code_word"], "Is the ginger cat well?");
        assert_eq!(known["confirm_by"], "2026-07-01T09:00:00.000000Z");
        assert_eq!(known["to_be_confirmed"], false);
        assert_eq!(narrow["in_force"]["ok_call"], false);
        assert_eq!(narrow["to_be_confirmed"], true);
        assert_eq!(wider["told"]["ok_call"], true);
        assert_eq!(wider["in_force"]["ok_call"], false, "whoever took it back may not be who wishes it again");
        assert_eq!(wider["in_force"]["ok_voicemail"], false);
        assert_eq!(wider["to_be_confirmed"], true);
        assert_eq!(last["in_force"], last["told"]);
        assert_eq!(last["to_be_confirmed"], false);
    }
}

on_both_stores! {
    async fn whoever_has_the_phone_takes_back_nothing_that_was_forbidden(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        let narrow = tells(&team.sam, with(plan(), "ok_message", json!(false))).await;
        let mut open = plan();
        open["windows"] = json!([{ "day": "monday", "from": "00:00", "to": "24:00" }]);
        open["shared_phone"] = json!(false);

        let undone = tells(&team.sam, open.clone()).await;
        let again = tells(&team.sam, with(plan(), "ok_message", json!(false))).await;
        let last = tells(&team.sam, open).await;
        writes(&team).await;
        app.call_people_after(5).await;

        assert_eq!(narrow["in_force"], narrow["told"]);
        let holds = &undone["in_force"];
        assert_eq!((&holds["ok_message"], &holds["shared_phone"]), (&json!(false), &json!(true)));
        let hours = json!([{ "day": "monday", "from": "09:00", "to": "15:00" }]);
        assert_eq!(holds["windows"], hours);
        assert_eq!(undone["told"]["ok_message"], true, "whoever works with them sees what is wished");
        assert_eq!((&again["in_force"], &last["in_force"]), (holds, holds));
        assert!(service.take().is_empty());

        let confirmation = format!("{}/confirmation", path(&team.sam));
        let seen = json!({ "version": last["version"] });
        let mentor = team.mentor.back().await;
        let known = mentor.post(&confirmation, seen).await.expect(200);
        writes(&team).await;
        app.call_people_after(5).await;
        assert_eq!(known["in_force"], known["told"]);
        assert_eq!(service.take().len(), 1);
    }
}

on_both_stores! {
    async fn what_held_before_a_plan_kept_what_holds_still_holds(app) {
        let team = a_team(&app).await;
        let name = "2026-11-29-000320_plans_in_force";
        let of = async |who: &Person| who.back().await.get(&path(who)).await.expect(200);
        let told = tells(&team.sam, with(plan(), "ok_call", json!(true))).await;

        app.migrate_again(name).await;
        let unconfirmed = of(&team.sam).await;
        let confirmation = format!("{}/confirmation", path(&team.sam));
        let seen = json!({ "version": 1 });
        team.mentor.back().await.post(&confirmation, seen).await.expect(200);
        app.migrate_again(name).await;
        let confirmed = of(&team.sam).await;
        let mut narrow = plan();
        narrow["windows"] = json!([{ "day": "monday", "from": "10:00", "to": "11:00" }]);
        narrow["ok_message"] = json!(false);
        let narrowed = tells(&team.sam, narrow).await;
        app.migrate_again(name).await;
        let after = of(&team.sam).await;

        assert_eq!((&unconfirmed, &unconfirmed["in_force"]["ok_call"]), (&told, &json!(false)));
        assert_eq!((&confirmed["in_force"], &confirmed["to_be_confirmed"]), (&told["told"], &json!(false)));
        assert_eq!(after["in_force"], narrowed["in_force"]);
    }
}

on_both_stores! {
    async fn the_code_word_that_was_confirmed_is_said_first_whatever_is_told_since(app) {
        let team = a_team(&app).await;
        let word = |word: &str| with(plan(), "code_word", json!(word));
        let seen_by = async |who: &Person| {
            let plan = who.back().await.get(&path(&team.sam)).await.expect(200);
            (plan["say_first"].clone(), plan["code_word"].clone(), plan["to_be_confirmed"].clone())
        };
        let confirm = async |version: i32| {
            let confirmation = format!("{}/confirmation", path(&team.sam));
            let seen = json!({ "version": version });
            team.mentor.back().await.post(&confirmation, seen).await.expect(200)
        };

        tells(&team.sam, word("Is the ginger cat well?")).await;
        let told = seen_by(&team.mentor).await;
        let known = confirm(1).await;
        let other = tells(&team.sam, word("Is that you?")).await;
        let changed = seen_by(&team.practitioner).await;
        let own = seen_by(&team.sam).await;
        tells(&team.sam, plan()).await;
        let gone = seen_by(&team.supervisor).await;
        confirm(3).await;
        let none = seen_by(&team.mentor).await;

        let (cat, you) = (json!("Is the ginger cat well?"), json!("Is that you?"));
        assert_eq!(told, (Value::Null, cat.clone(), json!(true)));
        assert_eq!((&known["say_first"], &known["code_word"]), (&cat, &cat));
        assert_eq!(changed, (cat.clone(), you.clone(), json!(true)));
        assert_eq!((&other["say_first"], &other["code_word"]), (&Value::Null, &you));
        assert_eq!(own, (Value::Null, you, json!(true)), "whoever has the phone sees what was told on it");
        assert_eq!(gone, (cat, Value::Null, json!(true)));
        assert_eq!(none, (Value::Null, Value::Null, json!(false)));
    }
}

on_both_stores! {
    async fn a_word_of_which_nobody_knows_whether_it_was_confirmed_is_to_be_talked_over(app) {
        let team = a_team(&app).await;
        tells(&team.sam, with(plan(), "code_word", json!("Blue hat"))).await;
        let confirmation = format!("{}/confirmation", path(&team.sam));
        let seen = json!({ "version": 1 });
        team.mentor.post(&confirmation, seen).await.expect(200);

        app.migrate_again("2026-11-29-000321_confirmed_code_words").await;

        let plan = team.mentor.back().await.get(&path(&team.sam)).await.expect(200);
        assert_eq!((&plan["say_first"], &plan["code_word"]), (&Value::Null, &json!("Blue hat")));
        assert_eq!(plan["to_be_confirmed"], true);
        assert_eq!(plan["in_force"], plan["told"]);
    }
}

on_both_stores! {
    async fn after_thirty_days_it_is_to_be_asked_again(app) {
        let team = a_team(&app).await;
        tells(&team.sam, plan()).await;
        let confirmation = format!("{}/confirmation", path(&team.sam));
        team.practitioner.post(&confirmation, json!({ "version": 1 })).await.expect(200);

        app.advance(30 * 24 * 60 - 1);
        let before = team.sam.back().await.get(&path(&team.sam)).await.expect(200);
        app.advance(1);
        let after = team.sam.back().await.get(&path(&team.sam)).await.expect(200);

        assert_eq!((&before["to_be_confirmed"], &after["to_be_confirmed"]), (&json!(false), &json!(true)));
        assert_eq!(before["in_force"], after["in_force"], "what was said still holds");
    }
}

/// What asks somebody to talk a contact plan over: the follow-ups, and since when.
async fn plans_to_confirm(who: &Person) -> Vec<(Value, Value)> {
    let needs = who.back().await.get("/needs").await.expect(200);
    let items = needs["items"].as_array().unwrap().iter();
    items
        .filter(|need| need["reason"] == "confirm_plan")
        .map(|need| (need["follow_up"]["id"].clone(), need["since"].clone()))
        .collect()
}

/// The mentor has talked the version over with Sam.
async fn confirms(team: &Team, version: i32) {
    let confirmation = format!("{}/confirmation", path(&team.sam));
    let seen = json!({ "version": version });
    let mentor = team.mentor.back().await;
    mentor.post(&confirmation, seen).await.expect(200);
}

const MONTH: u64 = 30 * 24 * 60;

on_both_stores! {
    async fn each_month_whoever_works_with_them_asks_again_until_it_is_confirmed(app) {
        let team = a_team(&app).await;
        tells(&team.sam, plan()).await;
        confirms(&team, 1).await;

        assert_eq!(app.hand_up_after(MONTH - 1).await, 0);
        assert_eq!(plans_to_confirm(&team.mentor).await, []);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!(app.hand_up_after(0).await, 0, "once");
        let asked = plans_to_confirm(&team.mentor).await;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].1, "2026-07-01T09:00:00.000000Z");
        for who in [&team.practitioner, &team.supervisor] {
            assert_eq!(plans_to_confirm(who).await, asked, "{}", who.name);
        }
        let told = told(&team.mentor).await;
        let (_, opened) = told.iter().find(|(event, _)| event == "follow_up.opened").unwrap();
        assert_eq!(opened["reasons"], json!(["confirm_plan"]));

        // They were spoken with, and not about this: only the confirmation ends it.
        let done = format!("/follow-ups/{}/done", asked[0].0.as_str().unwrap());
        let tried = team.mentor.back().await.post(&done, json!({ "outcome": "reached" })).await.expect(200);
        assert_eq!((&tried["done_at"], &tried["tries"]), (&Value::Null, &json!(1)));
        let check_in = json!({ "id": new_id(), "scale": 6, "wants_contact": false });
        team.sam.back().await.post("/check-ins", check_in).await.expect(201);
        assert_eq!(plans_to_confirm(&team.mentor).await, asked);

        confirms(&team, 1).await;
        assert_eq!(plans_to_confirm(&team.mentor).await, []);
        assert_eq!(app.hand_up_after(MONTH - 1).await, 0, "nor is anybody told that it waited");
        assert_eq!(app.hand_up_after(1).await, 1, "a month after that");
    }
}

const FIRST_DAYS: u64 = 7 * 24 * 60;

on_both_stores! {
    async fn who_has_told_no_plan_is_asked_for_one_after_their_first_days(app) {
        let team = a_team(&app).await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        tells(&mia, plan()).await;

        assert_eq!(app.hand_up_after(FIRST_DAYS - 1).await, 0);
        assert_eq!(app.hand_up_after(1).await, 1);
        assert_eq!(app.hand_up_after(0).await, 0, "once, and not of Mia");
        let asked = plans_to_confirm(&team.practitioner).await;
        assert_eq!(asked.len(), 1);
        for who in [&team.mentor, &team.supervisor] {
            assert_eq!(plans_to_confirm(who).await, asked, "{}", who.name);
        }
        let told = told(&team.practitioner).await;
        let (_, opened) = told.iter().find(|(event, _)| event == "follow_up.opened").unwrap();
        assert_eq!((&opened["reasons"], &opened["family_member_id"]), (&json!(["confirm_plan"]), &json!(team.sam.id)));

        tells(&team.sam, plan()).await;
        assert_eq!(plans_to_confirm(&team.practitioner).await, asked, "nobody has talked it over yet");
        app.hand_up_after(MONTH).await;
        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 1);
        let both = plans_to_confirm(&team.practitioner).await;
        assert_eq!((both.len(), &both[0]), (2, &asked[0]), "Mia's is a month old by now, and Sam is not asked twice");
        confirms(&team, 1).await;
        assert_eq!(plans_to_confirm(&team.practitioner).await, both[1..]);
        app.hand_up_after(MONTH).await;
        assert_eq!(plans_to_confirm(&team.practitioner).await.len(), 2, "a month after that");
    }
}

on_both_stores! {
    async fn with_whom_nobody_may_have_contact_is_asked_for_no_plan_until_they_may(app) {
        let team = a_team(&app).await;
        app.set_status(&team.sam, "suspended").await;
        assert_eq!(app.hand_up_after(FIRST_DAYS).await, 0);
        app.set_status(&team.sam, "active").await;

        assert_eq!(app.hand_up_after(1).await, 1);
    }
}

on_both_stores! {
    async fn a_plan_that_nobody_confirms_is_asked_for_and_handed_up(app) {
        let team = a_team(&app).await;
        tells(&team.sam, plan()).await;
        app.hand_up_after(MONTH).await;
        assert_eq!(plans_to_confirm(&team.mentor).await.len(), 1);
        tells(&team.sam, with(plan(), "ok_call", json!(true))).await;

        app.hand_up_after(4 * 24 * 60).await;

        assert_eq!(count(&team.supervisor, "follow_up.waiting").await, 1);
        assert_eq!(plans_to_confirm(&team.mentor).await.len(), 1, "one of each person");
    }
}

on_both_stores! {
    async fn a_restart_asks_for_no_plan_twice_and_loses_none(app) {
        let team = a_team(&app).await;
        tells(&team.sam, plan()).await;
        confirms(&team, 1).await;
        app.set_status(&team.sam, "suspended").await;
        assert_eq!(app.hand_up_after(MONTH).await, 0, "nobody talks with them now");
        app.set_status(&team.sam, "active").await;

        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        assert_eq!(app.hand_up_after(0).await, 1);
        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        assert_eq!(app.hand_up_after(0).await, 0);

        assert_eq!(plans_to_confirm(&team.mentor).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_one_asks_for_a_plan() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    tells(&team.sam, plan()).await;
    let other = app.second_node().await;

    let (here, there) = tokio::join!(app.hand_up_after(MONTH), other.hand_up_after(MONTH));

    assert_eq!(here + there, 1);
    assert_eq!(plans_to_confirm(&team.mentor).await.len(), 1);
}

on_both_stores! {
    async fn whoever_works_with_them_learns_that_it_changed_and_nobody_of_the_family(app) {
        let team = a_team(&app).await;
        let (dad, _) = team.another_member("Dan", "parent").await;
        let before = told(&dad).await.len();

        tells(&team.sam, plan()).await;

        assert_eq!(told(&dad).await.len(), before);
        dad.get(&path(&team.sam)).await.expect(404);
        dad.put(&path(&team.sam), plan()).await.expect(404);
        let own = dad.get(&path(&dad)).await.expect(200);
        assert_eq!(own["version"], 0);
        for reader in [&team.mentor, &team.practitioner] {
            assert_eq!(count(reader, "contact_plan.changed").await, 1);
        }
        for reader in [&team.supervisor, &team.practitioner, &team.mentor] {
            reader.get(&path(&team.sam)).await.expect(200);
        }
        assert_eq!(team.deputy.get(&path(&team.sam)).await.wrong_fields(), ["reason"]);
        let why = format!("{}?reason=Ruth%20is%20away", path(&team.sam));
        team.deputy.get(&why).await.expect(200);
        let audit = team.manager.get(&format!("/audit?about={}", team.sam.id)).await.expect(200);
        let lines = audit["items"].as_array().unwrap();
        let reads = lines.iter().filter(|line| line["deed"] == "contact_plan.read");
        assert_eq!(reads.count(), 3, "the supervisor's, the practitioner's and the deputy's");
    }
}

on_both_stores! {
    async fn whoever_may_answer_an_alert_sees_with_it_how_to_reach_them_and_nobody_else_does(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let cat = json!("Is the ginger cat well?");
        tells(&team.sam, with(plan(), "code_word", cat.clone())).await;
        let confirmation = format!("{}/confirmation", path(&team.sam));
        let seen = json!({ "version": 1 });
        team.mentor.post(&confirmation, seen).await.expect(200);
        tells(&team.sam, with(plan(), "code_word", json!("Is that you?"))).await;
        team.sam.back().await.post("/help", json!({ "id": new_id() })).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        let alert = format!("/alerts/{id}");
        let ruth = team.supervisor.back().await;
        ruth.post_nothing(&format!("{alert}/acknowledgement")).await.expect(200);
        other.supervisor.get(&alert).await.expect(404);

        let to = json!({ "account_id": other.supervisor.id });
        ruth.post(&format!("{alert}/handover"), to).await.expect(200);
        let olu = other.supervisor.back().await;
        let taken = olu.post_nothing(&format!("{alert}/acknowledgement")).await.expect(200);

        let held = &taken["contact_plan"];
        assert_eq!((&held["in_force"]["ok_call"], &held["in_force"]["shared_phone"]), (&json!(false), &json!(true)));
        assert_eq!((&held["say_first"], &held["code_word"]), (&cat, &json!("Is that you?")));
        assert_eq!(held["family_member_id"], team.sam.id.as_str());
        for who in [&team.supervisor, &team.deputy, &team.manager, &other.supervisor] {
            let whole = who.back().await.get(&alert).await.expect(200);
            assert_eq!(&whole["contact_plan"], held, "{}", who.name);
        }
        olu.get(&path(&team.sam)).await.expect(404);
        let outline = team.practitioner.get(&alert).await.expect(200);
        assert_eq!(outline["contact_plan"], Value::Null);
        assert!(!outline.to_string().contains("ginger"));
        for who in [&team.mentor, &team.sam, &other.mentor] {
            who.back().await.get(&alert).await.expect(404);
        }
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_plan_is_named(app) {
        let team = a_team(&app).await;
        let window = |from: &str, to: &str| json!([{ "day": "monday", "from": from, "to": to }]);
        for (name, value, pointer) in [
            ("windows", window("09:00", "09:00"), "/windows/0"),
            ("windows", window("15:00", "09:00"), "/windows/0"),
            ("windows", window("9:00", "15:00"), "/windows/0"),
            ("windows", window("09:60", "15:00"), "/windows/0"),
            ("windows", window("09:00", "24:01"), "/windows/0"),
            ("windows", json!([{ "day": "holiday", "from": "09:00", "to": "10:00" }]), "/windows/0/day"),
            ("code_word", json!(" "), "/code_word"),
            ("ok_call", json!("no"), "/ok_call"),
            ("zone", json!("Europe/London"), "/zone"),
        ] {
            let refused = team.sam.put(&path(&team.sam), with(plan(), name, value)).await;
            assert_eq!(refused.wrong_fields(), [pointer], "{name}");
        }
        let many: Vec<Value> = (0..22).map(|_| window("09:00", "10:00")[0].clone()).collect();
        let refused = team.sam.put(&path(&team.sam), with(plan(), "windows", json!(many))).await;
        assert_eq!(refused.wrong_fields(), ["/windows"]);
    }
}

/// Sam's phone at a push service, and nothing to call for.
async fn with_phone(app: &TestApp, team: &Team) -> PushService {
    let service = PushService::start();
    let body = Browser::new().subscription(&format!("{}/Sam", service.url));
    team.sam
        .back()
        .await
        .post("/push/subscriptions", body)
        .await
        .expect(201);
    app.call_people_after(5).await;
    service.take();
    service
}

async fn writes(team: &Team) {
    let asha = team.mentor.back().await;
    say(&asha, &team.conversation_id, "See you at four.")
        .await
        .expect(201);
}

on_both_stores! {
    async fn a_push_waits_for_a_safe_hour_and_is_kept_no_longer(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        tells(&team.sam, plan()).await;

        until(&app, "2026-06-01T13:59:00Z");
        writes(&team).await;
        app.call_people_after(5).await;
        let came = service.take();
        assert_eq!(came.len(), 1);
        assert_eq!(came[0].header("ttl"), "55", "not after three o'clock");
        until(&app, "2026-06-01T14:00:00Z");
        writes(&team).await;
        app.call_people_after(5).await;
        until(&app, "2026-06-02T07:59:59Z");
        app.call_people().await;
        assert!(service.take().is_empty());
        until(&app, "2026-06-02T08:00:00Z");
        app.call_people().await;
        assert_eq!(service.take().len(), 1);
    }
}

on_both_stores! {
    async fn a_try_that_failed_is_not_made_again_outside_safe_hours(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        tells(&team.sam, plan()).await;
        until(&app, "2026-06-01T13:59:40Z");
        service.will_answer(&[crate::support::Answer::Status(500)]);
        writes(&team).await;
        app.call_people_after(5).await;
        assert_eq!(service.take().len(), 1);

        app.call_people_after(60).await;
        app.call_people_after(3600).await;
        assert!(service.take().is_empty());
        until(&app, "2026-06-02T08:00:00Z");
        app.call_people().await;

        assert_eq!(service.take().len(), 1);
    }
}

on_both_stores! {
    async fn whoever_wants_no_messages_is_never_rung(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        tells(&team.sam, with(plan(), "ok_message", json!(false))).await;

        writes(&team).await;
        app.call_people_after(5).await;
        app.call_people_after(24 * 3600).await;

        assert!(service.take().is_empty());
        assert_eq!(count(&team.sam, "message.created").await, 1, "it is there when they look");
    }
}

on_both_stores! {
    async fn who_has_told_nothing_is_not_rung_at_night(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;

        until(&app, "2026-06-01T20:00:00Z");
        writes(&team).await;
        app.call_people_after(5).await;
        assert!(service.take().is_empty());
        until(&app, "2026-06-02T07:00:00Z");
        app.call_people().await;

        assert_eq!(service.take().len(), 1);
    }
}

on_both_stores! {
    async fn a_reminder_waits_for_a_safe_hour_and_is_dropped_where_none_comes_in_time(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        tells(&team.sam, plan()).await;
        for starts in ["2026-06-02T09:30", "2026-06-02T17:00"] {
            let date = json!({
                "id": new_id(), "family_member_id": team.sam.id, "what": "A walk",
                "starts": starts, "minutes": 60, "remind_minutes_before": 60,
            });
            team.mentor.back().await.post("/dates", date).await.expect(201);
        }
        app.call_people_after(5).await;
        service.take();

        // Half past eight is not safe, nine is; four is not safe, and nor is anything until five.
        until(&app, "2026-06-02T07:30:00Z");
        app.remind().await;
        assert_eq!(count(&team.sam, "reminder.due").await, 0);
        until(&app, "2026-06-02T08:00:00Z");
        app.remind().await;
        app.call_people_after(5).await;
        assert_eq!(count(&team.sam, "reminder.due").await, 1);
        assert_eq!(service.take().len(), 1);
        until(&app, "2026-06-02T15:00:00Z");
        app.remind().await;
        app.call_people_after(24 * 3600).await;

        assert_eq!(count(&team.sam, "reminder.due").await, 1);
        assert!(service.take().is_empty());
    }
}

on_both_stores! {
    async fn safe_hours_are_those_of_the_clock_on_the_wall_also_after_it_was_changed(app) {
        let team = a_team(&app).await;
        let service = with_phone(&app, &team).await;
        tells(&team.sam, plan()).await;
        for (early, nine) in [
            ("2026-10-24T07:59:00Z", "2026-10-24T08:00:00Z"),
            ("2026-10-25T08:59:00Z", "2026-10-25T09:00:00Z"),
            ("2027-03-27T08:59:00Z", "2027-03-27T09:00:00Z"),
            ("2027-03-28T07:59:00Z", "2027-03-28T08:00:00Z"),
        ] {
            until(&app, early);
            writes(&team).await;
            app.call_people_after(5).await;
            assert!(service.take().is_empty(), "{early}");
            until(&app, nine);
            app.call_people().await;
            assert_eq!(service.take().len(), 1, "{nine}");
        }
    }
}

on_both_stores! {
    async fn a_code_word_is_screened_as_every_text_is(app) {
        let team = a_team(&app).await;
        let words = "my stepdad hits me and i want to die";
        tells(&team.sam, with(plan(), "code_word", json!("Is the ginger cat well?"))).await;
        assert!(alerts_of(&team.supervisor).await.is_empty());

        tells(&team.sam, with(plan(), "code_word", json!(words))).await;
        tells(&team.sam, with(plan(), "code_word", json!(words))).await;
        let again = with(with(plan(), "code_word", json!(words)), "ok_call", json!(true));
        tells(&team.sam, again).await;
        tells(&team.sam, plan()).await;

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!((&alert["occurrence_count"], &alert["severity"]), (&json!(1), &json!("urgent")));
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["source"]["kind"], "code_word");
        assert_eq!(occurrence["source"]["author_id"], team.sam.id.as_str());
        let quoted = occurrence["quote"].to_string();
        assert!(quoted.contains("stepdad") && quoted.contains("die"), "{quoted}");
    }
}

on_both_stores! {
    async fn who_else_is_near_is_anybody_until_it_is_confirmed(app) {
        let team = a_team(&app).await;
        let near = |who: &str| with(plan(), "others_near", json!(who));
        let seen = async || {
            let plan = team.mentor.back().await.get(&path(&team.sam)).await.expect(200);
            (plan["confirmed_near"].clone(), plan["others_near"].clone())
        };

        let own = tells(&team.sam, near("My stepdad, most evenings")).await;
        let told = seen().await;
        let confirmation = format!("{}/confirmation", path(&team.sam));
        let version = json!({ "version": 1 });
        team.mentor.back().await.post(&confirmation, version).await.expect(200);
        tells(&team.sam, near("Nobody")).await;
        let changed = seen().await;
        let long = team.sam.back().await.put(&path(&team.sam), near(&"x".repeat(201))).await;

        let stepdad = json!("My stepdad, most evenings");
        assert_eq!((&own["others_near"], &own["confirmed_near"]), (&stepdad, &Value::Null));
        assert_eq!(told, (Value::Null, stepdad.clone()));
        assert_eq!(changed, (stepdad, json!("Nobody")));
        assert_eq!(long.wrong_fields(), ["/others_near"]);
    }
}

on_both_stores! {
    async fn who_else_is_near_is_screened_as_every_text_is(app) {
        let team = a_team(&app).await;
        let words = "my stepdad hits me and i want to die";
        let both = with(with(plan(), "code_word", json!("Blue hat")), "others_near", json!(words));
        tells(&team.sam, both.clone()).await;
        tells(&team.sam, both.clone()).await;
        tells(&team.sam, with(both, "ok_call", json!(true))).await;

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["occurrence_count"], 1);
        let occurrence = &alert["occurrences"][0];
        assert_eq!(occurrence["source"]["kind"], "code_word");
        assert!(occurrence["quote"].to_string().contains("stepdad"));
    }
}

on_both_stores! {
    async fn a_code_word_that_could_not_be_screened_is_screened_again(app) {
        let team = a_team(&app).await;
        app.app.lexicon().fail_next(1);
        let word = json!("my stepdad hits me every night");

        tells(&team.sam, with(plan(), "code_word", word)).await;
        let first = alerts_of(&team.supervisor).await;
        app.advance(1);
        app.reconcile().await;

        assert_eq!(first.len(), 1, "that it was not screened is a worry: {first:?}");
        let rules: Vec<Value> = found_in(&team).await;
        assert!(rules.iter().any(|rule| rule.as_str().unwrap().starts_with("en.")), "{rules:?}");
    }
}

/// The rules that have found something in what Sam wrote.
async fn found_in(team: &Team) -> Vec<Value> {
    let supervisor = team.supervisor.back().await;
    let mut rules = Vec::new();
    for alert in alerts_of(&supervisor).await {
        let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
        let whole = supervisor.get(&path).await.expect(200);
        for occurrence in whole["occurrences"].as_array().unwrap() {
            let found = occurrence["findings"].as_array().unwrap().iter();
            rules.extend(found.map(|finding| finding["rule"].clone()));
        }
    }
    rules
}

on_both_stores! {
    async fn two_plans_told_at_once_are_two_versions(app) {
        let team = a_team(&app).await;
        tells(&team.sam, plan()).await;
        let tell = async |word: &str| {
            let body = with(plan(), "code_word", json!(word));
            team.sam.put(&path(&team.sam), body).await
        };

        let (one, other) = futures_util::future::join(tell("Blue hat"), tell("Red hat")).await;

        let mut versions = Vec::new();
        for reply in [one, other] {
            // Not saved, it may be told again.
            if reply.status == 200 {
                versions.push(reply.body["version"].as_i64().unwrap());
            } else {
                assert_eq!(reply.body["type"], "/problems/not-saved");
            }
        }
        versions.sort_unstable();
        assert!(versions == [2] || versions == [2, 3], "{versions:?}");
    }
}
