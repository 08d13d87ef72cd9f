//! Evaluation: families and people counted, with intervals, and nothing said of few.

use daybook::care::evaluation::interval::wilson;
use serde_json::{Value, json};

use crate::support::{
    Person, Team, TestApp, a_team, alerts_of, concern, new_id, on_both_stores, say,
};

/// Everything somebody is told of a span.
async fn figures(who: &Person, query: &str) -> Vec<Value> {
    let path = format!("/evaluation{query}");
    let answer = who.back().await.get(&path).await.expect(200);
    answer["items"].as_array().unwrap().clone()
}

/// One figure of it: of a measure, in a unit, of this part.
fn figure<'f>(all: &'f [Value], measure: &str, unit: &str, code: Option<&str>) -> &'f Value {
    let is_it = |one: &&Value| {
        one["measure"] == measure && one["unit"] == unit && one["code"] == json!(code)
    };
    all.iter().find(is_it).unwrap()
}

/// How many families, as `null` where it is hidden.
fn families<'f>(all: &'f [Value], measure: &str, code: Option<&str>) -> &'f Value {
    &figure(all, measure, "families", code)["count"]
}

async fn makes(team: &Team, path: &str, body: Value) -> Value {
    team.supervisor
        .back()
        .await
        .post(path, body)
        .await
        .expect(201)
}

