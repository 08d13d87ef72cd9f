//! What rests on a social worker or manager who goes: it is shown beforehand with whom it would go to, and is
//! theirs in the same moment.

use serde_json::{Value, json};

use crate::support::{
    Person, Reply, Team, TestApp, a_team, an_action, concern, new_id, on_both_stores, raise, told,
    told_of,
};

const REPLACEMENT: &str = "replacement_account_id";

async fn suspend(team: &Team, who: &Person, heir: Option<&Person>) -> Reply {
    let mut body = json!({ "reason": "agreed with the team" });
    if let Some(heir) = heir {
        body[REPLACEMENT] = json!(heir.id);
    }
    let path = format!("/accounts/{}/suspension", who.id);
    team.manager.back().await.post(&path, body).await
}

/// What rests on somebody, as the manager is shown it.
async fn resting(team: &Team, who: &Person, query: &str) -> Reply {
    let path = format!("/accounts/{}/responsibilities{query}", who.id);
    team.manager.back().await.get(&path).await
}

async fn resting_for(team: &Team, who: &Person, heir: &Person) -> Value {
    let query = format!("?{REPLACEMENT}={}", heir.id);
    resting(team, who, &query).await.expect(200)
}

async fn acknowledge(who: &Person, alert: &str) -> Reply {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await
}

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

async fn supervisor(team: &Team, name: &str) -> Person {
    let manager = team.manager.back().await;
    manager
        .brings_in("supervising_social_worker", name, json!({}))
        .await
}

