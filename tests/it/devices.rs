//! Staying signed in, unlocking with a PIN, signing out.

use serde_json::{Value, json};

use super::support::{PASSWORD, PIN, Person, Phone, Reply, a_team, on_both_stores};

/// Unlocks the device of this person with a PIN.
async fn unlock(person: &Person, pin: &str) -> Reply {
    let body = json!({ "pin": pin, "refresh_token": person.refresh_token });
    person.post("/sessions/unlock", body).await
}

/// Exchanges a device secret.
async fn refresh(person: &Person, secret: &Value) -> Reply {
    let body = json!({ "refresh_token": secret });
    person.post("/sessions/refresh", body).await
}

on_both_stores! {
    async fn a_lost_refresh_answer_gives_the_same_successor_again(app) {
        let manager = app.manager().await;
        let old = json!(manager.refresh_token);

        let first = refresh(&manager, &old).await.expect(200);
        let again = refresh(&manager, &old).await.expect(200);
        let third = refresh(&manager, &first["refresh_token"]).await.expect(200);

        assert_eq!(first["refresh_token"], again["refresh_token"]);
        assert_ne!(first["refresh_token"], third["refresh_token"]);
        // The first one is two generations old now: somebody kept a copy, and the device ends.
        refresh(&manager, &old).await.expect(401);
        refresh(&manager, &third["refresh_token"]).await.expect(401);
        manager.get("/pods").await.expect(401);
    }
}

on_both_stores! {
    async fn two_tabs_that_refresh_at_once_get_the_same_successor(app) {
        let manager = app.manager().await;
        let old = json!(manager.refresh_token);

        let both = futures_util::future::join_all((0..6).map(|_| refresh(&manager, &old))).await;

        let secrets: Vec<Value> = both
            .into_iter()
            .map(|reply| reply.expect(200)["refresh_token"].clone())
            .collect();
        assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]), "{secrets:?}");
        refresh(&manager, &secrets[0]).await.expect(200);
    }
}

on_both_stores! {
    async fn a_familys_device_gives_access_only_while_it_is_unlocked(app) {
        let team = a_team(&app).await;
        let secret = json!(team.sam.refresh_token);
        app.advance(11 * 60);
        let next = refresh(&team.sam, &secret).await.expect(200)["refresh_token"].clone();
        app.advance(11 * 60);
        let next = refresh(&team.sam, &next).await.expect(200)["refresh_token"].clone();

        app.advance(12 * 60);
        let locked = refresh(&team.sam, &next).await;
        let wrong = json!({ "pin": "999999", "refresh_token": next });
        team.sam.post("/sessions/unlock", wrong).await.expect(401);
        let still = refresh(&team.sam, &next).await;

        for refused in [locked, still] {
            assert_eq!((refused.status, &refused.body["type"]), (401, &json!("/problems/locked")));
        }
        let right = json!({ "pin": PIN, "refresh_token": next });
        let unlocked = team.sam.post("/sessions/unlock", right).await.expect(200);
        refresh(&team.sam, &unlocked["refresh_token"]).await.expect(200);
        // Staff and mentors have a password and no PIN: their devices stay as they are.
        refresh(&team.mentor, &json!(team.mentor.refresh_token)).await.expect(200);
    }
}

on_both_stores! {
    async fn a_pin_unlocks_an_enrolled_device_and_nothing_else(app) {
        let team = a_team(&app).await;

        let unlocked = unlock(&team.sam, PIN).await.expect(200);

        assert_eq!(unlocked["account"]["id"], json!(team.sam.id));
        assert_ne!(unlocked["refresh_token"], json!(team.sam.refresh_token));
        let sam = app.nobody().with_session("Sam", &unlocked);
        sam.get("/accounts/me").await.expect(200);
        // A PIN alone opens nothing, another's device does not open with it, and staff have none.
        let alone = app.nobody().post("/sessions/unlock", json!({ "pin": PIN })).await;
        assert_eq!(alone.wrong_fields(), ["/refresh_token"]);
        let made_up = json!({ "pin": PIN, "refresh_token": "AAAA" });
        app.nobody().post("/sessions/unlock", made_up).await.expect(401);
        unlock(&team.mentor, PASSWORD).await.expect(401);
        let as_staff = json!({ "email": "sam", "password": PIN });
        app.nobody().post("/sessions", as_staff).await.expect(401);
    }
}

