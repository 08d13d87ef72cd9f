//! Check-ins, and the one answer in them that never goes to the mentor.

use serde_json::{Value, json};

use crate::support::{
    Person, Team, a_team, alerts_of, new_id, on_both_stores, the_alert, told, told_of,
};

fn check_in(safety: impl Into<Value>) -> Value {
    json!({
        "id": new_id(),
        "scale": 6,
        "better": "If I could see my nan on Sundays again.",
        "wants_contact": false,
        "someone_makes_me_unsafe": safety.into(),
    })
}

async fn read(who: &Person, team: &Team) -> crate::support::Reply {
    who.get(&format!("/check-ins?family_member_id={}", team.sam.id))
        .await
}

on_both_stores! {
    async fn a_check_in_is_stored_once_and_read_back(app) {
        let team = a_team(&app).await;
        let body = check_in(json!("no"));

        let first = team.sam.post("/check-ins", body.clone()).await.expect(201);
        app.advance(1);
        let again = team.sam.post("/check-ins", body.clone()).await.expect(200);
        let mut other = body.clone();
        other["scale"] = json!(2);
        team.sam.post("/check-ins", other).await.expect(409);

        assert_eq!(first, again);
        let own = read(&team.sam, &team).await.expect(200);
        assert_eq!(own["items"], json!([first]));
        assert_eq!(own["items"][0]["someone_makes_me_unsafe"], "no");
        assert!(alerts_of(&team.supervisor).await.is_empty());
    }
}

on_both_stores! {
    async fn the_answer_about_safety_raises_an_alert_as_serious_as_it_is(app) {
        for (answer, severity) in
            [("yes", "immediate"), ("not_sure", "urgent"), ("rather_not_say", "urgent")]
        {
            let team = Team::of(&app.manager_of(answer).await, "Crewe North").await;

            team.sam.post("/check-ins", check_in(json!(answer))).await.expect(201);

            let alert = alerts_of(&team.supervisor).await.remove(0);
            assert_eq!(alert["severity"], severity, "{answer}");
            let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
            let whole = team.supervisor.get(&path).await.expect(200);
            let occurrence = &whole["occurrences"][0];
            assert_eq!(occurrence["source"]["kind"], "check_in");
            let rule = format!("someone_makes_me_unsafe.{answer}");
            assert_eq!(occurrence["findings"][0]["rule"], rule.as_str());
            assert_eq!(occurrence["quote"], json!([]));
        }
    }
}

on_both_stores! {
    async fn the_mentor_learns_nothing_of_the_answer_about_safety(app) {
        let team = a_team(&app).await;
        let mut seen = Vec::new();

        for safety in [json!("yes"), json!("no"), Value::Null] {
            let before = told(&team.mentor).await.len();
            team.sam.post("/check-ins", check_in(safety)).await.expect(201);
            let events = told(&team.mentor).await.split_off(before);
            assert_eq!(events.len(), 1);
            let mut keys: Vec<String> =
                events[0].1.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            seen.push((events[0].0.clone(), keys));
        }

        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
        assert_eq!(seen[0].0, "check_in.created");
        let list = read(&team.mentor, &team).await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 3);
        assert!(items.iter().all(|item| item.get("someone_makes_me_unsafe").is_none()));
        assert_eq!(items[0]["better"], "If I could see my nan on Sundays again.");
        assert!(told(&team.practitioner).await.iter().any(|(event, _)| event == "check_in.created"));
    }
}

on_both_stores! {
    async fn what_would_make_it_better_is_screened_like_every_text(app) {
        let team = a_team(&app).await;
        let mut body = check_in(json!("no"));
        body["better"] = json!("if dad stopped. dad hits me every night now");

        team.sam.post("/check-ins", body).await.expect(201);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["category"], "physical_abuse");
        let quote = alert["occurrences"][0]["quote"].as_array().unwrap();
        assert!(quote.iter().any(|piece| piece["matched"] == true));
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn words_and_answer_of_one_check_in_are_two_occurrences_of_one_alert(app) {
        let team = a_team(&app).await;
        let mut body = check_in(json!("yes"));
        body["better"] = json!("i cant cope anymore");

        team.sam.post("/check-ins", body.clone()).await.expect(201);
        team.sam.post("/check-ins", body).await.expect(200);

        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["occurrence_count"], 2);
        assert_eq!(alert["severity"], "immediate");
    }
}

