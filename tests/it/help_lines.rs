//! Help lines: read by anyone, kept by managers, never silently out of date.

use serde_json::{Value, json};

use super::support::{a_team, on_both_stores};

fn front_door(verified_on: &str) -> Value {
    json!({
        "locality": "Cheshire East",
        "name": "Children's front door, out of hours",
        "number": "0300 123 5022",
        "hours": "evenings, nights, weekends and bank holidays",
        "verified_on": verified_on,
    })
}

fn numbers(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|line| line["number"].as_str().unwrap()).collect()
}

on_both_stores! {
    async fn anyone_reads_the_national_lines_and_those_of_a_place(app) {
        let team = a_team(&app).await;
        team.manager.post("/help-lines", front_door("2026-05-28")).await.expect(201);

        let nobody = app.nobody().get("/help-lines").await.expect(200);
        let there = app.nobody().get("/help-lines?locality=Cheshire%20East").await.expect(200);
        let sam = team.sam.get("/help-lines").await.expect(200);
        let leeds = app.manager_of("Leeds").await.get("/help-lines").await.expect(200);

        assert_eq!(numbers(&nobody)[..2], ["999", "0800 1111"]);
        assert_eq!(numbers(&there)[..3], ["999", "0300 123 5022", "0800 1111"]);
        assert_eq!(sam["items"], there["items"]);
        assert_eq!(leeds["items"], nobody["items"]);
        let mut forged = app.nobody();
        "forged".clone_into(&mut forged.token);
        assert_eq!(forged.get("/help-lines").await.expect(200)["items"], nobody["items"]);
        // A child who may do nothing else still sees whom to call.
        app.set_status(&team.sam, "suspended").await;
        assert_eq!(team.sam.get("/help-lines").await.expect(200)["items"], there["items"]);
        app.end_devices(&team.sam).await;
        assert_eq!(team.sam.get("/help-lines").await.expect(200)["items"], nobody["items"]);
    }
}

on_both_stores! {
    async fn a_line_that_nobody_has_verified_for_ninety_days_is_overdue(app) {
        let team = a_team(&app).await;
        let line = team.manager.post("/help-lines", front_door("2026-03-03")).await.expect(201);
        let path = format!("/help-lines/{}", line["id"].as_str().unwrap());

        app.advance(24 * 60);
        let manager = team.manager.back().await;
        let overdue = manager.get("/help-lines").await.expect(200);
        let verified = manager.put(&path, front_door("2026-06-02")).await.expect(200);

        assert_eq!(line["overdue"], false);
        assert_eq!(overdue["items"][1]["overdue"], true);
        assert_eq!(verified["overdue"], false);
        let future = manager.put(&path, front_door("2026-06-09")).await;
        assert_eq!(future.wrong_fields(), ["/verified_on"]);
        let nonsense = manager.put(&path, front_door("last week")).await;
        assert_eq!(nonsense.wrong_fields(), ["/verified_on"]);
    }
}

on_both_stores! {
    async fn only_a_manager_of_the_authority_keeps_its_lines(app) {
        let team = a_team(&app).await;
        let elsewhere = app.manager_of("Leeds").await;
        let line = team.manager.post("/help-lines", front_door("2026-05-28")).await.expect(201);
        let path = format!("/help-lines/{}", line["id"].as_str().unwrap());

        team.supervisor.post("/help-lines", front_door("2026-05-28")).await.expect(403);
        elsewhere.put(&path, front_door("2026-05-28")).await.expect(404);
        elsewhere.delete(&path).await.expect(404);
        team.manager.delete(&path).await.expect(204);

        team.manager.delete(&path).await.expect(404);
        assert_eq!(numbers(&team.sam.get("/help-lines").await.expect(200))[1], "0800 1111");
    }
}