on_both_stores! {
    async fn wrong_pins_wait_longer_and_the_tenth_ends_the_device(app) {
        let team = a_team(&app).await;
        let mut waited = 0;

        for tried in 1..=10 {
            let mut answer = unlock(&team.sam, "000000").await;
            while answer.status == 429 {
                waited += 1;
                app.advance(1);
                answer = unlock(&team.sam, "000000").await;
            }
            let expected = if tried < 10 { "wrong-secret" } else { "sign-in-again" };
            assert_eq!(answer.status, 401);
            assert_eq!(answer.body["type"], format!("/problems/{expected}"), "try {tried}");
        }

        assert_eq!(waited, 6, "every try after the fourth");
        app.advance(60);
        unlock(&team.sam, PIN).await.expect(401);
        refresh(&team.sam, &json!(team.sam.refresh_token)).await.expect(401);
    }
}

on_both_stores! {
    async fn a_right_pin_forgets_the_wrong_ones_and_another_device_is_not_locked(app) {
        let team = a_team(&app).await;
        let (maja, _) = team.another_member("Maja", "parent").await;
        for _ in 0..3 {
            unlock(&team.sam, "000000").await.expect(401);
        }

        let unlocked = unlock(&team.sam, PIN).await.expect(200);

        let sam = app.nobody().with_session("Sam", &unlocked);
        for _ in 0..4 {
            unlock(&sam, "000000").await.expect(401);
        }
        unlock(&sam, PIN).await.expect(429);
        unlock(&maja, PIN).await.expect(200);
    }
}

on_both_stores! {
    async fn pins_guessed_at_the_same_time_are_all_counted(app) {
        let team = a_team(&app).await;

        let guesses = (0..20).map(|_| unlock(&team.sam, "000000"));
        let answers = futures_util::future::join_all(guesses).await;

        let compared = answers.iter().filter(|answer| answer.status == 401).count();
        assert!(compared <= 4, "{compared} of 20 were compared");
    }
}

on_both_stores! {
    async fn signing_out_ends_the_device_and_closes_its_socket(app) {
        let team = a_team(&app).await;
        let mut phone = Phone::of(&team.mentor).await;

        team.mentor.delete("/sessions/current").await.expect(204);

        phone.closed().await;
        team.mentor.get("/accounts/me").await.expect(401);
        refresh(&team.mentor, &json!(team.mentor.refresh_token)).await.expect(401);
    }
}

on_both_stores! {
    async fn a_lost_phone_is_signed_out_from_another_device(app) {
        let team = a_team(&app).await;
        let email = team.mentor.get("/accounts/me").await.expect(200)["email"].clone();
        let email = email.as_str().unwrap();
        let laptop = Person::sign_in(&app.url, "Asha", email, PASSWORD).await;
        let tablet = Person::sign_in(&app.url, "Asha", email, PASSWORD).await;
        let mut lost = Phone::of(&team.mentor).await;

        let devices = laptop.get("/accounts/me/devices").await.expect(200);

        let items = devices["items"].as_array().unwrap();
        assert_eq!(items.len(), 3);
        let own: Vec<&Value> = items.iter().filter(|item| item["current"] == true).collect();
        assert_eq!(own.len(), 1);
        let oldest = items.last().unwrap()["id"].as_str().unwrap();
        let path = format!("/accounts/me/devices/{oldest}");
        team.sam.delete(&path).await.expect(404);
        laptop.delete(&path).await.expect(204);
        lost.closed().await;
        team.mentor.get("/pods").await.expect(401);
        laptop.delete(&path).await.expect(404);
        laptop.delete("/accounts/me/devices").await.expect(204);
        tablet.get("/accounts/me").await.expect(401);
        laptop.get("/accounts/me").await.expect(200);
    }
}