async fn a_family(team: &Team) -> String {
    let family = json!({ "pod_id": team.pod_id, "reference": format!("CIN-{}", new_id()) });
    let made = team
        .manager
        .back()
        .await
        .post("/families", family)
        .await
        .expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn opens(team: &Team, family: &str, on: &str) -> String {
    let body = json!({ "id": new_id(), "on": on, "tier": "cin", "referred_by": "school" });
    let made = makes(team, &format!("/families/{family}/cases"), body).await;
    made["id"].as_str().unwrap().to_owned()
}

async fn steps(team: &Team, case: &str, on: &str, tier: &str) {
    let body = json!({ "id": new_id(), "on": on, "tier": tier, "rationale": "Agreed." });
    makes(team, &format!("/cases/{case}/step-changes"), body).await;
}

async fn closes(team: &Team, case: &str, on: &str, outcome: &str) {
    let body = json!({ "id": new_id(), "on": on, "outcome": outcome, "rationale": "Done." });
    makes(team, &format!("/cases/{case}/closure"), body).await;
}

/// So many families whose cases were opened and closed on these days.
async fn closed(team: &Team, many: usize, (on, until): (&str, &str), outcome: &str) -> Vec<String> {
    let mut families = Vec::new();
    for _ in 0..many {
        let family = a_family(team).await;
        let case = opens(team, &family, on).await;
        closes(team, &case, until, outcome).await;
        families.push(family);
    }
    families
}

const SPRING: &str = "?from=2026-01-01&to=2026-05-31";

on_both_stores! {
    async fn cases_are_counted_by_what_happened_in_the_span_and_few_are_hidden(app) {
        let team = a_team(&app).await;
        closed(&team, 6, ("2026-02-01", "2026-04-01"), "closure").await;
        closed(&team, 5, ("2026-02-01", "2026-05-31"), "transfer").await;
        // Before the span and after it.
        closed(&team, 5, ("2025-03-01", "2025-12-31"), "closure").await;
        closed(&team, 5, ("2026-06-01", "2026-06-01"), "closure").await;
        for _ in 0..5 {
            let case = opens(&team, &a_family(&team).await, "2025-10-01").await;
            steps(&team, &case, "2026-03-01", "cp").await;
        }
        for _ in 0..2 {
            let case = opens(&team, &a_family(&team).await, "2026-05-10").await;
            steps(&team, &case, "2026-05-11", "early_help").await;
        }

        let all = figures(&team.supervisor, SPRING).await;

        assert_eq!(families(&all, "cases_open", None), 7);
        assert_eq!(families(&all, "cases_opened", None), 13);
        assert_eq!(families(&all, "cases_closed", None), 11);
        assert_eq!(families(&all, "cases_stepped_up", None), 5);
        assert_eq!(*families(&all, "cases_stepped_down", None), Value::Null);
        assert_eq!(*families(&all, "families_without_case", None), Value::Null, "Sam's alone");
        let part = figure(&all, "cases_closed", "families", Some("closure"));
        let interval = wilson(6, 11).unwrap();
        let near = |shown: &Value, share: f64| (shown.as_f64().unwrap() - share).abs() < 0.0006;
        assert_eq!((&part["count"], &part["of"], &part["suppressed"]), (&json!(6), &json!(11), &json!(false)));
        assert!(near(&part["low"], interval.low) && near(&part["high"], interval.high), "{part}");
        // Of the others nothing, and nothing of the transfers either: they would give the others away.
        for outcome in ["nfa", "step_down_early_help", "step_up_cp", "transfer"] {
            let part = figure(&all, "cases_closed", "families", Some(outcome));
            let expected = json!({
                "measure": "cases_closed", "unit": "families", "split": "outcome", "code": outcome,
                "suppressed": true, "count": null, "of": null, "low": null, "high": null, "seconds": null,
            });
            assert_eq!(*part, expected);
        }
        for tier in ["early_help", "cin", "cp"] {
            assert_eq!(*families(&all, "cases_open", Some(tier)), Value::Null, "two of seven and five of seven");
        }
    }
}

on_both_stores! {
    async fn whoever_was_referred_again_is_known_after_a_whole_year(app) {
        let team = a_team(&app).await;
        let days = ("2025-01-10", "2025-03-01");
        let soon = closed(&team, 6, days, "closure").await;
        let later = closed(&team, 5, days, "nfa").await;
        closed(&team, 7, days, "closure").await;
        for family in &soon {
            opens(&team, family, "2025-09-01").await;
        }
        for family in &later {
            opens(&team, family, "2026-03-01").await;
        }

        let all = figures(&team.supervisor, SPRING).await;

        assert_eq!(families(&all, "cases_followed", None), 18);
        for (code, count) in [
            ("within_6_months", 6), ("in_months_7_to_12", 5), ("not_within_12_months", 7), ("within_12_months", 11),
        ] {
            let part = figure(&all, "cases_followed", "families", Some(code));
            assert_eq!((&part["count"], &part["of"]), (&json!(count), &json!(18)), "{code}");
        }
        assert_eq!(families(&all, "cases_opened", None), &json!(5));
        assert_eq!(*families(&all, "cases_opened", Some("re_referral")), Value::Null, "none was the first");
    }
}

on_both_stores! {
    async fn people_are_counted_beside_families_and_many_of_few_families_are_hidden(app) {
        let team = a_team(&app).await;
        for number in 0..5 {
            let family = a_family(&team).await;
            let who = json!({ "family_id": family, "kind": "young_person" });
            team.manager.back().await.brings_in("family_member", "Kim", who.clone()).await;
            if number == 0 {
                team.manager.back().await.brings_in("family_member", "Ali", who).await;
                for name in ["Ann", "Bea", "Cas", "Dil", "Eve"] {
                    let who = json!({ "family_id": family, "kind": "parent" });
                    team.manager.back().await.brings_in("family_member", name, who).await;
                }
            }
            opens(&team, &family, "2026-05-10").await;
        }

        let all = figures(&team.manager, "").await;

        assert_eq!(families(&all, "cases_opened", None), 5);
        assert_eq!(figure(&all, "cases_opened", "young_people", None)["count"], 6);
        assert_eq!(figure(&all, "cases_opened", "adults", None)["count"], Value::Null, "five of one family");
    }
}

on_both_stores! {
    async fn children_of_two_families_are_two_families_however_many_they_are(app) {
        let team = a_team(&app).await;
        let days = ("2025-01-10", "2025-03-01");
        let all = closed(&team, 8, days, "closure").await;
        for (family, children) in all.iter().zip([6, 3, 1, 1, 1, 1, 1, 1]) {
            for _ in 0..children {
                let who = json!({ "family_id": family, "kind": "young_person" });
                team.manager.back().await.brings_in("family_member", "Kim", who).await;
            }
        }
        opens(&team, &all[0], "2025-06-01").await;
        opens(&team, &all[1], "2025-12-01").await;

        // Up to the day on which the children came in.
        let all = figures(&team.supervisor, "?from=2026-01-01&to=2026-06-01").await;

        assert_eq!(figure(&all, "cases_followed", "young_people", None)["count"], 15);
        for code in ["within_6_months", "in_months_7_to_12", "not_within_12_months", "within_12_months"] {
            let part = figure(&all, "cases_followed", "young_people", Some(code));
            assert_eq!((&part["count"], &part["suppressed"]), (&Value::Null, &json!(true)), "{code}");
        }
    }
}

/// Sam's household: so many people, who are asked each day at eleven from the second on.
async fn asked_daily(team: &Team, many: usize) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..many {
        let (who, _) = team
            .another_member(&format!("Kim {number}"), "young_person")
            .await;
        let rhythm = json!({
            "version": 0, "starts": "2026-06-02T11:00", "rule": "FREQ=DAILY", "window_hours": 6,
        });
        let path = format!("/check-in-rhythms/{}", who.id);
        team.mentor
            .back()
            .await
            .put(&path, rhythm)
            .await
            .expect(200);
        people.push(who);
    }
    people
}