/// A shift in a pod, in minutes from now.
async fn shift(app: &TestApp, pod: &Team, who: &Person, (from, until): (u64, u64)) -> String {
    let at = |minutes: u64| {
        app.now()
            .plus(std::time::Duration::from_secs(minutes * 60))
            .to_string()
    };
    let body =
        json!({ "id": new_id(), "account_id": who.id, "from": at(from), "until": at(until) });
    let path = format!("/pods/{}/shifts", pod.pod_id);
    let made = pod.manager.back().await.post(&path, body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Who is on for a pod so many minutes from now.
async fn on_duty(app: &TestApp, pod: &Team, minutes: u64) -> Vec<String> {
    let at = app.now().plus(std::time::Duration::from_secs(minutes * 60));
    let path = format!("/pods/{}/on-duty?at={at}", pod.pod_id);
    let on = pod.manager.back().await.get(&path).await.expect(200);
    let people = on["people"].as_array().unwrap().iter();
    people
        .map(|one| one["account"]["display_name"].as_str().unwrap().to_owned())
        .collect()
}

async fn pod_of(team: &Team) -> Value {
    let pods = team
        .manager
        .back()
        .await
        .get("/pods?limit=200")
        .await
        .expect(200);
    let mut all = pods["items"].as_array().unwrap().iter();
    all.find(|pod| pod["id"] == json!(team.pod_id))
        .unwrap()
        .clone()
}

fn goes_to(part: &Value) -> Vec<&str> {
    let parts = part.as_array().unwrap().iter();
    parts
        .map(|one| one["goes_to"]["display_name"].as_str().unwrap_or("nobody"))
        .collect()
}

on_both_stores! {
    async fn what_rests_on_a_supervisor_is_shown_and_is_anothers_in_the_same_moment(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        let (ruth, nia) = (&team.supervisor, supervisor(&team, "Nia").await);
        let cover = json!({ "deputies": [ruth.id, south.deputy.id] });
        team.manager.put(&format!("/pods/{}/cover", south.pod_id), cover).await.expect(200);
        shift(&app, &south, ruth, (0, 600)).await;
        shift(&app, &team, ruth, (600, 1200)).await;
        let id = raise(&team, "immediate").await;
        acknowledge(ruth, &id).await.expect(200);
        let what = ruth.post(&format!("/alerts/{id}/actions"), an_action()).await.expect(201);
        app.advance(10);
        let before = read(ruth, &id).await;

        let shown = resting_for(&team, ruth, &nia).await;
        assert_eq!(goes_to(&shown["pods"]), ["Nia", "Nia"]);
        assert_eq!(goes_to(&shown["shifts"]), ["Nia", "Nia"]);
        assert_eq!(goes_to(&shown["alerts"]), ["Nia"]);
        assert_eq!((&shown["alerts"][0]["id"], &shown["actions"]), (&json!(id), &json!(1)));
        let unnamed = resting(&team, ruth, "").await.expect(200);
        assert_eq!(goes_to(&unnamed["pods"]), ["nobody", "nobody"]);
        assert_eq!(goes_to(&unnamed["shifts"]), ["nobody", "nobody"]);
        assert_eq!(goes_to(&unnamed["alerts"]), ["nobody"]);
        assert_eq!(on_duty(&app, &south, 0).await, ["Ruth"], "nothing is done by looking");
        suspend(&team, ruth, Some(&nia)).await.expect(200);

        assert_eq!(pod_of(&team).await["supervising_social_worker_id"], json!(nia.id));
        assert_eq!(pod_of(&south).await["deputies"], json!([nia.id, south.deputy.id]));
        assert_eq!(on_duty(&app, &south, 0).await, ["Nia"]);
        assert_eq!(on_duty(&app, &south, 580).await, ["Nia"]);
        assert_eq!(on_duty(&app, &south, 595).await, ["Ruth"], "who supervises there is another Ruth");
        assert_eq!(on_duty(&app, &team, 595).await, ["Nia"]);
        let after = read(&nia, &id).await;
        assert_eq!((&after["state"], &after["holder"]["id"]), (&json!("acknowledged"), &json!(nia.id)));
        assert_eq!(after["decide_by"], before["decide_by"], "the clock was not set back");
        let events: Vec<String> = told(&nia).await.into_iter().map(|(event, _)| event).collect();
        assert_eq!(events, ["alert.passed_on", "alert.action_given", "cover.started"]);
        let own = nia.back().await.get("/actions").await.expect(200);
        assert_eq!(own["items"][0]["id"], what["id"]);
        let audit = team.manager.back().await.get(&format!("/audit?about={}", ruth.id)).await.expect(200);
        let suspended = audit["items"].as_array().unwrap().iter().find(|line| line["deed"] == "account.suspended");
        assert_eq!(suspended.unwrap()["detail"][REPLACEMENT], json!(nia.id));

        // Lifted, what was passed on stays there.
        let lifting = format!("/accounts/{}/suspension", ruth.id);
        team.manager.back().await.delete(&lifting).await.expect(200);
        assert_eq!(pod_of(&team).await["supervising_social_worker_id"], json!(nia.id));
        assert_eq!(on_duty(&app, &south, 0).await, ["Nia"]);
    }
}

on_both_stores! {
    async fn whoever_takes_over_must_look_as_soon_as_at_a_new_alert(app) {
        for looks in [true, false] {
            let team = Team::of(&app.manager_of(&format!("looks: {looks}")).await, "Crewe North").await;
            let nia = supervisor(&team, "Nia").await;
            let id = raise(&team, "immediate").await;
            acknowledge(&team.supervisor, &id).await.expect(200);
            suspend(&team, &team.supervisor, Some(&nia)).await.expect(200);
            let decision = json!({ "outcome": "advice", "rationale": "Talked it through." });
            let path = format!("/alerts/{id}/decision");
            nia.back().await.post(&path, decision.clone()).await.expect(409);

            assert_eq!(app.pass(4).await, 0);
            if looks {
                read(&nia, &id).await;
                assert_eq!(app.pass(30).await, 0, "it is theirs");
                nia.back().await.post(&path, decision).await.expect(200);
                continue;
            }
            assert_eq!(app.pass(1).await, 1);
            let alert = read(&team.deputy, &id).await;
            assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
            assert_eq!(app.pass(5).await, 1, "and it climbs");
            assert_eq!(told_of(&team.deputy).await.last().unwrap(), "alert.opened");
        }
    }
}

on_both_stores! {
    async fn what_whoever_is_named_may_not_have_climbs_at_once(app) {
        let team = a_team(&app).await;
        let ben = &team.deputy;
        let mut body = concern(&team, "immediate", "emotional_abuse");
        body["implicates"] = json!([ben.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let alerts = team.supervisor.get("/alerts").await.expect(200);
        let id = alerts["items"][0]["id"].as_str().unwrap().to_owned();
        acknowledge(&team.supervisor, &id).await.expect(200);

        let shown = resting_for(&team, &team.supervisor, ben).await;
        assert_eq!(goes_to(&shown["alerts"]), ["nobody"]);
        suspend(&team, &team.supervisor, Some(ben)).await.expect(200);

        let alert = read(&team.manager, &id).await;
        assert_eq!((&alert["state"], &alert["holder"]), (&json!("open"), &Value::Null));
        assert_eq!(told_of(&team.manager).await.last().unwrap(), "alert.opened");
        assert_eq!(told_of(ben).await, Vec::<String>::new());
        ben.back().await.get(&format!("/alerts/{id}")).await.expect(404);
    }
}

on_both_stores! {
    async fn whoever_asks_is_shown_nothing_of_what_they_must_not_know(app) {
        let team = a_team(&app).await;
        let mut body = concern(&team, "immediate", "emotional_abuse");
        body["implicates"] = json!([team.manager.id]);
        team.practitioner.post("/concerns", body).await.expect(201);
        let alerts = team.supervisor.get("/alerts").await.expect(200);
        let id = alerts["items"][0]["id"].as_str().unwrap().to_owned();
        acknowledge(&team.supervisor, &id).await.expect(200);
        team.supervisor.post(&format!("/alerts/{id}/actions"), an_action()).await.expect(201);

        let shown = resting_for(&team, &team.supervisor, &team.deputy).await;

        assert_eq!((&shown["alerts"], &shown["actions"]), (&json!([]), &json!(0)));
        suspend(&team, &team.supervisor, Some(&team.deputy)).await.expect(200);
        assert_eq!(read(&team.deputy, &id).await["holder"]["id"], json!(team.deputy.id), "and still it is passed on");
        let audit = team.manager.back().await.get("/audit?limit=200").await.expect(200);
        assert!(!audit.to_string().contains(&id));
    }
}

on_both_stores! {
    async fn shifts_that_whoever_is_named_could_not_hold_end(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        let nia = supervisor(&team, "Nia").await;
        let tom = supervisor(&team, "Tom").await;
        // One beside a shift of her own, one in her leave, one that she could hold.
        shift(&app, &south, &nia, (100, 300)).await;
        for times in [(200, 400), (1000, 1300), (2000, 2100)] {
            shift(&app, &south, &tom, times).await;
        }
        let at = |minutes: u64| app.now().plus(std::time::Duration::from_secs(minutes * 60)).to_string();
        let away = json!({ "id": new_id(), "from": at(1200), "until": at(1500) });
        team.manager.post(&format!("/accounts/{}/leave", nia.id), away).await.expect(201);

        let shown = resting_for(&team, &tom, &nia).await;
        assert_eq!(goes_to(&shown["shifts"]), ["nobody", "nobody", "Nia"]);
        suspend(&team, &tom, Some(&nia)).await.expect(200);

        assert_eq!(on_duty(&app, &south, 350).await, ["Ruth"], "whoever supervises");
        assert_eq!(on_duty(&app, &south, 1100).await, ["Ruth"]);
        assert_eq!(on_duty(&app, &south, 2050).await, ["Nia"]);
    }
}

on_both_stores! {
    async fn a_manager_who_goes_passes_on_what_they_have(app) {
        let team = a_team(&app).await;
        let noor = app.manager().await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let id = raise(&team, "urgent").await;
        acknowledge(&omar, &id).await.expect(200);

        let wrong = suspend(&team, &omar, Some(&team.supervisor)).await;
        assert_eq!(wrong.wrong_fields(), ["/replacement_account_id"]);
        let query = format!("?{REPLACEMENT}={}", team.supervisor.id);
        assert_eq!(resting(&team, &omar, &query).await.wrong_fields(), [REPLACEMENT]);
        assert_eq!(goes_to(&resting_for(&team, &omar, &noor).await["alerts"]), ["Maryam"]);
        let leaving = json!({ "reason": "moves to Leeds", REPLACEMENT: noor.id });
        let path = format!("/accounts/{}/departure", omar.id);
        team.manager.back().await.post(&path, leaving).await.expect(200);

        let alert = read(&noor, &id).await;
        assert_eq!((&alert["state"], &alert["holder"]["id"]), (&json!("acknowledged"), &json!(noor.id)));
        assert_eq!(told_of(&noor).await.last().unwrap(), "alert.passed_on");
        // She is told whose it is now, and not that they have said so.
        let (event, data) = told(&team.supervisor).await.pop().unwrap();
        assert_eq!(event, "alert.passed");
        assert_eq!((&data["from"], &data["to"]), (&json!(omar.id), &json!(noor.id)));
        acknowledge(&noor, &id).await;
        read(&noor, &id).await;
        let acknowledged = |(event, _): &(String, Value)| event == "alert.acknowledged";
        let said = told(&team.supervisor).await.into_iter().filter(acknowledged).count();
        assert_eq!(said, 1, "Omar's");
    }
}

on_both_stores! {
    async fn what_rests_on_others_is_counted_and_leaving_for_good_passes_charge_to_the_first_deputy(app) {
        let team = a_team(&app).await;
        let of = async |who: &Person| resting(&team, who, "").await.expect(200);

        let priya = of(&team.practitioner).await;
        assert_eq!((&priya["families"], &priya["matches"], &priya["pods"]), (&json!(1), &json!(0), &json!([])));
        assert_eq!(of(&team.mentor).await["matches"], 1);
        let gone = resting(&team, &team.supervisor, "?for_good=true").await.expect(200);
        assert_eq!(goes_to(&gone["pods"]), ["Ben"]);
        assert_eq!(gone["pods"][0]["attended_by_others"], true);
        assert_eq!(gone["pods"][0]["part"], "supervisor");
        let ben = of(&team.deputy).await;
        assert_eq!((&ben["pods"][0]["part"], goes_to(&ben["pods"])), (&json!("deputy"), vec!["nobody"]));
    }
}