on_both_stores! {
    async fn who_reads_check_ins_is_audited_and_cover_says_why(app) {
        let team = a_team(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        team.sam.post("/check-ins", check_in(json!("no"))).await.expect(201);
        let path = format!("/check-ins?family_member_id={}", team.sam.id);

        for reader in [&team.supervisor, &team.practitioner] {
            let list = reader.get(&path).await.expect(200);
            assert_eq!(list["items"][0]["someone_makes_me_unsafe"], "no");
        }
        for reader in [&team.deputy, &team.manager] {
            assert_eq!(reader.get(&path).await.wrong_fields(), ["reason"]);
            let why = format!("{path}&reason=Ruth%20is%20on%20leave");
            reader.get(&why).await.expect(200);
        }
        let elsewhere = app.manager_of("Stockport").await;
        let mia = team.another_member("Mia", "parent").await.0;
        let strangers =
            [&other.supervisor, &other.practitioner, &other.mentor, &other.sam, &mia, &elsewhere];
        for stranger in strangers {
            stranger.get(&format!("{path}&reason=curious")).await.expect(404);
        }

        let audit = format!("/audit?about={}", team.sam.id);
        let audit = team.manager.get(&audit).await.expect(200);
        let lines: Vec<(&str, &Value)> = audit["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["deed"] == "check_ins.read")
            .map(|line| (line["actor"]["display_name"].as_str().unwrap(), &line["reason"]))
            .collect();
        let leave = json!("Ruth is on leave");
        let expected = [
            ("Maryam", &leave), ("Ben", &leave), ("Priya", &Value::Null), ("Ruth", &Value::Null),
        ];
        assert_eq!(lines, expected);
    }
}

on_both_stores! {
    async fn check_ins_are_turned_page_by_page_the_newest_first(app) {
        let team = a_team(&app).await;
        let mut sent = Vec::new();
        for _ in 0..5 {
            let stored = team.sam.post("/check-ins", check_in(Value::Null)).await.expect(201);
            sent.insert(0, stored["id"].clone());
            app.advance(1);
        }

        let path = format!("/check-ins?family_member_id={}&limit=2", team.sam.id);
        let mut found = Vec::new();
        let mut next = String::new();
        loop {
            let page = team.sam.get(&format!("{path}{next}")).await.expect(200);
            let items = page["items"].as_array().unwrap();
            found.extend(items.iter().map(|item| item["id"].clone()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&after={cursor}");
        }

        assert_eq!(found, sent);
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_check_in_is_named(app) {
        let team = a_team(&app).await;
        let wrong = async |key: &str, value: Value| {
            let mut body = check_in(Value::Null);
            body[key] = value;
            team.sam.post("/check-ins", body).await.wrong_fields()
        };

        assert_eq!(wrong("scale", json!(11)).await, ["/scale"]);
        assert_eq!(wrong("scale", json!(-1)).await, ["/scale"]);
        assert_eq!(wrong("better", json!(" ")).await, ["/better"]);
        assert_eq!(wrong("someone_makes_me_unsafe", json!("maybe")).await, ["/someone_makes_me_unsafe"]);
        assert_eq!(wrong("mood", json!("fine")).await, ["/mood"]);
        for other in [&team.mentor, &team.practitioner, &team.supervisor, &team.manager] {
            other.post("/check-ins", check_in(Value::Null)).await.expect(403);
        }
        assert_eq!(team.sam.get("/check-ins").await.wrong_fields(), ["family_member_id"]);
        let own = read(&team.sam, &team).await.expect(200);
        assert_eq!(own["items"], json!([]));
    }
}

on_both_stores! {
    async fn every_part_is_read_back_and_all_words_are_screened(app) {
        let team = a_team(&app).await;
        let parts = json!({
            "better": "Nan came.\nWe baked.", "best_hopes": "Mornings without shouting",
            "resources": "My brother", "next_sign": "Story time", "exceptions": "On Sunday",
            "coping": "I go for a run when dad hits me", "template": "en/1",
        });
        let mut body = check_in(json!("no"));
        body.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());

        let stored = team.sam.post("/check-ins", body.clone()).await.expect(201);
        assert_eq!(team.sam.post("/check-ins", body).await.expect(200), stored);

        for (name, said) in parts.as_object().unwrap() {
            assert_eq!(&stored[name], said, "{name}");
        }
        let mentors = read(&team.mentor, &team).await.expect(200);
        assert_eq!(mentors["items"][0]["coping"], parts["coping"]);
        let id = the_alert(&team.supervisor).await;
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        let quote = alert["occurrences"][0]["quote"].as_array().unwrap();
        let matched = quote.iter().find(|piece| piece["matched"] == true).unwrap();
        assert!(matched["text"].as_str().unwrap().contains("hits me"), "{matched}");
        let whole: String = quote.iter().map(|piece| piece["text"].as_str().unwrap()).collect();
        assert!(whole.contains("I go for a run"), "{whole}");

        let mut wrong = check_in(json!("no"));
        wrong["coping"] = json!("x".repeat(1001));
        wrong["template"] = json!("en/2");
        assert_eq!(team.sam.post("/check-ins", wrong.clone()).await.wrong_fields(), ["/coping"]);
        wrong["coping"] = json!("I run");
        assert_eq!(team.sam.post("/check-ins", wrong).await.wrong_fields(), ["/template"]);
    }
}

on_both_stores! {
    async fn a_correction_keeps_the_first_answer_and_what_was_made_of_it(app) {
        let team = a_team(&app).await;
        let mut before = check_in(json!("no"));
        before["scale"] = json!(8);
        team.sam.post("/check-ins", before).await.expect(201);
        app.advance(1);
        let mut first = check_in(json!("yes"));
        first["scale"] = json!(1);
        let first = team.sam.post("/check-ins", first).await.expect(201);
        app.advance(1);

        let mut second = check_in(json!("no"));
        second["scale"] = json!(7);
        second["corrects"] = first["id"].clone();
        let second = team.sam.post("/check-ins", second).await.expect(201);

        let list = read(&team.practitioner, &team).await.expect(200);
        assert_eq!(list["items"][0]["corrects"], first["id"]);
        assert_eq!(list["items"][1], first, "it stays as it was");
        assert_eq!(alerts_of(&team.supervisor).await.len(), 1, "what it raised stays raised");
        let needs = team.mentor.get("/needs").await.expect(200);
        let reasons: Vec<&Value> = (needs["items"].as_array().unwrap().iter())
            .map(|need| &need["follow_up"]["reasons"])
            .collect();
        assert_eq!(reasons, [&json!(["low", "fall"])], "and the correction is no fall from it");
        app.advance(1);
        let mut low = check_in(json!("no"));
        low["scale"] = json!(4);
        team.sam.back().await.post("/check-ins", low).await.expect(201);
        let needs = team.mentor.back().await.get("/needs").await.expect(200);
        assert_eq!(needs["items"][1]["follow_up"]["reasons"], json!(["fall"]), "seven stands, not one");

        let mia = team.another_member("Mia", "parent").await.0;
        let mut hers = check_in(json!("no"));
        hers["corrects"] = first["id"].clone();
        assert_eq!(mia.post("/check-ins", hers).await.wrong_fields(), ["/corrects"]);
        let mut third = check_in(json!("no"));
        third["corrects"] = second["id"].clone();
        assert_eq!(team.sam.back().await.post("/check-ins", third).await.wrong_fields(), ["/corrects"]);
    }
}

on_both_stores! {
    async fn an_authority_asks_in_its_own_words_and_no_version_is_changed(app) {
        let team = a_team(&app).await;
        let polish = async |who: &Person| {
            let list = who.back().await.get("/check-in-templates").await.expect(200);
            let items = list["items"].as_array().unwrap().iter();
            items.filter(|item| item["language"] == "pl").cloned().collect::<Vec<_>>()
        };
        let shipped = polish(&team.sam).await;
        assert_eq!((shipped.len(), &shipped[0]["template"]), (1, &json!("pl/1")));
        let questions = shipped[0]["questions"].as_array().unwrap();
        assert_eq!(questions.len(), 9);
        let coping = questions.iter().find(|one| one["question"] == "coping").unwrap();
        assert_eq!(coping["asked"], "up_to_two");

        let ask = |question: &str, words: &str| json!({ "question": question, "words": words });
        let own = json!({ "language": "pl", "questions": [
            ask("scale", "Jak tam?"), ask("coping", "Co pomaga?"),
            ask("wants_contact", "Zadzwonić?"),
            ask("someone_makes_me_unsafe", "Czy ktoś sprawia, że nie czujesz się bezpiecznie?"),
        ] });
        let made = team.manager.post("/check-in-templates", own.clone()).await.expect(201);
        assert_eq!((&made["template"], &made["made_by"]), (&json!("pl/2"), &json!(team.manager.id)));
        assert_eq!(polish(&team.sam).await, [made]);
        let again = team.manager.post("/check-in-templates", own.clone()).await.expect(201);
        assert_eq!(again["version"], 3);
        for known in ["pl/1", "pl/2", "pl/3"] {
            let mut body = check_in(json!("no"));
            body["template"] = json!(known);
            team.sam.post("/check-ins", body).await.expect(201);
        }
        let elsewhere = app.manager_of("Stockport").await;
        assert_eq!(polish(&elsewhere).await, shipped);

        let mut unsafe_left_out = own.clone();
        unsafe_left_out["questions"].as_array_mut().unwrap().pop();
        let refused = team.manager.post("/check-in-templates", unsafe_left_out).await;
        assert_eq!(refused.wrong_fields(), ["/questions"]);
        let mut twice = own.clone();
        twice["questions"].as_array_mut().unwrap().push(ask("scale", "Jak?"));
        assert_eq!(team.manager.post("/check-in-templates", twice).await.wrong_fields(), ["/questions/4"]);
        let mut elsewhere = own;
        elsewhere["language"] = json!("pl-PL");
        assert_eq!(team.manager.post("/check-in-templates", elsewhere).await.wrong_fields(), ["/language"]);
    }
}

on_both_stores! {
    async fn nobody_puts_the_question_about_safety_in_other_words(app) {
        let team = a_team(&app).await;
        let safety = async |language: &str| {
            let list = team.sam.get("/check-in-templates").await.expect(200);
            let found = list["items"].as_array().unwrap().iter().find(|one| one["language"] == language);
            let questions = found.unwrap()["questions"].as_array().unwrap().clone();
            let is_it = |one: &&Value| one["question"] == "someone_makes_me_unsafe";
            questions.iter().find(is_it).unwrap()["words"].clone()
        };
        let asking = |language: &str, words: &Value| json!({ "language": language, "questions": [
            { "question": "scale", "words": "How is it going?" },
            { "question": "wants_contact", "words": "A call?" },
            { "question": "someone_makes_me_unsafe", "words": words },
        ] });
        let shipped = safety("en").await;

        for words in ["Do you like pizza?", "Is anyone making you feel unsafe", "IS ANYONE MAKING YOU FEEL UNSAFE?"] {
            let refused = team.manager.post("/check-in-templates", asking("en", &json!(words))).await;
            assert_eq!(refused.wrong_fields(), ["/questions/2/words"], "{words}");
        }
        // The words of another language are other words, and where there are none there is no template.
        let polish = safety("pl").await;
        let refused = team.manager.post("/check-in-templates", asking("en", &polish)).await;
        assert_eq!(refused.wrong_fields(), ["/questions/2/words"]);
        let refused = team.manager.post("/check-in-templates", asking("so", &shipped)).await;
        assert_eq!(refused.wrong_fields(), ["/language"]);
        assert_eq!(safety("en").await, shipped);
        team.manager.post("/check-in-templates", asking("en", &shipped)).await.expect(201);

        // What an earlier release let through is shown in the shipped words all the same.
        app.reword_templates(shipped.as_str().unwrap(), "Do you like pizza?").await;
        assert_eq!(safety("en").await, shipped);
    }
}

on_both_stores! {
    async fn while_the_workers_stand_still_a_check_in_says_so_whatever_it_says_itself(app) {
        let app = app.turning().await;
        let team = a_team(&app).await;
        let usual = team.sam.post("/check-ins", check_in("yes")).await.expect(201);
        assert_eq!(usual.get("standstill"), None);
        app.stop_workers().await;
        app.advance(1);

        let unsafe_one = check_in("yes");
        let mut said = Vec::new();
        for body in [unsafe_one.clone(), check_in("no"), check_in(Value::Null)] {
            let answer = team.sam.post("/check-ins", body).await.expect(201);
            said.push(answer["standstill"].clone());
        }
        let again = team.sam.post("/check-ins", unsafe_one.clone()).await.expect(200);

        assert_eq!(said[0]["seen_by_a_person"], false);
        assert_eq!(said[0]["help_lines"][0]["number"], "999");
        assert!(said.iter().all(|one| *one == said[0]), "it tells what was answered: {said:?}");
        assert_eq!(again["standstill"], said[0]);
        let list = read(&team.sam, &team).await.expect(200);
        assert_eq!(list["items"][0].get("standstill"), None);
        // Once somebody has it there is no more to say.
        let alert = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{alert}/acknowledgement");
        team.supervisor.post_nothing(&path).await.expect(200);
        let seen = team.sam.post("/check-ins", unsafe_one).await.expect(200);
        assert_eq!(seen.get("standstill"), None);
    }
}