/// The worker of check-ins turns every half hour for a day.
async fn a_day(app: &TestApp) {
    for _ in 0..48 {
        app.advance(30);
        app.ask().await;
    }
}

on_both_stores! {
    async fn of_check_ins_it_says_how_many_were_asked_for_and_how_many_came(app) {
        let team = a_team(&app).await;
        let people = asked_daily(&team, 5).await;
        a_day(&app).await;
        a_day(&app).await;
        let few = figures(&team.supervisor, "").await;
        app.advance(60);
        app.ask().await;
        for who in &people {
            let body = json!({ "id": new_id(), "scale": 7, "wants_contact": false });
            who.back().await.post("/check-ins", body).await.expect(201);
        }
        a_day(&app).await;

        let asked = |all: &[Value], code| figure(all, "check_ins_asked", "check_ins", code)["count"].clone();
        assert_eq!(asked(&few, None), 5);
        assert_eq!((asked(&few, Some("missed")), asked(&few, Some("answered"))), (Value::Null, Value::Null));
        let all = figures(&team.supervisor, "").await;
        let answered = asked(&all, Some("answered"));
        let missed = asked(&all, Some("missed"));
        assert_eq!((asked(&all, None), answered, missed), (json!(10), json!(5), json!(5)));
        assert_eq!(figure(&all, "check_ins_not_asked", "check_ins", None)["count"], Value::Null);
        let part = figure(&all, "check_ins_asked", "check_ins", Some("answered"));
        assert!(part["low"].as_f64().unwrap() < 0.5 && part["high"].as_f64().unwrap() > 0.5);
    }
}

/// An alert about somebody new, taken and decided by the supervisor after a minute.
async fn decided(app: &TestApp, team: &Team, name: &str, outcome: &str) {
    let mut team = team.clone();
    team.practitioner = team.practitioner.back().await;
    let (member, _) = team.another_member(name, "parent").await;
    member
        .post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
    let alerts = alerts_of(&team.supervisor).await;
    let about = alerts
        .iter()
        .find(|alert| alert["family_member"]["id"] == json!(member.id));
    let path = format!("/alerts/{}", about.unwrap()["id"].as_str().unwrap());
    app.advance(1);
    let ruth = team.supervisor.back().await;
    ruth.post_nothing(&format!("{path}/acknowledgement"))
        .await
        .expect(200);
    let body = json!({ "outcome": outcome, "rationale": "Rang her." });
    ruth.post(&format!("{path}/decision"), body)
        .await
        .expect(200);
}

on_both_stores! {
    async fn of_alerts_it_says_what_came_of_them_and_how_long_they_waited(app) {
        let team = a_team(&app).await;
        for name in ["Ann", "Bea", "Cas", "Dil", "Eve"] {
            decided(&app, &team, name, "advice").await;
        }
        for name in ["Fay", "Gus", "Hal", "Ida", "Jan", "Kit"] {
            decided(&app, &team, name, "cin_review").await;
        }

        let all = figures(&team.supervisor, "").await;

        let alerts = |code| figure(&all, "alerts_raised", "alerts", code)["count"].clone();
        assert_eq!((alerts(None), alerts(Some("cin_review"))), (json!(11), json!(6)));
        // No urgent one and none to watch: the immediate ones would say so.
        for severity in ["immediate", "urgent", "watch"] {
            assert_eq!(alerts(Some(severity)), Value::Null);
            let waits = figure(&all, "seconds_until_acknowledged", "alerts", Some(severity));
            assert_eq!((&waits["suppressed"], &waits["seconds"]), (&json!(true), &Value::Null));
        }
        for outcome in ["advice", "police", "not_decided"] {
            assert_eq!(alerts(Some(outcome)), Value::Null, "{outcome}");
        }
        let mut team = team.clone();
        team.practitioner = team.practitioner.back().await;
        for number in 0..5 {
            let (member, _) = team.another_member(&format!("Lea {number}"), "parent").await;
            let mut body = concern(&team, "urgent", "neglect");
            body["family_member_id"] = json!(member.id);
            team.practitioner.post("/concerns", body).await.expect(201);
            let (member, _) = team.another_member(&format!("Max {number}"), "parent").await;
            let mut body = concern(&team, "watch", "neglect");
            body["family_member_id"] = json!(member.id);
            team.practitioner.post("/concerns", body).await.expect(201);
        }
        let all = figures(&team.supervisor, "").await;
        let waits = figure(&all, "seconds_until_acknowledged", "alerts", Some("immediate"));
        assert_eq!(waits["count"], 11);
        assert_eq!(waits["seconds"], json!({ "median_s": 60, "p90_s": 60, "worst_s": 60 }));
    }
}

