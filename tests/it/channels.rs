//! Two ways to be called that do not fail together: who on the ladders has fewer, and who is told.

use std::slice::from_ref;

use daybook::db::Address;
use serde_json::{Value, json};

use super::support::{
    Answer, HOOK_KEY, Outside, Person, PushService, TestApp, a_team, daybook, new_id,
    on_both_stores, takes_pushes, verify_number, with_phone_hook,
};

const RUTH: &str = "+447700900123";

/// Who could be missed, as somebody's forecast names them, and how each can be called.
async fn poorly_reached(who: &Person) -> Vec<(String, Vec<String>)> {
    let found = who.back().await.get("/cover/forecast").await.expect(200);
    let people = found["poorly_reached"].as_array().unwrap().iter();
    let mut people: Vec<(String, Vec<String>)> = people
        .map(|one| {
            let channels = one["channels"].as_array().unwrap().iter();
            let channels = channels.map(|name| name.as_str().unwrap().to_owned());
            (
                one["display_name"].as_str().unwrap().to_owned(),
                channels.collect(),
            )
        })
        .collect();
    people.sort();
    people
}

fn reached(name: &str, channels: &[&str]) -> (String, Vec<String>) {
    let channels = channels.iter().map(|channel| (*channel).to_owned());
    (name.to_owned(), channels.collect())
}

/// Why there are gaps.
async fn gaps(who: &Person) -> Vec<Value> {
    let found = who.back().await.get("/cover/forecast").await.expect(200);
    let gaps = found["items"].as_array().unwrap().iter();
    gaps.map(|gap| gap["why"].clone()).collect()
}

on_both_stores! {
    async fn whoever_can_be_called_in_one_way_alone_is_named_until_there_is_another(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let elsewhere = json!({ "name": "Crewe South", "area": "Crewe" });
        let elsewhere = team.manager.post("/pods", elsewhere).await.expect(201);
        let nia = team.manager.brings_in("supervising_social_worker", "Nia", json!({})).await;
        let path = format!("/pods/{}/supervising-social-worker", elsewhere["id"].as_str().unwrap());
        team.manager.put(&path, json!({ "account_id": nia.id })).await.expect(200);
        let (ruth, ben) = (&team.supervisor, &team.deputy);
        assert_eq!(gaps(ruth).await, ["nobody_reachable"]);

        // A telephone alone closes the gap, and is one way alone.
        verify_number(&app, &hook, ruth, RUTH).await;
        takes_pushes(&push, ben).await;
        assert_eq!(gaps(ruth).await, Vec::<Value>::new());
        let (none, ruths, bens) = (reached("Nia", &[]), reached("Ruth", &["phone"]), reached("Ben", &["push"]));
        let maryams = reached("Maryam", &[]);
        assert_eq!(poorly_reached(&team.manager).await, [bens.clone(), maryams.clone(), none.clone(), ruths.clone()]);
        assert_eq!(poorly_reached(ruth).await, [bens.clone(), ruths], "those of her own pod");
        assert_eq!(poorly_reached(&nia).await, from_ref(&none));

        takes_pushes(&push, ruth).await;
        assert_eq!(poorly_reached(ruth).await, from_ref(&bens));
        assert_eq!(poorly_reached(&team.manager).await, [bens, maryams, none]);
        team.practitioner.get("/cover/forecast").await.expect(403);
    }
}

on_both_stores! {
    async fn a_device_counts_only_while_its_pushes_are_taken(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        takes_pushes(&push, ruth).await;
        verify_number(&app, &hook, ruth, RUTH).await;
        let bens = reached("Ben", &[]);
        assert_eq!(poorly_reached(ruth).await, from_ref(&bens));

        push.will_answer(&[Answer::Status(403)]);
        let sam = &team.sam;
        sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        app.call_people_after(1).await;
        assert_eq!(poorly_reached(ruth).await, [bens.clone(), reached("Ruth", &["phone"])]);

        // The next one is taken; then its owner signs the device out.
        let (kim, _) = team.another_member("Kim", "young_person").await;
        kim.post("/help", json!({ "id": new_id() })).await.expect(201);
        app.call_people_after(1).await;
        assert_eq!(poorly_reached(ruth).await, from_ref(&bens));
        app.end_devices(ruth).await;
        assert_eq!(poorly_reached(&team.manager).await[2], reached("Ruth", &["phone"]));
    }
}

on_both_stores! {
    async fn a_way_that_nobody_sends_by_from_here_does_not_count(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        assert_eq!(gaps(&team.supervisor).await, Vec::<Value>::new());

        let app = app.again(|config| config.phone_hook = None).await;

        let ruth = team.supervisor.at(&app.url);
        assert_eq!(gaps(&ruth).await, ["nobody_reachable"]);
        assert_eq!(poorly_reached(&ruth).await[1], reached("Ruth", &[]));
        // Nobody's missing telephone takes the service from everybody.
        app.nobody().get("/health/ready").await.expect(200);
    }
}

/// What the doctor says of the people: the line, and whether it finds nothing wrong with them.
fn doctor(app: &TestApp) -> (String, bool) {
    let database = match app.app.store().address() {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let folder = tempfile::tempdir().unwrap();
    let output = daybook(folder.path())
        .args(["doctor", "--database", &database, "--keys"])
        .arg(&app.app.config().keys)
        .args([
            "--phone-hook-url",
            "http://127.0.0.1:9/",
            "--phone-hook-key",
            HOOK_KEY,
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said
        .lines()
        .find(|line| line.split_whitespace().nth(1) == Some("people"));
    let line = line
        .unwrap_or_else(|| panic!("nothing about people: {said}"))
        .to_owned();
    let is_well = line.starts_with("ok ");
    assert!(is_well || !output.status.success(), "{said}");
    (line, is_well)
}

on_both_stores! {
    async fn the_doctor_names_whoever_could_be_missed(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let manager = app.manager().await;
        assert!(doctor(&app).1, "without a pod there is no ladder");
        let team = a_team(&app).await;

        let (line, is_well) = doctor(&app);
        assert!(!is_well, "{line}");
        for name in ["4 on the ladders", "Ruth of Cheshire East (none)", "Ben of Cheshire East"] {
            assert!(line.contains(name), "{name}: {line}");
        }
        for (number, who) in [&team.supervisor, &team.deputy, &team.manager, &manager].into_iter().enumerate() {
            takes_pushes(&push, who).await;
            assert!(!doctor(&app).1);
            verify_number(&app, &hook, who, &format!("+44770090012{number}")).await;
        }

        let (line, is_well) = doctor(&app);
        assert!(is_well, "{line}");
    }
}
