//! Cases: opened, moved between tiers, closed; never changed, and nobody's alert is closed with them.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, TestApp, a_team, concern, new_id, on_both_stores, raise, the_alert,
    told_of,
};

fn opening(on: &str) -> Value {
    json!({ "id": new_id(), "on": on, "tier": "cin", "referred_by": "school" })
}

fn step(on: &str, tier: &str) -> Value {
    json!({ "id": new_id(), "on": on, "tier": tier, "rationale": "Agreed at the review." })
}

fn closing(on: &str, outcome: &str) -> Value {
    json!({ "id": new_id(), "on": on, "outcome": outcome, "rationale": "The plan is done." })
}

fn correction(of: &Value, what: &Value) -> Value {
    let mut body = json!({ "id": new_id(), "corrects": of["id"], "rationale": "A slip of mine." });
    let fields = body.as_object_mut().unwrap();
    fields.extend(what.as_object().unwrap().clone());
    body
}

async fn opens(who: &Person, team: &Team, body: &Value) -> Reply {
    let path = format!("/families/{}/cases", team.family_id);
    who.back().await.post(&path, body.clone()).await
}

/// Records something of a case: `step-changes`, `closure` or `corrections`.
async fn records(who: &Person, case: &Value, what: &str, body: &Value) -> Reply {
    let path = format!("/cases/{}/{what}", case["id"].as_str().unwrap());
    who.back().await.post(&path, body.clone()).await
}

async fn read(who: &Person, team: &Team) -> Reply {
    let path = format!("/families/{}/cases", team.family_id);
    who.back().await.get(&path).await
}