on_both_stores! {
    async fn of_waits_for_the_mentor_it_says_how_long_in_the_hours_in_which_they_read(app) {
        let team = a_team(&app).await;
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let windows = days.map(|day| json!({ "day": day, "from": "09:00", "to": "17:00" }));
        let hours = format!("/accounts/{}/reading-hours", team.mentor.id);
        team.mentor.put(&hours, json!({ "windows": windows })).await.expect(200);
        let mut pairs = Vec::new();
        for number in 0..5 {
            pairs.push(team.another_member(&format!("Kim {number}"), "parent").await);
        }
        let told = async || {
            let all = figures(&team.supervisor, "").await;
            let of = |measure, code| figure(&all, measure, "waits", code).clone();
            [of("waits_for_answer", None), of("waits_for_answer", Some("answered")), of("seconds_until_answered", None)]
        };
        let seconds = |median: u64, longest: u64| json!({ "median_s": median, "p90_s": longest, "worst_s": longest });

        for (who, talk) in &pairs[1..] {
            say(who, talk, "Are you there?").await.expect(201);
        }
        let [few, _, hidden] = told().await;
        assert_eq!((&few["count"], &hidden["seconds"]), (&Value::Null, &Value::Null), "four families");
        let (first, talk) = &pairs[0];
        say(first, talk, "Are you there?").await.expect(201);
        app.advance(30);
        say(&first.back().await, talk, "Hello?").await.expect(201);
        let [all, answered, took] = told().await;
        assert_eq!((&all["count"], &answered["count"]), (&json!(5), &Value::Null));
        assert_eq!(took["seconds"], seconds(1800, 1800), "so far");

        app.advance(30);
        for (_, talk) in &pairs[1..] {
            say(&team.mentor.back().await, talk, "I am here").await.expect(201);
        }
        // Half past nine the next morning: seven hours of this day and half of one.
        app.advance(22 * 60 + 30);
        say(&team.mentor.back().await, talk, "Here I am").await.expect(201);
        say(&team.mentor.back().await, talk, "How are you?").await.expect(201);
        app.advance(60);
        let [all, answered, took] = told().await;
        assert_eq!((&all["count"], &answered["count"]), (&json!(5), &Value::Null), "nobody waits: that is few, too");
        assert_eq!((&took["count"], &took["seconds"]), (&json!(5), &seconds(3600, 27_000)));

        // What is written once the work has ended has no mentor to wait for.
        app.end_match(&team).await;
        app.advance(1);
        say(&team.sam.back().await, &team.conversation_id, "Thank you").await.expect(201);
        assert_eq!(told().await[0]["count"], 5);
        assert_eq!(figures(&team.supervisor, "?from=2026-05-01&to=2026-05-31").await.last().unwrap()["count"], Value::Null);
    }
}

