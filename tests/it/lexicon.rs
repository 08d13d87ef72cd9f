//! Living with the lexicon: an authority's own rules, from the draft to the withdrawal.

use serde_json::{Value, json};

use super::support::{
    Person, Team, TestApp, a_rule, a_team, alerts_of, concern, new_id, on_both_stores, say,
    the_alert, told,
};

const DOOR: &str = "he sent me to the blue door";
const RULE: &str = "local.exploitation.blue_door";

async fn drafted(manager: &Person, rules: Value) -> String {
    let mut body = json!({});
    body["rules"] = rules;
    let made = manager.post("/lexicon/drafts", body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn publish(manager: &Person, draft: &str) -> crate::support::Reply {
    manager
        .post_nothing(&format!("/lexicon/drafts/{draft}/publication"))
        .await
}

async fn published(manager: &Person, rules: Value) -> Value {
    let draft = drafted(manager, rules).await;
    publish(manager, &draft).await.expect(200)
}

async fn withdraw(manager: &Person, number: i32) -> crate::support::Reply {
    manager
        .post_nothing(&format!("/lexicon/versions/{number}/withdrawal"))
        .await
}

/// Two managers take back what one of them alone may not.
async fn withdraw_together(first: &Person, second: &Person, number: i32) -> Value {
    withdraw(first, number).await.expect(202);
    withdraw(second, number).await.expect(200)
}

/// The rules that have found something in what Sam wrote.
async fn found(team: &Team) -> Vec<String> {
    let mut rules = Vec::new();
    for alert in alerts_of(&team.supervisor).await {
        let path = format!("/alerts/{}", alert["id"].as_str().unwrap());
        let whole = team.supervisor.back().await.get(&path).await.expect(200);
        for occurrence in whole["occurrences"].as_array().unwrap() {
            for finding in occurrence["findings"].as_array().unwrap() {
                rules.push(finding["rule"].as_str().unwrap().to_owned());
            }
        }
    }
    rules
}

async fn sam_says(team: &Team, words: &str) {
    say(&team.sam, &team.conversation_id, words)
        .await
        .expect(201);
}

fn lexicon_part(ready: &Value) -> bool {
    let parts = ready["parts"].as_array().unwrap();
    parts.iter().find(|part| part["name"] == "lexicon").unwrap()["ok"] == true
}

on_both_stores! {
    async fn a_rule_is_tried_published_and_found_by(app) {
        let team = a_team(&app).await;
        let draft = drafted(&team.manager, json!([a_rule("urgent")])).await;
        let texts = json!({ "texts": [{ "text": DOOR }, { "text": "ok x" }], "draft": draft });

        let bench = team.manager.post("/lexicon/bench", texts).await.expect(200);
        let without = json!({ "texts": [{ "text": DOOR }] });
        let without = team.manager.post("/lexicon/bench", without).await.expect(200);

        assert_eq!(bench["items"][0]["live"]["findings"], json!([]));
        let finding = &bench["items"][0]["draft"]["findings"][0];
        assert_eq!((&finding["rule"], &finding["start"], &finding["end"]), (&json!(RULE), &json!(18), &json!(27)));
        assert_eq!(bench["items"][1]["draft"]["severity"], Value::Null);
        assert_eq!(bench["broken"], json!([]));
        assert_eq!((&without["items"][0]["draft"], &without["broken"]), (&Value::Null, &json!([])));
        assert!(found(&team).await.is_empty(), "trying raises nothing");
        sam_says(&team, DOOR).await;
        assert!(found(&team).await.is_empty(), "a draft is not live");

        let version = publish(&team.manager, &draft).await.expect(200);

        assert_eq!((&version["number"], &version["live"]), (&json!(1), &json!(true)));
        sam_says(&team, DOOR).await;
        assert_eq!(found(&team).await, [RULE]);
        let by = app.screened_by().await;
        let shipped = app.app.lexicons().shipped().version();
        assert_eq!(by, [shipped.to_owned(), format!("{shipped}+1")]);
        publish(&team.manager, &draft).await.expect(409);
        let gone = format!("/lexicon/drafts/{draft}");
        team.manager.get(&gone).await.expect(404);
    }
}

on_both_stores! {
    async fn what_does_not_keep_to_its_examples_is_not_published(app) {
        let team = a_team(&app).await;
        let mut missing = a_rule("urgent");
        missing["must"][0] = json!("the green door");
        let draft = drafted(&team.manager, json!([missing])).await;
        let mut too_wide = a_rule("urgent");
        too_wide["patterns"] = json!(["blue door", "homework"]);
        let wide = drafted(&team.manager, json!([too_wide])).await;

        let refused = publish(&team.manager, &draft).await.expect(409);
        let other = publish(&team.manager, &wide).await.expect(409);

        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        assert_eq!(refused["errors"][0]["pointer"], RULE);
        // It finds what a rule that ships says is harmless.
        let failing = other["errors"].as_array().unwrap();
        let of_others = |error: &&Value| error["pointer"].as_str().unwrap().starts_with("en.");
        assert!(failing.iter().any(|error| of_others(&error)), "{other}");
        let texts = json!({ "texts": [{ "text": "x" }], "draft": wide });
        let bench = team.manager.post("/lexicon/bench", texts).await.expect(200);
        assert_eq!(bench["broken"][0]["found_by"], RULE);
        sam_says(&team, DOOR).await;
        assert!(found(&team).await.is_empty());
    }
}

on_both_stores! {
    async fn what_finds_less_or_calls_louder_needs_a_second_person(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        published(&team.manager, json!([a_rule("urgent")])).await;

        let louder = drafted(&team.manager, json!([a_rule("immediate")])).await;
        let shown = team.manager.get(&format!("/lexicon/drafts/{louder}")).await.expect(200);
        let alone = publish(&team.manager, &louder).await.expect(409);
        let together = publish(&other, &louder).await.expect(200);
        let none = drafted(&other, json!([])).await;
        publish(&other, &none).await.expect(409);
        let removed = publish(&team.manager, &none).await.expect(200);

        assert_eq!(shown["changes"]["raised"], json!([RULE]));
        assert_eq!(shown["needs_a_second_person"], true);
        assert_eq!(alone["type"], "/problems/wrong-state");
        assert_eq!(together["published_by"], other.id.as_str());
        assert_eq!((&removed["number"], &removed["rules"]), (&json!(3), &json!([])));
        sam_says(&team, DOOR).await;
        assert!(found(&team).await.is_empty());
    }
}

on_both_stores! {
    async fn a_withdrawn_version_gives_way_to_the_one_before_it(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        published(&team.manager, json!([a_rule("urgent")])).await;
        let mut second = a_rule("urgent");
        second["id"] = json!("local.other");
        second["patterns"] = json!(["green gate"]);
        second["must"] = json!(["the green gate", "at green gate", "green gate again"]);
        published(&team.manager, json!([a_rule("urgent"), second])).await;

        let withdrawn = withdraw_together(&team.manager, &other, 2).await;
        withdraw(&team.manager, 2).await.expect(409);
        withdraw(&team.manager, 3).await.expect(404);
        sam_says(&team, "he sent me to the green gate").await;
        sam_says(&team, DOOR).await;

        assert_eq!(withdrawn["live"], false);
        assert_eq!(found(&team).await, [RULE]);
        withdraw_together(&team.manager, &other, 1).await;
        sam_says(&team, DOOR).await;
        assert_eq!(found(&team).await, [RULE]);
        let versions = team.manager.get("/lexicon/versions?limit=1").await.expect(200);
        assert_eq!(versions["items"][0]["number"], 2);
        let next = versions["next"].as_str().unwrap();
        let rest = format!("/lexicon/versions?after={next}");
        assert_eq!(team.manager.get(&rest).await.expect(200)["items"][0]["number"], 1);
        // A number is never given twice.
        let third = published(&team.manager, json!([a_rule("urgent")])).await;
        assert_eq!(third["number"], 3);
    }
}

on_both_stores! {
    async fn what_would_find_less_is_withdrawn_by_two(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        published(&team.manager, json!([a_rule("urgent")])).await;

        let asked = withdraw(&team.manager, 1).await.expect(202);
        let again = withdraw(&team.manager, 1).await.expect(202);
        sam_says(&team, DOOR).await;
        let shown = other.get("/lexicon/versions/1").await.expect(200);
        let agreed = withdraw(&other, 1).await.expect(200);
        sam_says(&team, DOOR).await;

        assert_eq!((&asked["live"], &asked["withdrawn_by"]), (&json!(true), &Value::Null));
        assert_eq!(asked["withdrawal_asked_by"], team.manager.id.as_str());
        assert_eq!(again["withdrawal_asked_at"], asked["withdrawal_asked_at"]);
        assert_eq!(shown["withdrawal_asked_by"], team.manager.id.as_str());
        assert_eq!((&agreed["live"], &agreed["withdrawn_by"]), (&json!(false), &json!(other.id)));
        assert_eq!(agreed["withdrawal_asked_by"], team.manager.id.as_str());
        assert_eq!(found(&team).await, [RULE], "found until both had agreed, and no more");
        let audit = other.get("/audit?limit=200").await.expect(200);
        let lines = audit["items"].as_array().unwrap().iter();
        assert_eq!(lines.filter(|line| line["deed"] == "lexicon.withdrawal_asked").count(), 1);
    }
}

on_both_stores! {
    async fn who_may_be_one_person_or_act_no_more_does_not_withdraw(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        let let_in = team.manager.brings_in("service_manager", "Nora", json!({})).await;
        published(&team.manager, json!([a_rule("urgent")])).await;

        withdraw(&team.manager, 1).await.expect(202);
        let refused = withdraw(&let_in, 1).await.expect(409);
        let path = format!("/accounts/{}/suspension", team.manager.id);
        other.post(&path, json!({ "reason": "Left." })).await.expect(200);
        let asked = withdraw(&other, 1).await.expect(202);

        assert_eq!(refused["type"], "/problems/wrong-state", "{refused}");
        assert_eq!(asked["withdrawal_asked_by"], other.id.as_str());
        assert_eq!(asked["live"], true);
    }
}

on_both_stores! {
    async fn nobodys_text_waits_until_rules_are_compiled(app) {
        let team = a_team(&app).await;
        let mut second = a_rule("urgent");
        second["patterns"] = json!(["blue door", "azure gate"]);
        published(&team.manager, json!([a_rule("urgent")])).await;
        sam_says(&team, DOOR).await;
        published(&team.manager, json!([second])).await;
        sam_says(&team, "he sent me to the azure gate").await;
        assert_eq!(found(&team).await, [RULE, RULE]);
        assert_eq!(app.app.lexicons().compiled_in_units(), 0);

        // This one knows the live version alone.
        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);
        sam_says(&team, DOOR).await;
        withdraw_together(&team.manager.back().await, &app.manager().await, 2).await;
        sam_says(&team, DOOR).await;

        assert_eq!(found(&team).await.len(), 4);
        assert_eq!(app.app.lexicons().compiled_in_units(), 0);
        assert!(app.screened_by().await.last().unwrap().ends_with("+1"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_screens_by_a_new_version_from_the_first_text_on() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let other = app.second_node().await;
    let team = a_team(&app).await;
    let there = team.at(&other.url);

    published(&team.manager, json!([a_rule("urgent")])).await;
    sam_says(&there, DOOR).await;

    assert_eq!(found(&there).await, [RULE]);
    withdraw_together(&team.manager, &app.manager().await, 1).await;
    sam_says(&there, DOOR).await;
    assert_eq!(found(&there).await, [RULE]);
}

on_both_stores! {
    async fn a_damaged_version_never_leaves_an_authority_without_rules(app) {
        let team = a_team(&app).await;
        let rules = json!([a_rule("urgent")]);
        published(&team.manager, rules.clone()).await;
        let mut second = rules;
        second[0]["patterns"] = json!(["blue door", "azure gate"]);
        published(&team.manager, second).await;
        app.damage_lexicon(2).await;

        app.reconcile().await;
        sam_says(&team, "he sent me to the azure gate").await;
        assert_eq!(found(&team).await, [RULE], "what runs goes on running");
        assert!(lexicon_part(&app.nobody().get("/health/ready").await.expect(200)));
        let app = app.again(|_| ()).await;
        let team = team.at(&app.url);

        let red = app.nobody().get("/health/ready").await.expect(503);
        assert!(!lexicon_part(&red));
        sam_says(&team, DOOR).await;
        sam_says(&team, "dad hits me every night").await;
        let rules = found(&team).await;
        assert_eq!(rules.iter().filter(|rule| *rule == RULE).count(), 2, "{rules:?}");
        assert!(rules.iter().any(|rule| rule.starts_with("en.")), "{rules:?}");
        assert!(app.screened_by().await[1].ends_with("+1"));
        // A new version puts it right.
        let other = app.manager().await;
        published(&other, json!([a_rule("urgent")])).await;
        assert!(lexicon_part(&app.nobody().get("/health/ready").await.expect(200)));
    }
}

on_both_stores! {
    async fn rules_of_ones_own_only_add_to_what_is_found(app) {
        let team = a_team(&app).await;
        let mut mild = a_rule("watch");
        mild["id"] = json!("local.sleepovers");
        mild["patterns"] = json!(["have sleepovers"]);
        mild["must"] = json!(["we have sleepovers", "they have sleepovers", "have sleepovers ok"]);
        published(&team.manager, json!([mild])).await;

        let words = "my cousin makes me do stuff when we have sleepovers and says its a game";
        sam_says(&team, words).await;

        let alert = alerts_of(&team.supervisor).await.remove(0);
        assert_eq!((&alert["severity"], &alert["category"]), (&json!("urgent"), &json!("sexual_abuse")));
        let mut rules = found(&team).await;
        rules.sort();
        assert_eq!(rules, ["local.sleepovers", "second_reader"]);
    }
}

on_both_stores! {
    async fn rules_that_ask_too_much_of_every_text_are_refused(app) {
        let team = a_team(&app).await;
        let rule = |number: usize, patterns: Vec<String>| {
            let mut rule = a_rule("urgent");
            rule["id"] = json!(format!("local.many.r{number}"));
            rule["patterns"] = json!(patterns);
            rule
        };
        let each = |from: usize| (from..from + 50).map(|number| format!("a? b? c? d? e{number}"));
        let rules: Vec<Value> = (0..3).map(|place| rule(place, each(50 * place).collect())).collect();

        let body = json!({ "rules": rules });
        let refused = team.manager.post("/lexicon/drafts", body).await.expect(422);

        assert_eq!(refused["errors"][0]["pointer"], "/rules/2/patterns");
        let said = refused["errors"][0]["detail"].as_str().unwrap();
        assert!(said.contains("2000 sequences"), "{said}");
        // What is said again and again is searched for once; the longest text is read to its end.
        let same = vec!["a? a? a? a? a".to_owned(); 50];
        let draft = drafted(&team.manager, json!([rule(0, same.clone()), rule(1, same)])).await;
        let texts = json!({ "texts": [{ "text": "a ".repeat(2000).trim() }], "draft": draft });
        let bench = team.manager.post("/lexicon/bench", texts).await.expect(200);
        let findings = bench["items"][0]["draft"]["findings"].as_array().unwrap();
        assert!(!findings.is_empty() && findings.len() <= 16, "{}", findings.len());
    }
}

on_both_stores! {
    async fn an_authoritys_rules_are_its_own(app) {
        let team = a_team(&app).await;
        let elsewhere = Team::of(&app.manager_of("Leeds").await, "Headingley").await;
        let draft = drafted(&team.manager, json!([a_rule("urgent")])).await;

        publish(&elsewhere.manager, &draft).await.expect(404);
        let texts = json!({ "texts": [{ "text": DOOR }], "draft": draft });
        elsewhere.manager.post("/lexicon/bench", texts).await.expect(404);
        publish(&team.manager, &draft).await.expect(200);
        elsewhere.manager.get("/lexicon/versions/1").await.expect(404);
        withdraw(&elsewhere.manager, 1).await.expect(404);
        sam_says(&elsewhere, DOOR).await;

        assert!(found(&elsewhere).await.is_empty());
        let heard = told(&elsewhere.mentor).await;
        assert_eq!(heard.last().unwrap().0, "message.created");
    }
}

on_both_stores! {
    async fn what_is_wrong_with_a_draft_or_a_bench_is_named(app) {
        let team = a_team(&app).await;
        let draft = async |change: fn(&mut Value)| {
            let mut rule = a_rule("urgent");
            change(&mut rule);
            let body = json!({ "rules": [rule] });
            team.manager.post("/lexicon/drafts", body).await.wrong_fields()
        };

        assert_eq!(draft(|rule| rule["id"] = json!("en.mine")).await, ["/rules/0/id"]);
        assert_eq!(draft(|rule| rule["severity"] = json!("dire")).await, ["/rules/0/severity"]);
        assert_eq!(draft(|rule| rule["must"] = json!(["one"])).await, ["/rules/0/must"]);
        assert_eq!(draft(|rule| rule["reason"] = json!("why")).await, ["/rules/0/reason"]);
        assert_eq!(draft(|rule| rule["patterns"] = json!(["@nobody"])).await, ["/rules/0/patterns"]);
        assert_eq!(draft(|rule| rule["guards"] = json!(["x"])).await, ["/rules/0/guards"]);
        let bench = json!({ "texts": [{ "text": " ", "language": "!" }] });
        let wrong = team.manager.post("/lexicon/bench", bench).await.wrong_fields();
        assert_eq!(wrong, ["/texts/0/text", "/texts/0/language"]);
        let none = team.manager.post("/lexicon/bench", json!({ "texts": [] })).await;
        assert_eq!(none.wrong_fields(), ["/texts"]);
        let list = team.manager.get("/lexicon/drafts?limit=0").await.wrong_fields();
        assert_eq!(list, ["limit"]);
        team.manager.get("/lexicon/versions?limit=500").await.expect(422);
        team.manager.get("/lexicon/versions/none").await.expect(404);
        let list = team.manager.get("/lexicon/rules?limit=201").await.wrong_fields();
        assert_eq!(list, ["limit"]);
    }
}

on_both_stores! {
    async fn how_many_texts_a_draft_would_match_is_counted_and_no_word_is_shown(app) {
        let team = a_team(&app).await;
        let elsewhere = Team::of(&app.manager_of("Leeds").await, "Headingley").await;
        let often = ["blue door at nine", "ok", "hello", "the blue door, again", "blue door", "blue door!"];
        for words in often {
            sam_says(&team, words).await;
        }
        sam_says(&elsewhere, DOOR).await;
        let check_in = json!({
            "id": new_id(), "scale": 5, "better": "no blue door", "wants_contact": false,
        });
        team.sam.post("/check-ins", check_in).await.expect(201);
        let empty = json!({ "id": new_id(), "scale": 5, "wants_contact": false });
        team.sam.post("/check-ins", empty).await.expect(201);

        let draft = drafted(&team.manager, json!([a_rule("urgent")])).await;
        let path = format!("/lexicon/drafts/{draft}");
        let before = team.manager.get(&path).await.expect(200)["back_count"].clone();
        app.reconcile().await;
        let after = team.manager.get(&path).await.expect(200);

        assert_eq!((&before["done"], &before["texts"]), (&json!(false), &Value::Null));
        let count = &after["back_count"];
        assert_eq!(count["would_match"], json!({ "immediate": null, "urgent": 5, "watch": null }));
        assert_eq!((&count["done"], &count["texts"], &count["looked"]), (&json!(true), &json!(8), &json!(8)));
        assert_eq!((&count["one_in"], &count["louder"]), (&json!(1), &Value::Null));
        assert!(!after.to_string().contains("at nine"), "{after}");
        assert!(alerts_of(&team.supervisor).await.is_empty(), "counting raises nothing");
        sam_says(&team, DOOR).await;
        app.reconcile().await;
        let still = team.manager.get(&path).await.expect(200);
        assert_eq!(still["back_count"], after["back_count"]);
    }
}

on_both_stores! {
    async fn a_count_tells_nobody_what_one_text_says(app) {
        let team = a_team(&app).await;
        let counted = async |pattern: &str| {
            let mut rule = a_rule("urgent");
            rule["patterns"] = json!([pattern]);
            let path = format!("/lexicon/drafts/{}", drafted(&team.manager, json!([rule])).await);
            app.reconcile().await;
            let draft = team.manager.get(&path).await.expect(200);
            assert_eq!(draft["back_count"]["done"], true);
            draft["back_count"]["would_match"]["urgent"].clone()
        };
        for _ in 0..4 {
            sam_says(&team, "i dont like maryam she shouted at my mum").await;
        }

        assert_eq!(counted("maryam she shouted").await, Value::Null, "fewer than five");
        assert_eq!(counted("maryam she sang").await, Value::Null, "as none at all");
        sam_says(&team, "maryam she shouted again").await;
        assert_eq!(counted("maryam she shouted").await, 5);

        let found = team.manager.get("/audit?limit=50").await.expect(200);
        let lines = found["items"].as_array().unwrap();
        let drafted = lines.iter().find(|line| line["deed"] == "lexicon.drafted").unwrap();
        assert_eq!(drafted["detail"]["patterns"], json!(["maryam she shouted"]));
    }
}

on_both_stores! {
    async fn a_count_leaves_out_what_a_manager_is_excluded_from(app) {
        let team = a_team(&app).await;
        let sent = say(&team.sam, &team.conversation_id, "maryam she shouted").await.expect(201);
        for _ in 0..4 {
            sam_says(&team, "maryam she shouted").await;
        }
        let mut body = concern(&team, "urgent", "emotional_abuse");
        body["implicates"] = json!([team.manager.id]);
        body["note"] = json!("Sam says: maryam she shouted");
        body["message_id"] = sent["id"].clone();
        team.mentor.post("/concerns", body).await.expect(201);
        let mut rule = a_rule("urgent");
        rule["patterns"] = json!(["maryam she shouted"]);

        let draft = drafted(&team.manager, json!([rule])).await;
        app.reconcile().await;

        let draft = team.manager.get(&format!("/lexicon/drafts/{draft}")).await.expect(200);
        let count = &draft["back_count"];
        assert_eq!((&count["done"], &count["texts"]), (&json!(true), &json!(6)));
        assert_eq!(count["would_match"]["urgent"], Value::Null, "four of six are counted");
    }
}

on_both_stores! {
    async fn one_person_drafts_so_often_in_a_day(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        for _ in 0..50 {
            drafted(&team.manager, json!([])).await;
        }

        let body = json!({ "rules": [] });
        let refused = team.manager.post("/lexicon/drafts", body.clone()).await;

        assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 80_000);
        refused.expect(429);
        other.post("/lexicon/drafts", body.clone()).await.expect(201);
        app.advance(24 * 60 + 1);
        team.manager.back().await.post("/lexicon/drafts", body).await.expect(201);
    }
}

on_both_stores! {
    async fn a_false_alarm_is_none_for_whom_the_alert_does_not_exist(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        let mut body = concern(&team, "urgent", "physical_abuse");
        body["implicates"] = json!([other.id]);
        body["note"] = json!("Sam told me: dad hits me");
        team.mentor.post("/concerns", body).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        let path = format!("/alerts/{id}");
        team.supervisor.post_nothing(&format!("{path}/acknowledgement")).await.expect(200);
        let decision = json!({ "outcome": "no_concern", "rationale": "It was a line of a play." });
        // An allegation is let go by two.
        for who in [&team.supervisor, &team.deputy] {
            who.post(&format!("{path}/decision"), decision.clone()).await.expect(200);
        }

        let known = team.manager.get("/lexicon/rules").await.expect(200);
        let hidden = other.get("/lexicon/rules").await.expect(200);

        assert!(!known["items"].as_array().unwrap().is_empty(), "{known}");
        assert_eq!(hidden["items"], json!([]));
    }
}

on_both_stores! {
    async fn what_a_withdrawn_version_has_screened_is_screened_again(app) {
        let team = a_team(&app).await;
        let other = app.manager().await;
        published(&team.manager, json!([a_rule("urgent")])).await;
        let none = drafted(&other, json!([])).await;
        publish(&team.manager, &none).await.expect(200);
        app.reconcile().await;
        sam_says(&team, DOOR).await;
        sam_says(&team, "dad hits me every night").await;
        let before = found(&team).await;
        assert!(!before.contains(&RULE.to_owned()), "{before:?}");

        let withdrawn = withdraw(&team.manager, 2).await.expect(200);
        app.reconcile().await;

        assert_eq!((&withdrawn["reread"]["done"], &withdrawn["reread"]["raised"]), (&json!(false), &json!(0)));
        let version = team.manager.get("/lexicon/versions/2").await.expect(200);
        let expected = json!({ "done": true, "texts": 2, "looked": 2, "raised": 1 });
        assert_eq!(version["reread"], expected);
        let mut after = found(&team).await;
        after.retain(|rule| rule != RULE);
        assert_eq!(after.len(), before.len(), "what was raised is not raised twice");
        assert_eq!(found(&team).await.len(), before.len() + 1);
        assert!(app.screened_by().await.iter().all(|by| by.ends_with("+1")));
        app.advance(1);
        app.reconcile().await;
        assert_eq!(found(&team).await.len(), before.len() + 1);
    }
}

on_both_stores! {
    async fn a_false_alarm_counts_on_the_rule_and_never_switches_it_off(app) {
        let team = a_team(&app).await;
        published(&team.manager, json!([a_rule("urgent")])).await;
        sam_says(&team, DOOR).await;
        let id = alerts_of(&team.supervisor).await[0]["id"].as_str().unwrap().to_owned();
        let decide = async |outcome: &str| {
            let supervisor = team.supervisor.back().await;
            supervisor.post_nothing(&format!("/alerts/{id}/acknowledgement")).await.expect(200);
            let decision = json!({ "outcome": outcome, "rationale": "It is the paint shop's name." });
            supervisor.post(&format!("/alerts/{id}/decision"), decision).await.expect(200);
        };
        let counted = async || team.manager.get("/lexicon/rules").await.expect(200)["items"].clone();
        assert_eq!(counted().await, json!([]));

        decide("no_concern").await;

        let items = counted().await;
        assert_eq!((&items[0]["rule"], &items[0]["false_alarms"]), (&json!(RULE), &json!(1)));
        assert_eq!(items.as_array().unwrap().len(), 1);
        let after = format!("/lexicon/rules?after={RULE}");
        assert_eq!(team.manager.get(&after).await.expect(200)["items"], json!([]));
        let reason = json!({ "reason": "I had the wrong shop in mind." });
        let path = format!("/alerts/{id}/reopening");
        team.supervisor.back().await.post(&path, reason).await.expect(200);
        decide("advice").await;
        assert_eq!(counted().await, json!([]), "the last decision counts");
        sam_says(&team, DOOR).await;
        assert_eq!(found(&team).await, [RULE], "it still finds");
    }
}