async fn cases(team: &Team) -> Vec<Value> {
    let list = read(&team.supervisor, team).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

async fn decided(team: &Team) {
    let ruth = team.supervisor.back().await;
    let path = format!("/alerts/{}", the_alert(&ruth).await);
    ruth.post_nothing(&format!("{path}/acknowledgement"))
        .await
        .expect(200);
    let body = json!({ "outcome": "advice", "rationale": "Rang her." });
    ruth.post(&format!("{path}/decision"), body)
        .await
        .expect(200);
}

on_both_stores! {
    async fn a_case_is_opened_steps_up_and_down_and_is_closed_each_with_its_day_and_by_whom(app) {
        let team = a_team(&app).await;
        let new = opening("2026-04-01");

        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        let up = step("2026-04-20", "cp");
        records(&team.supervisor, &opened, "step-changes", &up).await.expect(201);
        let down = step("2026-05-11", "cin");
        records(&team.deputy, &opened, "step-changes", &down).await.expect(201);
        let ending = closing("2026-06-01", "step_down_early_help");
        let closed = records(&team.supervisor, &opened, "closure", &ending).await.expect(201);

        let expected = json!({
            "id": new["id"], "family_id": team.family_id, "state": "closed", "re_referral_of": null,
            "opened_on": "2026-04-01", "referred_by": "school", "tier": "cin",
            "step_changes": [
                { "id": up["id"], "on": "2026-04-20", "change": "stepped_up", "from": "cin", "to": "cp" },
                { "id": down["id"], "on": "2026-05-11", "change": "stepped_down", "from": "cp", "to": "cin" },
            ],
            "closed_on": "2026-06-01", "outcome": "step_down_early_help",
        });
        assert_eq!(closed, expected);
        let listed = cases(&team).await;
        let events = listed[0]["events"].as_array().unwrap();
        let who: Vec<_> = events.iter().map(|event| (&event["event"], &event["by"]["display_name"])).collect();
        assert_eq!(json!(who), json!([
            ["opened", "Priya"], ["step_change", "Ruth"], ["step_change", "Ben"], ["closed", "Ruth"],
        ]));
        assert_eq!((&events[0]["rationale"], &events[3]["rationale"]), (&Value::Null, &json!("The plan is done.")));
    }
}

on_both_stores! {
    async fn a_family_has_one_open_case_and_one_that_follows_is_a_re_referral(app) {
        let team = a_team(&app).await;
        let first = opens(&team.practitioner, &team, &opening("2026-03-02")).await.expect(201);
        let second = opens(&team.manager, &team, &opening("2026-05-04")).await.expect(409);
        assert_eq!(second["detail"], "this family has an open case");
        records(&team.supervisor, &first, "closure", &closing("2026-04-30", "closure")).await.expect(201);

        let early = opens(&team.practitioner, &team, &opening("2026-04-29")).await;
        assert_eq!(early.wrong_fields(), ["/on"], "cases do not overlap");
        let again = opens(&team.practitioner, &team, &opening("2026-05-04")).await.expect(201);

        assert_eq!((&first["re_referral_of"], &again["re_referral_of"]), (&Value::Null, &first["id"]));
        let listed = cases(&team).await;
        assert_eq!((&listed[0]["id"], &listed[1]["id"]), (&again["id"], &first["id"]), "the newest first");
        let late = step("2026-05-04", "cp");
        let refused = records(&team.supervisor, &first, "step-changes", &late).await.expect(409);
        assert_eq!(refused["detail"], "this case is not open");
        records(&team.supervisor, &first, "closure", &closing("2026-05-04", "nfa")).await.expect(409);
    }
}

on_both_stores! {
    async fn what_was_recorded_wrongly_is_put_right_beside_and_nothing_is_changed(app) {
        let team = a_team(&app).await;
        let new = opening("2026-04-01");
        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        let up = step("2026-04-20", "cp");
        records(&team.supervisor, &opened, "step-changes", &up).await.expect(201);
        let ending = closing("2026-05-20", "closure");
        records(&team.supervisor, &opened, "closure", &ending).await.expect(201);

        let right = correction(&new, &json!({ "on": "2026-04-03", "referred_by": "health", "tier": "early_help" }));
        records(&team.supervisor, &opened, "corrections", &right).await.expect(201);
        let right = correction(&up, &json!({ "tier": "cin" }));
        records(&team.supervisor, &opened, "corrections", &right).await.expect(201);
        let right = correction(&ending, &json!({ "outcome": "transfer" }));
        let now = records(&team.supervisor, &opened, "corrections", &right).await.expect(201);

        assert_eq!((&now["opened_on"], &now["referred_by"]), (&json!("2026-04-03"), &json!("health")));
        let step = &now["step_changes"][0];
        assert_eq!((&step["from"], &step["to"]), (&json!("early_help"), &json!("cin")));
        assert_eq!((&now["closed_on"], &now["outcome"]), (&json!("2026-05-20"), &json!("transfer")));
        let events = cases(&team).await[0]["events"].clone();
        assert_eq!((&events[0]["on"], &events[2]["outcome"]), (&json!("2026-04-01"), &json!("closure")));
        assert_eq!((&events[5]["event"], &events[5]["corrects"]), (&json!("corrected"), &ending["id"]));

        // A closing that did not happen leaves the case open, and then it may be closed otherwise.
        let gone = correction(&ending, &json!({ "withdrawn": true }));
        let now = records(&team.supervisor, &opened, "corrections", &gone).await.expect(201);
        assert_eq!((&now["state"], &now["closed_on"]), (&json!("open"), &Value::Null));
        records(&team.supervisor, &opened, "corrections", &correction(&ending, &json!({ "withdrawn": true })))
            .await
            .expect(422);
        records(&team.supervisor, &opened, "closure", &closing("2026-05-29", "nfa")).await.expect(201);
    }
}

on_both_stores! {
    async fn an_opening_that_did_not_happen_leaves_no_case(app) {
        let team = a_team(&app).await;
        let new = opening("2026-04-01");
        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        let up = step("2026-04-20", "cp");
        records(&team.supervisor, &opened, "step-changes", &up).await.expect(201);

        let gone = json!({ "withdrawn": true });
        let too_soon = records(&team.supervisor, &opened, "corrections", &correction(&new, &gone)).await;
        assert_eq!(too_soon.wrong_fields(), ["/corrects"], "a step stands on it");
        records(&team.supervisor, &opened, "corrections", &correction(&up, &gone)).await.expect(201);
        let none = records(&team.supervisor, &opened, "corrections", &correction(&new, &gone)).await.expect(201);

        assert_eq!((&none["state"], &none["opened_on"], &none["tier"]), (&json!("withdrawn"), &Value::Null, &Value::Null));
        let refused = records(&team.supervisor, &opened, "closure", &closing("2026-05-20", "nfa")).await.expect(409);
        assert_eq!(refused["detail"], "this case is not open");
        let other = opens(&team.practitioner, &team, &opening("2026-03-20")).await.expect(201);
        assert_eq!(other["re_referral_of"], Value::Null, "what was not is followed by nothing");
    }
}

on_both_stores! {
    async fn no_record_is_made_that_does_not_fit_the_others(app) {
        let team = a_team(&app).await;
        let tomorrow = opens(&team.practitioner, &team, &opening("2026-06-02")).await;
        assert_eq!(tomorrow.wrong_fields(), ["/on"]);
        let nonsense = opens(&team.practitioner, &team, &opening("1 June")).await;
        assert_eq!(nonsense.wrong_fields(), ["/on"]);
        let new = opening("2026-04-01");
        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        let up = step("2026-04-20", "cp");
        records(&team.supervisor, &opened, "step-changes", &up).await.expect(201);

        for (what, body, pointer) in [
            ("step-changes", step("2026-05-01", "cp"), "/tier"),
            ("step-changes", step("2026-03-31", "early_help"), "/on"),
            ("closure", closing("2026-04-19", "nfa"), "/on"),
            ("closure", closing("2026-06-02", "nfa"), "/on"),
            ("corrections", correction(&new, &json!({ "on": "2026-04-21" })), "/on"),
            ("corrections", correction(&new, &json!({ "tier": "cp" })), "/tier"),
            ("corrections", correction(&new, &json!({ "outcome": "nfa" })), "/outcome"),
            ("corrections", correction(&up, &json!({ "referred_by": "police" })), "/referred_by"),
            ("corrections", correction(&json!({ "id": new_id() }), &json!({ "on": "2026-04-02" })), "/corrects"),
            ("corrections", correction(&new, &json!({})), "/withdrawn"),
            ("corrections", correction(&new, &json!({ "withdrawn": true, "tier": "cin" })), "/withdrawn"),
        ] {
            let refused = records(&team.supervisor, &opened, what, &body).await;
            assert_eq!(refused.wrong_fields(), [pointer], "{body}");
        }

        // A step that was forgotten is recorded later, and stands where it belongs.
        let between = step("2026-04-10", "early_help");
        let now = records(&team.supervisor, &opened, "step-changes", &between).await.expect(201);
        assert_eq!((&now["step_changes"][0]["id"], &now["tier"]), (&between["id"], &json!("cp")));
    }
}

on_both_stores! {
    async fn the_same_again_is_the_same_and_another_under_its_id_is_refused(app) {
        let team = a_team(&app).await;
        let new = opening("2026-04-01");
        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        assert_eq!(opens(&team.practitioner, &team, &new).await.expect(200), opened);
        let mut other = new.clone();
        other["tier"] = json!("cp");
        opens(&team.practitioner, &team, &other).await.expect(409);
        let theirs = opens(&team.manager, &team, &new).await.expect(409);
        assert_eq!(theirs["type"], "/problems/id-used", "an id is its maker's");

        for (what, body) in [
            ("step-changes", step("2026-04-20", "cp")),
            ("corrections", correction(&new, &json!({ "on": "2026-04-02" }))),
            ("closure", closing("2026-05-20", "closure")),
        ] {
            let first = records(&team.supervisor, &opened, what, &body).await.expect(201);
            assert_eq!(records(&team.supervisor, &opened, what, &body).await.expect(200), first);
            let mut other = body.clone();
            other["rationale"] = json!("Otherwise.");
            let used = records(&team.supervisor, &opened, what, &other).await.expect(409);
            assert_eq!(used["type"], "/problems/id-used");
            let mut stolen = opening("2026-05-30");
            stolen["id"] = body["id"].clone();
            let used = opens(&team.practitioner, &team, &stolen).await.expect(409);
            assert_eq!(used["type"], "/problems/id-used");
        }
    }
}

on_both_stores! {
    async fn a_case_takes_a_hundred_events_and_no_more(app) {
        let team = a_team(&app).await;
        let new = opening("2026-04-01");
        let opened = opens(&team.practitioner, &team, &new).await.expect(201);
        for number in 1..100 {
            let on = format!("2026-04-{:02}", number % 9 + 1);
            let right = correction(&new, &json!({ "on": on }));
            records(&team.supervisor, &opened, "corrections", &right).await.expect(201);
        }

        let right = correction(&new, &json!({ "on": "2026-04-01" }));
        let refused = records(&team.supervisor, &opened, "corrections", &right).await.expect(409);

        assert_eq!(refused["detail"], "there is no room for more");
        assert_eq!(cases(&team).await[0]["opened_on"], "2026-04-01", "the hundredth event");
    }
}

on_both_stores! {
    async fn a_case_is_not_closed_over_an_open_alert_and_closes_none(app) {
        let team = a_team(&app).await;
        let opened = opens(&team.practitioner, &team, &opening("2026-04-01")).await.expect(201);
        raise(&team, "urgent").await;
        let ending = closing("2026-06-01", "closure");

        let refused = records(&team.supervisor, &opened, "closure", &ending).await.expect(409);
        assert_eq!(refused["detail"], "an alert about this family is not closed: decide it first");
        the_alert(&team.supervisor).await;
        decided(&team).await;
        records(&team.supervisor, &opened, "closure", &ending).await.expect(201);
    }
}

on_both_stores! {
    async fn whoever_a_worry_lies_in_does_not_learn_of_it_by_closing_the_case(app) {
        let team = a_team(&app).await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let opened = opens(&team.practitioner, &team, &opening("2026-04-01")).await.expect(201);
        let mut about = concern(&team, "urgent", "emotional_abuse");
        about["implicates"] = json!([team.supervisor.id]);
        omar.back().await.post("/concerns", about).await.expect(201);

        let refused = records(&team.deputy, &opened, "closure", &closing("2026-06-01", "nfa")).await;
        assert_eq!(refused.expect(409)["type"], "/problems/wrong-state", "whoever may know of it is held up");
        records(&team.supervisor, &opened, "closure", &closing("2026-06-01", "nfa")).await.expect(201);

        let id = the_alert(&team.deputy).await;
        let told = told_of(&team.deputy).await;
        assert_eq!(told, ["alert.opened", "alert.raised_again"], "and who answers for it is told");
        let history = team.deputy.get(&format!("/alerts/{id}/history")).await.expect(200);
        let lines = history["items"].as_array().unwrap();
        let theirs: Vec<_> = lines.iter().filter(|line| line["by"]["id"] == json!(team.supervisor.id)).collect();
        assert_eq!((theirs.len(), &theirs[0]["deed"]), (1, &json!("case_closed")));
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert_eq!(app.escalate().await, 0, "and it goes on as it was");
        app.advance(60);
        assert_eq!(app.escalate().await, 1);
    }
}

on_both_stores! {
    async fn only_workers_read_cases_audited_and_the_unqualified_decide_nothing(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let opened = opens(&team.practitioner, &team, &opening("2026-04-01")).await.expect(201);

        for who in [&team.practitioner, &team.manager] {
            records(who, &opened, "closure", &closing("2026-06-01", "nfa")).await.expect(403);
            records(who, &opened, "step-changes", &step("2026-06-01", "cp")).await.expect(403);
        }
        for who in [&team.sam, &team.mentor] {
            read(who, &team).await.expect(403);
        }
        for who in [&other.practitioner, &other.supervisor] {
            read(who, &team).await.expect(404);
            opens(who, &team, &opening("2026-06-01")).await.expect(404);
        }
        records(&other.supervisor, &opened, "closure", &closing("2026-06-01", "nfa")).await.expect(404);
        read(&team.practitioner, &team).await.expect(200);
        for who in [&team.deputy, &team.manager] {
            assert_eq!(read(who, &team).await.wrong_fields(), ["reason"]);
        }
        let path = format!("/families/{}/cases?reason=Ruth%20is%20away", team.family_id);
        team.deputy.back().await.get(&path).await.expect(200);

        let audit = team.manager.back().await.get("/audit").await.expect(200);
        let lines = audit["items"].as_array().unwrap().iter();
        let reads: Vec<_> = lines
            .filter(|line| line["deed"] == "cases.read")
            .map(|line| (line["actor"]["display_name"].clone(), line["reason"].clone()))
            .collect();
        assert_eq!(json!(reads), json!([["Ben", "Ruth is away"], ["Priya", null]]));
    }
}

/// Sam is asked how things are each day at five.
async fn asked_daily(team: &Team) {
    let path = format!("/check-in-rhythms/{}", team.sam.id);
    let rhythm = json!({ "version": 0, "starts": "2026-06-01T17:00", "rule": "FREQ=DAILY" });
    team.mentor
        .back()
        .await
        .put(&path, rhythm)
        .await
        .expect(200);
}

/// What became of the latest time Sam was to be asked.
async fn latest_ask(app: &TestApp, team: &Team) -> Value {
    app.advance(24 * 60);
    app.ask().await;
    let path = format!("/check-in-rhythms/{}", team.sam.id);
    let rhythm = team.mentor.back().await.get(&path).await.expect(200);
    rhythm["asks"][0]["state"].clone()
}

on_both_stores! {
    async fn a_family_whose_case_is_closed_is_asked_nothing_until_one_is_opened_again(app) {
        let team = a_team(&app).await;
        asked_daily(&team).await;
        // From ten in the morning until half past five.
        app.advance(7 * 60 + 30);
        app.ask().await;
        assert_eq!(latest_ask(&app, &team).await, "open", "without a case as with one");
        let opened = opens(&team.practitioner, &team, &opening("2026-04-01")).await.expect(201);
        let ending = closing("2026-06-02", "closure");
        records(&team.supervisor, &opened, "closure", &ending).await.expect(201);
        assert_eq!(latest_ask(&app, &team).await, "not_active");

        let gone = correction(&ending, &json!({ "withdrawn": true }));
        records(&team.supervisor, &opened, "corrections", &gone).await.expect(201);
        assert_eq!(latest_ask(&app, &team).await, "open");
        records(&team.supervisor, &opened, "closure", &closing("2026-06-02", "closure")).await.expect(201);
        assert_eq!(latest_ask(&app, &team).await, "not_active");
        opens(&team.practitioner, &team, &opening("2026-06-03")).await.expect(201);
        assert_eq!(latest_ask(&app, &team).await, "open");
    }
}