on_both_stores! {
    async fn everybody_sees_those_of_their_own_pods_and_none_they_must_not_know_of(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        for name in ["Ann", "Bea", "Cas", "Dil"] {
            decided(&app, &team, name, "advice").await;
        }
        let mut about = concern(&team, "immediate", "emotional_abuse");
        about["implicates"] = json!([team.supervisor.id, team.manager.id]);
        omar.back().await.post("/concerns", about).await.expect(201);
        closed(&team, 5, ("2026-02-01", "2026-04-01"), "closure").await;
        let told = |all: &[Value]| {
            let alerts = figure(all, "alerts_raised", "alerts", None)["count"].clone();
            (alerts, families(all, "cases_closed", None).clone())
        };

        // Whoever the fifth alert is about sees four, which are too few: as if it were not there.
        for accused in [&team.supervisor, &team.manager] {
            assert_eq!(told(&figures(accused, "").await), (Value::Null, json!(5)), "{}", accused.name);
        }
        assert_eq!(told(&figures(&omar, "").await), (json!(5), json!(5)));
        let mine = format!("?pod_id={}", team.pod_id);
        assert_eq!(told(&figures(&omar, &mine).await), (json!(5), json!(5)));
        let nothing = (Value::Null, Value::Null);
        assert_eq!(told(&figures(&other.supervisor, "").await), nothing);
        // A deputy answers for the pod, and does not supervise it.
        assert_eq!(told(&figures(&team.deputy, "").await), nothing);
        for path in ["/evaluation", "/evaluation.csv"] {
            let theirs = format!("{path}{mine}");
            other.supervisor.back().await.get(&theirs).await.expect(404);
            app.manager_of("Leeds").await.get(&theirs).await.expect(404);
            team.practitioner.back().await.get(path).await.expect(403);
        }
    }
}

on_both_stores! {
    async fn the_span_is_a_year_at_most_and_none_of_it_to_come(app) {
        let team = a_team(&app).await;
        let ruth = team.supervisor.back().await;

        let all = ruth.get("/evaluation").await.expect(200);
        assert_eq!((&all["from"], &all["to"]), (&json!("2025-06-02"), &json!("2026-06-01")));
        assert_eq!(all["definitions"]["version"], 2);
        let measures = all["definitions"]["measures"].as_array().unwrap();
        for item in all["items"].as_array().unwrap() {
            assert!(measures.iter().any(|one| one["measure"] == item["measure"]), "{item} is not defined");
        }
        for (wrong, field) in [
            ("?from=2026-05-02&to=2026-05-01", "from"),
            ("?from=2025-05-01&to=2026-05-01", "from"),
            ("?to=2026-06-02", "to"),
            ("?from=yesterday", "from"),
            ("?to=2026-02-30", "to"),
        ] {
            for path in ["/evaluation", "/evaluation.csv"] {
                let refused = ruth.get(&format!("{path}{wrong}")).await;
                assert_eq!(refused.wrong_fields(), [field], "{wrong}");
            }
        }
    }
}

on_both_stores! {
    async fn what_is_taken_away_is_the_same_with_its_definitions_and_no_name_and_leaves_a_line(app) {
        let team = a_team(&app).await;
        closed(&team, 6, ("2026-02-01", "2026-04-01"), "closure").await;
        closed(&team, 5, ("2026-02-01", "2026-05-31"), "transfer").await;
        let ruth = team.supervisor.back().await;

        let reply = ruth.get(&format!("/evaluation.csv{SPRING}")).await;

        let header = |name: &str| reply.headers[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with("text/csv"));
        assert_eq!(header("content-disposition"), "attachment; filename=\"evaluation-2026-01-01-2026-05-31.csv\"");
        let body = reply.expect(200);
        let text = body.as_str().unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert!(lines[0].starts_with("line,measure,unit,split,code,suppressed,count,of,low,high,"));
        assert_eq!(lines.last(), Some(&""), "each line is ended");
        assert!(lines.contains(&"about,,,,,,,,,,,,,definitions 2"));
        assert!(lines.contains(&"figure,cases_closed,families,outcome,closure,no,6,11,0.280,0.787,,,,"));
        assert!(lines.contains(&"figure,cases_closed,families,outcome,nfa,yes,,,,,,,,"));
        let shown = figures(&team.supervisor, SPRING).await;
        let written = lines.iter().filter(|line| line.starts_with("figure,"));
        assert_eq!(written.count(), shown.len());
        assert!(lines.iter().any(|line| line.starts_with("definition,cases_closed,,")));
        for name in ["Sam", "Ruth", "Asha", "Crewe", "CIN-"] {
            assert!(!text.contains(name), "{name}");
        }
        let audit = team.manager.back().await.get("/audit").await.expect(200);
        let line = audit["items"].as_array().unwrap().iter().find(|line| line["deed"] == "evaluation.exported");
        let line = line.unwrap();
        assert_eq!(line["actor"]["display_name"], "Ruth");
        assert_eq!(line["detail"], json!({ "from": "2026-01-01", "to": "2026-05-31", "definitions": 2 }));
    }
}
