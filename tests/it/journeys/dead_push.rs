//! A dead push that looks alive: the push service takes every push and delivers none.

use serde_json::{Value, json};

use crate::support::{
    Outside, PASSWORD, Person, PushService, a_team, new_id, on_both_stores, takes_pushes,
    the_alert, the_ring, told, verify_number, with_phone_hook,
};

/// How the people of the forecast who could be missed can be called, by name.
async fn poorly_reached(who: &Person) -> Vec<(Value, Value)> {
    let found = who.back().await.get("/cover/forecast").await.expect(200);
    let people = found["poorly_reached"].as_array().unwrap().iter();
    people
        .map(|one| (one["display_name"].clone(), one["channels"].clone()))
        .collect()
}

async fn was_told(who: &Person, event: &str) -> usize {
    let events = told(who).await.into_iter();
    events.filter(|(name, _)| name == event).count()
}

on_both_stores! {
    async fn a_push_service_that_takes_everything_keeps_nobody_from_being_called(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify_number(&app, &hook, ruth, "+447700900123").await;
        // Two devices of hers: the telephone, and the tablet whose place is gone by now.
        takes_pushes(&push, ruth).await;
        let tablet = Person::sign_in(&app.url, "Tablet", &ruth.email, PASSWORD).await;
        takes_pushes(&push, &tablet).await;
        takes_pushes(&push, &team.deputy).await;
        // It was said beforehand that Ben could be missed.
        assert_eq!(poorly_reached(ruth).await, [(json!("Ben"), json!(["push"]))]);

        // Friday night. Sam asks for help; the tablet's push is refused as gone, the other is taken, and
        // nobody hears anything.
        let night = json!({ "id": new_id() });
        push.is_gone("/Tablet", true);
        let pressed = team.sam.post("/help", night.clone()).await.expect(201);
        assert_eq!(pressed["seen_by_a_person"], false);
        app.call_people().await;
        assert_eq!(push.take().len(), 2);
        let id = the_alert(&team.deputy).await;
        let path = format!("/alerts/{id}");
        let alert = team.deputy.back().await.get(&path).await.expect(200);
        assert_eq!((&alert["state"], &alert["step"]), (&json!("open"), &json!(0)));
        // She and the manager learn that a device takes no pushes any more.
        assert_eq!(was_told(ruth, "device.push_ended").await, 1);
        assert_eq!(was_told(&team.manager, "device.push_ended").await, 1);

        // Her time is up: her telephone rings, and Ben is told.
        assert_eq!(app.pass(5).await, 1);
        app.call_people().await;
        assert_eq!(the_ring(&hook)["to"], "+447700900123");
        assert_eq!(push.take().len(), 1, "Ben's, taken too and never seen");
        // That a telephone rang moves nothing either: the managers are called next, and it goes on.
        for step in 2..8 {
            assert_eq!(app.pass(5).await, 1);
            app.call_people().await;
            let alert = team.deputy.back().await.get(&path).await.expect(200);
            assert_eq!((&alert["state"], &alert["step"]), (&json!("open"), &json!(step)));
        }
        let again = team.sam.back().await.post("/help", night.clone()).await.expect(200);
        assert_eq!(again["seen_by_a_person"], false);

        // She opens the app on the tablet, which subscribes again, and says that she has it.
        hook.take();
        push.take();
        let tablet = tablet.back().await;
        push.is_gone("/Tablet", false);
        takes_pushes(&push, &tablet).await;
        tablet.post_nothing(&format!("{path}/acknowledgement")).await.expect(200);
        let seen = team.sam.back().await.post("/help", night).await.expect(200);
        assert_eq!(seen["seen_by_a_person"], true);
        app.call_people_after(120).await;
        assert!(hook.take().is_empty(), "nobody is rung for what somebody has");
        push.take();
        let more = json!({ "id": new_id() });
        team.sam.back().await.post("/help", more).await.expect(201);
        app.call_people().await;
        let mut reached: Vec<String> = push.take().into_iter().map(|came| came.path).collect();
        reached.sort();
        assert_eq!(reached, ["/Ruth", "/Tablet"], "the tablet takes pushes again");
    }
}