on_both_stores! {
    async fn the_app_keeps_its_device_secret_in_a_cookie_no_script_can_read(app) {
        let team = a_team(&app).await;
        let email = team.mentor.get("/accounts/me").await.expect(200)["email"].clone();
        let client = reqwest::Client::new();
        let body = json!({ "email": email, "password": PASSWORD, "client": "app" });

        let signed_in = app.nobody().post("/sessions", body).await;

        let cookie = signed_in.headers["set-cookie"].to_str().unwrap().to_owned();
        for part in ["__Host-daybook=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
        assert!(signed_in.body.get("refresh_token").is_none());
        let refreshed = client
            .post(format!("{}/api/v1/sessions/refresh", app.url))
            .header("cookie", cookie.split(';').next().unwrap())
            .json(&json!({}))
            .send()
            .await
            .unwrap();
        assert_eq!(refreshed.status(), 200);
        let rotated = refreshed.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert_ne!(rotated, cookie);
        let token = refreshed.json::<Value>().await.unwrap()["access_token"].clone();
        let signed_out = client
            .delete(format!("{}/api/v1/sessions/current", app.url))
            .bearer_auth(token.as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(signed_out.status(), 204);
        let gone = signed_out.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(gone.contains("Max-Age=0"), "{gone}");
    }
}

on_both_stores! {
    async fn rotated_signing_keys_sign_nobody_out(app) {
        let team = a_team(&app).await;
        let path = app.app.config().keys.clone();
        let mut keys = daybook::keyfile::load(&path, daybook::keyfile::Custody::Own).unwrap();
        keys.rotate_signing().unwrap();
        keys.use_signing().unwrap();
        daybook::keyfile::save(&path, &keys, daybook::keyfile::Existing::Replace).unwrap();

        let app = app.again(|_config| {}).await;

        let sam = team.sam.at(&app.url);
        sam.get("/accounts/me").await.expect(200);
        let refreshed = refresh(&sam, &json!(sam.refresh_token)).await.expect(200);
        let sam = sam.with_session("Sam", &refreshed);
        sam.get("/accounts/me").await.expect(200);
    }
}

on_both_stores! {
    async fn an_access_token_ends_after_ten_minutes_and_a_changed_one_never_works(app) {
        let manager = app.manager().await;
        let mut forged = manager.clone();
        forged.token.pop();

        forged.get("/accounts/me").await.expect(401);
        app.advance(9);
        manager.get("/accounts/me").await.expect(200);
        app.advance(1);
        manager.get("/accounts/me").await.expect(401);
    }
}

on_both_stores! {
    async fn of_more_than_fifty_devices_the_one_unused_the_longest_ends(app) {
        let team = a_team(&app).await;
        let signs_in = async || Person::sign_in(&app.url, "Asha", &team.mentor.email, PASSWORD).await;
        let count = async |who: &Person| {
            let list = who.get("/accounts/me/devices").await.expect(200);
            list["items"].as_array().unwrap().len()
        };
        let second = signs_in().await;
        app.advance(1);
        // The first one is the oldest, and in use.
        let first = team.mentor.with_new_secret().await;
        for _ in 0..48 {
            signs_in().await;
        }
        assert_eq!(count(&second).await, 50);
        let mut phone = Phone::of(&second).await;

        let latest = signs_in().await;

        phone.closed().await;
        second.get("/accounts/me").await.expect(401);
        refresh(&second, &json!(second.refresh_token)).await.expect(401);
        assert_eq!((count(&first).await, count(&latest).await), (50, 50));
        team.sam.get("/accounts/me").await.expect(200);
    }
}
