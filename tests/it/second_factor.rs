//! The second factor: set up, asked for, used up, removed.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::support::{PASSWORD, Person, Place, Reply, TestApp, a_team, on_both_stores};
use daybook::base::time::Clock;
use daybook::care::accounts::Role;

/// The code an authenticator with this secret shows now, or `steps` half minutes later.
fn code(app: &TestApp, factor: &Value, steps: u64) -> String {
    let secret = Secret::try_from_base32(factor["secret"].as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(app.now().micros()).unwrap() / 1_000_000;
    totp.generate(now + 30 * steps).to_string()
}

/// Sets a second factor up and confirms it.
async fn enrol(app: &TestApp, person: &Person) -> Value {
    let factor = person
        .post(
            "/accounts/me/second-factor",
            json!({ "password": PASSWORD }),
        )
        .await
        .expect(201);
    let body = json!({ "one_time_code": code(app, &factor, 0) });
    person
        .post("/accounts/me/second-factor/confirmation", body)
        .await
        .expect(204);
    factor
}

/// Signs in with this code beside the password.
async fn sign_in(app: &TestApp, email: &Value, code: Option<&str>) -> Reply {
    let mut body = json!({ "email": email, "password": PASSWORD });
    if let Some(code) = code {
        body["one_time_code"] = json!(code);
    }
    app.nobody().post("/sessions", body).await
}

on_both_stores! {
    async fn whoever_has_one_signs_in_with_a_code_that_counts_once(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        let factor = enrol(&app, &manager).await;

        let without = sign_in(&app, &email, None).await;
        let wrong = sign_in(&app, &email, Some("000000")).await;
        let confirmed_with = sign_in(&app, &email, Some(&code(&app, &factor, 0))).await;
        let newer = code(&app, &factor, 1);

        assert_eq!(without.body["type"], "/problems/second-factor-needed");
        assert_eq!(wrong.body["type"], "/problems/wrong-secret");
        assert_eq!(confirmed_with.body["type"], "/problems/wrong-secret", "used at confirming");
        sign_in(&app, &email, Some(&newer)).await.expect(200);
        sign_in(&app, &email, Some(&newer)).await.expect(401);
        let url = factor["otpauth_url"].as_str().unwrap();
        assert!(url.starts_with("otpauth://totp/Daybook:manager"), "{url}");
    }
}

on_both_stores! {
    async fn a_recovery_code_stands_in_once(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        let factor = enrol(&app, &manager).await;
        let codes = factor["recovery_codes"].as_array().unwrap();
        assert_eq!(codes.len(), 10);
        let first = codes[0].as_str().unwrap();

        sign_in(&app, &email, Some(&first.to_lowercase())).await.expect(200);

        sign_in(&app, &email, Some(first)).await.expect(401);
        sign_in(&app, &email, codes[1].as_str()).await.expect(200);
    }
}

on_both_stores! {
    async fn codes_are_guessed_no_faster_than_passwords(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        enrol(&app, &manager).await;

        let guesses = (0..10).map(|_| sign_in(&app, &email, Some("123123")));
        let answers = futures_util::future::join_all(guesses).await;

        let compared = answers.iter().filter(|answer| answer.status == 401).count();
        assert_eq!(compared, 5);
        for _ in 0..4 {
            let wrong = json!({ "one_time_code": "000000" });
            let refused = manager.call(reqwest::Method::DELETE, "/accounts/me/second-factor", Some(wrong)).await;
            assert_eq!(refused.wrong_fields(), ["/one_time_code"]);
        }
    }
}

on_both_stores! {
    async fn it_is_confirmed_once_and_removed_with_a_code(app) {
        let team = a_team(&app).await;
        let manager = &team.manager;
        let first = manager.post("/accounts/me/second-factor", json!({ "password": PASSWORD })).await.expect(201);
        let second = manager.post("/accounts/me/second-factor", json!({ "password": PASSWORD })).await.expect(201);
        let guess = json!({ "password": "not the right one" });
        let refused = manager.post("/accounts/me/second-factor", guess).await;
        assert_eq!(refused.wrong_fields(), ["/password"], "an open browser locks nobody out");
        let path = "/accounts/me/second-factor/confirmation";
        let with = |code: String| json!({ "one_time_code": code });

        let older = manager.post(path, with(code(&app, &first, 0))).await;
        manager.post(path, with(code(&app, &second, 0))).await.expect(204);

        assert_eq!(older.wrong_fields(), ["/one_time_code"]);
        manager.post(path, with(code(&app, &second, 1))).await.expect(409);
        manager.post("/accounts/me/second-factor", json!({ "password": PASSWORD })).await.expect(409);
        assert_eq!(manager.get("/accounts/me").await.expect(200)["has_second_factor"], true);
        let removal = Some(with(code(&app, &second, 1)));
        manager.call(reqwest::Method::DELETE, "/accounts/me/second-factor", removal).await.expect(204);
        assert_eq!(manager.get("/accounts/me").await.expect(200)["has_second_factor"], false);
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        sign_in(&app, &email, None).await.expect(200);
        team.sam.post("/accounts/me/second-factor", json!({ "password": PASSWORD })).await.expect(403);
    }
}

on_both_stores! {
    async fn a_role_that_must_have_one_gets_no_further_without(app) {
        let team = a_team(&app).await;
        let app = app
            .again(|config| config.require_second_factor = vec![Role::ServiceManager])
            .await;
        let email = team.manager.at(&app.url).get("/accounts/me").await.expect(200)["email"].clone();
        let manager = Person::sign_in(&app.url, "Maryam", email.as_str().unwrap(), PASSWORD).await;

        let refused = manager.get("/pods").await;

        assert_eq!(refused.status, 401);
        assert_eq!(refused.body["type"], "/problems/second-factor-needed");
        let own = manager.get("/accounts/me").await.expect(200);
        assert_eq!(own["must_have_second_factor"], true);
        manager.put("/accounts/me/password", json!({})).await.expect(401);
        let factor = enrol(&app, &manager).await;
        let body = json!({ "refresh_token": manager.refresh_token });
        let refreshed = manager.post("/sessions/refresh", body).await.expect(200);
        let manager = manager.with_session("Maryam", &refreshed);
        manager.get("/pods").await.expect(200);
        let removal = Some(json!({ "one_time_code": code(&app, &factor, 1) }));
        manager.call(reqwest::Method::DELETE, "/accounts/me/second-factor", removal).await.expect(409);
        // Other roles go on as before.
        team.supervisor.at(&app.url).get("/pods").await.expect(200);
    }
}

/// As the README sets it up: nothing is said about a second factor.
async fn whoever_is_made_first_signs_in_and_sets_it_up(place: Place) {
    let server = place.serve_as_shipped();
    let manager = place.manager(&server.url).await;

    let refused = manager.get("/pods").await.expect(401);
    assert_eq!(refused["type"], "/problems/second-factor-needed");
    let factor = manager
        .post(
            "/accounts/me/second-factor",
            json!({ "password": PASSWORD }),
        )
        .await;
    let shown = with_code_of_now(&factor.expect(201));
    manager
        .post("/accounts/me/second-factor/confirmation", shown)
        .await
        .expect(204);

    let manager = manager.back().await;
    let pod = json!({ "name": "Crewe North", "area": "Crewe" });
    let pod = manager.post("/pods", pod).await.expect(201);
    // Staff whom they invite set theirs up as well; a mentor need not.
    let in_pod = json!({ "pod_id": pod["id"] });
    let priya = manager
        .brings_in("family_practitioner", "Priya", in_pod.clone())
        .await;
    priya.get("/families").await.expect(401);
    let asha = manager.brings_in("peer_mentor", "Asha", in_pod).await;
    asha.get("/conversations").await.expect(200);
    assert!(server.stop());
}

/// What an authenticator shows now, by the machine's clock.
fn with_code_of_now(factor: &Value) -> Value {
    let secret = Secret::try_from_base32(factor["secret"].as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(Clock::system().now().micros()).unwrap() / 1_000_000;
    json!({ "one_time_code": totp.generate(now).to_string() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_shipped_the_first_manager_sets_up_a_second_factor_on_sqlite() {
    whoever_is_made_first_signs_in_and_sets_it_up(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_shipped_the_first_manager_sets_up_a_second_factor_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        whoever_is_made_first_signs_in_and_sets_it_up(place).await;
    }
}
