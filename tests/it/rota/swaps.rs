//! Shifts change hands: asked for, agreed to, and from then on the other's in every respect; and whatever
//! comes in between ends the request, so that nobody takes over what is not to be had.

use futures_util::future::join;
use serde_json::{Value, json};

use super::{end, on_duty, shift, shifts, supervisor, suspend};
use crate::support::{
    Person, Reply, Team, TestApp, a_team, concern, new_id, on_both_stores, told, told_of,
};
use daybook::care::pods::swaps::MOST_OPEN;
use daybook::workers::{cover, forecast};

const DAY: u64 = 24 * 60;
const ROUNDS: u64 = 4;

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

fn request(with: &Person, in_return: Option<&Value>) -> Value {
    json!({
        "id": new_id(), "with_account_id": with.id,
        "in_return_for_shift_id": in_return.map(|shift| shift["id"].clone()),
    })
}

async fn ask(who: &Person, shift: &Value, body: Value) -> Reply {
    who.back()
        .await
        .post(&format!("/shifts/{}/swaps", id(shift)), body)
        .await
}

async fn answer(who: &Person, swap: &Value, how: &str) -> Reply {
    let path = format!("/swaps/{}/{how}", id(swap));
    who.back().await.post_nothing(&path).await
}

async fn withdraw(who: &Person, swap: &Value) -> Reply {
    let path = format!("/swaps/{}", id(swap));
    who.back().await.delete(&path).await
}

async fn swaps(who: &Person, query: &str) -> Vec<Value> {
    let path = format!("/swaps{query}");
    let list = who.back().await.get(&path).await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// How a swap ended, as one of the two sees it.
async fn ending(who: &Person, swap: &Value) -> Value {
    let all = swaps(who, "").await;
    let found = all.iter().find(|one| one["id"] == swap["id"]).unwrap();
    found["ending"].clone()
}

/// What somebody was told of swaps, each as event and how it ended.
async fn told_of_swaps(who: &Person) -> Vec<(String, Value)> {
    let told = told(who).await.into_iter();
    told.filter(|(event, _)| event.contains("swap"))
        .map(|(event, data)| (event, data["ending"].clone()))
        .collect()
}

fn asked() -> (String, Value) {
    ("swap.asked".to_owned(), Value::Null)
}

fn ended(how: &str) -> (String, Value) {
    ("swap.ended".to_owned(), json!(how))
}

fn is_refused(reply: &Reply, why: &str) {
    let said = (reply.status, &reply.body["type"], &reply.body["detail"]);
    assert_eq!(said, (409, &json!("/problems/wrong-state"), &json!(why)));
}

/// A team with two more supervising social workers, Nia and Tom.
async fn three(app: &TestApp) -> (Team, Person, Person) {
    let team = a_team(app).await;
    let nia = supervisor(&team, "Nia").await;
    let tom = supervisor(&team, "Tom").await;
    (team, nia, tom)
}

on_both_stores! {
    async fn a_shift_that_is_given_is_the_colleagues_from_the_moment_they_agree(app) {
        let (team, nia, tom) = three(&app).await;
        let made = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let at = app.in_minutes(60);
        let body = request(&tom, None);

        let open = ask(&nia, &made, body.clone()).await.expect(201);

        assert_eq!(open["state"], "open");
        assert_eq!(open["shift"]["pod_name"], "Crewe North");
        assert_eq!(open["asked_of"]["display_name"], "Tom");
        assert_eq!(ask(&nia, &made, body.clone()).await.expect(200), open, "the same again");
        let mut other = body;
        other["with_account_id"] = json!(team.deputy.id);
        let used = ask(&nia, &made, other).await;
        assert_eq!((used.status, &used.body["type"]), (409, &json!("/problems/id-used")));
        let heard = told(&tom).await;
        let [(event, facts)] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!(event, "swap.asked");
        let mut names: Vec<&String> = facts.as_object().unwrap().keys().collect();
        names.sort();
        let neutral = ["ending", "from", "id", "in_return_for_shift_id", "pod_id", "shift_id", "until"];
        assert_eq!(names, neutral, "no name, no word");
        assert_eq!(on_duty(&team, Some(&at)).await, [&*nia.id], "until then it is hers");

        let agreed = answer(&tom, &open, "agreement").await.expect(200);

        assert_eq!((&agreed["state"], &agreed["ending"]), (&json!("ended"), &json!("agreed")));
        assert_eq!(on_duty(&team, Some(&at)).await, [&*tom.id]);
        assert_eq!(answer(&tom, &open, "agreement").await.expect(200), agreed, "the same again");
        is_refused(&answer(&tom, &open, "refusal").await, "it was agreed to");
        is_refused(&withdraw(&nia, &open).await, "it was agreed to");
        assert_eq!(told_of_swaps(&nia).await, [ended("agreed")]);
        for keeper in [&team.supervisor, &team.manager] {
            let told = told(keeper).await;
            let (_, facts) = told.iter().find(|(event, _)| event == "cover.swapped").unwrap();
            assert_eq!((&facts["id"], &facts["account_id"]), (&made["id"], &json!(tom.id)));
        }
        let held = |list: Value| list["items"].as_array().unwrap().len();
        assert_eq!(held(tom.get("/shifts").await.expect(200)), 1);
        assert_eq!(held(nia.get("/shifts").await.expect(200)), 0);
        let audit = team.manager.get("/audit?limit=200").await.expect(200);
        let lines = audit["items"].as_array().unwrap();
        let line = lines.iter().find(|line| line["deed"] == "shift.passed_on").unwrap();
        assert_eq!(line["detail"]["held_by"], json!(nia.id));
    }
}

on_both_stores! {
    async fn two_shifts_are_exchanged_in_one_moment_also_where_each_stands_in_the_others_way(app) {
        let (team, nia, tom) = three(&app).await;
        let hers = shift(&app, &team, &nia, (60, 180)).await.expect(201);
        let his = shift(&app, &team, &tom, (120, 240)).await.expect(201);
        let given = ask(&nia, &hers, request(&tom, None)).await;
        assert_eq!(given.wrong_fields(), ["/with_account_id"], "he has one of his own then");

        let open = ask(&nia, &hers, request(&tom, Some(&his))).await.expect(201);
        answer(&tom, &open, "agreement").await.expect(200);

        let holders: Vec<(Value, Value)> = shifts(&team, "").await.iter()
            .map(|shift| (shift["id"].clone(), shift["account"]["id"].clone()))
            .collect();
        let expected = [(hers["id"].clone(), json!(tom.id)), (his["id"].clone(), json!(nia.id))];
        assert_eq!(holders, expected);
        // And back again.
        let back = ask(&nia, &his, request(&tom, Some(&hers))).await.expect(201);
        answer(&tom, &back, "agreement").await.expect(200);
        assert_eq!(on_duty(&team, Some(&app.in_minutes(61))).await, [&*nia.id]);
        assert_eq!(on_duty(&team, Some(&app.in_minutes(200))).await, [&*tom.id]);
    }
}

on_both_stores! {
    async fn a_colleague_may_refuse_and_whoever_asked_may_think_again(app) {
        let (team, nia, tom) = three(&app).await;
        let made = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let open = ask(&nia, &made, request(&tom, None)).await.expect(201);
        is_refused(&ask(&nia, &made, request(&tom, None)).await, "they have been asked already");

        let refused = answer(&tom, &open, "refusal").await.expect(200);
        assert_eq!(answer(&tom, &open, "refusal").await.expect(200), refused, "the same again");
        is_refused(&answer(&tom, &open, "agreement").await, "it was refused");
        let again = ask(&nia, &made, request(&tom, None)).await.expect(201);
        let gone = withdraw(&nia, &again).await.expect(200);
        assert_eq!(gone["ending"], "withdrawn");
        assert_eq!(withdraw(&nia, &again).await.expect(200), gone, "the same again");
        is_refused(&answer(&tom, &again, "agreement").await, "it was withdrawn");

        assert_eq!(told_of_swaps(&nia).await, [ended("refused")]);
        assert_eq!(told_of_swaps(&tom).await, [asked(), asked(), ended("withdrawn")]);
        assert_eq!(on_duty(&team, Some(&app.in_minutes(60))).await, [&*nia.id]);
    }
}

on_both_stores! {
    async fn a_request_ends_when_its_shift_begins_is_taken_off_or_has_passed_on(app) {
        let (team, nia, tom) = three(&app).await;
        let made = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let off = shift(&app, &team, &nia, (200, 300)).await.expect(201);
        let his = shift(&app, &team, &tom, (400, 500)).await.expect(201);
        let begins = ask(&nia, &made, request(&team.deputy, None)).await.expect(201);
        let is_off = ask(&nia, &off, request(&team.deputy, None)).await.expect(201);
        let in_return = ask(&tom, &his, request(&nia, Some(&off))).await.expect(201);
        end(&team, &off).await;
        assert_eq!(ending(&nia, &is_off).await, "taken_off");
        assert_eq!(ending(&tom, &in_return).await, "taken_off", "also where it is the one in return");
        is_refused(&answer(&team.deputy, &is_off, "agreement").await, "the shift was taken off the rota");
        is_refused(&ask(&nia, &off, request(&tom, None)).await, "the shift was taken off the rota");

        let first = ask(&tom, &his, request(&team.deputy, None)).await.expect(201);
        let second = ask(&tom, &his, request(&nia, None)).await.expect(201);
        answer(&nia, &second, "agreement").await.expect(200);
        assert_eq!(ending(&tom, &first).await, "holder_changed");
        let late = answer(&team.deputy, &first, "agreement").await;
        is_refused(&late, "the shift has passed to somebody else");

        app.advance(60);
        // Whether or not a worker has come by since.
        is_refused(&answer(&team.deputy, &begins, "agreement").await, "the shift has begun");
        is_refused(&ask(&nia, &made, request(&tom, None)).await, "the shift has begun");
        app.turn_shifts().await;
        assert_eq!(ending(&nia, &begins).await, "begun");
        is_refused(&answer(&team.deputy, &begins, "agreement").await, "the shift has begun");
        let heard = [asked(), asked(), ended("taken_off"), asked(), ended("holder_changed"), ended("begun")];
        assert_eq!(told_of_swaps(&team.deputy).await, heard);
        assert_eq!(on_duty(&team, None).await, [&*nia.id]);
    }
}

on_both_stores! {
    async fn whoever_is_suspended_or_leaves_ends_what_they_asked_and_what_they_were_asked(app) {
        let (team, nia, tom) = three(&app).await;
        let hers = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let his = shift(&app, &team, &tom, (200, 300)).await.expect(201);
        let deputys = shift(&app, &team, &team.deputy, (400, 500)).await.expect(201);
        let by_nia = ask(&nia, &hers, request(&team.deputy, None)).await.expect(201);
        let of_nia = ask(&team.deputy, &deputys, request(&nia, None)).await.expect(201);
        let by_tom = ask(&tom, &his, request(&team.deputy, Some(&deputys))).await.expect(201);

        suspend(&team, &nia).await;
        let gone = json!({ "reason": "moves to Leeds" });
        let path = format!("/accounts/{}/departure", tom.id);
        team.manager.post(&path, gone).await.expect(200);

        for swap in [&by_nia, &of_nia, &by_tom] {
            assert_eq!(ending(&team.deputy, swap).await, "person_gone");
        }
        let why = "one of the two may not act any more";
        is_refused(&answer(&team.deputy, &by_nia, "agreement").await, why);
        let heard = told_of_swaps(&team.deputy).await;
        assert_eq!(heard.iter().filter(|one| **one == ended("person_gone")).count(), 3);
        assert_eq!(shifts(&team, "").await.len(), 1, "theirs are off the rota");
    }
}

async fn leave(app: &TestApp, who: &Person, (from, until): (u64, u64)) {
    let body = json!({
        "id": new_id(), "from": app.in_minutes(from), "until": app.in_minutes(until),
    });
    let path = format!("/accounts/{}/leave", who.id);
    who.back().await.post(&path, body).await.expect(201);
}

on_both_stores! {
    async fn whether_each_may_hold_what_they_get_is_asked_again_when_it_is_agreed_to(app) {
        let (team, nia, tom) = three(&app).await;
        let hers = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let his = shift(&app, &team, &tom, (200, 300)).await.expect(201);
        let open = ask(&nia, &hers, request(&tom, Some(&his))).await.expect(201);
        let to_deputy = ask(&nia, &hers, request(&team.deputy, None)).await.expect(201);

        leave(&app, &nia, (299, 320)).await;
        let refused = answer(&tom, &open, "agreement").await;
        is_refused(&refused, "one of the two is on leave in this time");
        shift(&app, &team, &team.deputy, (119, 130)).await.expect(201);
        let refused = answer(&team.deputy, &to_deputy, "agreement").await;
        is_refused(&refused, "one of the two has a shift here in this time already");

        for swap in [&open, &to_deputy] {
            assert_eq!(ending(&nia, swap).await, Value::Null, "it can still come to pass");
        }
        assert_eq!(on_duty(&team, Some(&app.in_minutes(60))).await, [&*nia.id]);
        assert_eq!(on_duty(&team, Some(&app.in_minutes(200))).await, [&*tom.id]);
    }
}

on_both_stores! {
    async fn only_a_coming_shift_of_ones_own_is_offered_and_only_to_whoever_may_hold_it(app) {
        let (team, nia, tom) = three(&app).await;
        let made = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let deputys = shift(&app, &team, &team.deputy, (100, 200)).await.expect(201);
        let later = shift(&app, &team, &tom, (300, 400)).await.expect(201);
        leave(&app, &tom, (119, 130)).await;
        let lee = app.manager_of("Leeds").await
            .brings_in("supervising_social_worker", "Lee", json!({})).await;
        for who in [&nia, &tom, &team.deputy, &team.practitioner, &team.manager, &lee] {
            let refused = ask(&nia, &made, request(who, None)).await;
            assert_eq!(refused.wrong_fields(), ["/with_account_id"], "{}", who.id);
        }
        leave(&app, &nia, (550, 560)).await;
        let whole = shift(&app, &team, &team.supervisor, (500, 600)).await.expect(201);
        for back in [&deputys, &made, &later, &whole] {
            let refused = ask(&nia, &made, request(&team.supervisor, Some(back))).await;
            assert_eq!(refused.wrong_fields(), ["/in_return_for_shift_id"]);
        }
        let away = ask(&team.deputy, &deputys, request(&nia, Some(&later))).await;
        assert_eq!(away.wrong_fields(), ["/with_account_id"], "hers overlaps");
        let mut nil = request(&team.supervisor, None);
        nil["id"] = json!("00000000-0000-0000-0000-000000000000");
        assert_eq!(ask(&nia, &made, nil).await.wrong_fields(), ["/id"]);
        let mut unknown = request(&team.supervisor, None);
        unknown["note"] = json!("please");
        ask(&nia, &made, unknown).await.expect(422);

        // Whoever sees the rota may not swap what is not theirs; whoever does not finds nothing.
        for (who, status) in [(&team.supervisor, 403), (&tom, 403), (&team.manager, 403), (&lee, 404)] {
            ask(who, &made, request(&team.supervisor, None)).await.expect(status);
        }
        let open = ask(&nia, &made, request(&team.supervisor, None)).await.expect(201);
        for (who, status) in [(&nia, 403), (&team.deputy, 403), (&team.manager, 403), (&tom, 404)] {
            answer(who, &open, "agreement").await.expect(status);
            answer(who, &open, "refusal").await.expect(status);
        }
        for (who, status) in [(&team.supervisor, 403), (&team.deputy, 403), (&lee, 404)] {
            withdraw(who, &open).await.expect(status);
        }
        assert_eq!(ending(&nia, &open).await, Value::Null);
    }
}

on_both_stores! {
    async fn whoever_has_taken_a_shift_is_called_in_it_and_its_old_holder_is_not(app) {
        let (team, nia, tom) = three(&app).await;
        let made = shift(&app, &team, &nia, (30, 90)).await.expect(201);
        team.mentor.post("/concerns", concern(&team, "watch", "neglect")).await.expect(201);
        let mut about_tom = concern(&team, "watch", "neglect");
        about_tom["implicates"] = json!([tom.id]);
        let (mia, _) = team.another_member("Mia", "parent").await;
        about_tom["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", about_tom).await.expect(201);
        app.advance(29);
        let open = ask(&nia, &made, request(&tom, None)).await.expect(201);
        answer(&tom, &open, "agreement").await.expect(200);

        app.advance(1);
        assert_eq!(app.turn_shifts().await, 1);

        let started = async |who: &Person| {
            let told = told(who).await.into_iter();
            told.filter(|(event, _)| event == "cover.started").map(|(_, data)| data).collect::<Vec<_>>()
        };
        assert_eq!(started(&nia).await, Vec::<Value>::new());
        let his = started(&tom).await;
        assert_eq!(his.len(), 1);
        assert_eq!(his[0]["open_alerts"], 1, "he does not learn of what is about him");
        assert_eq!(told_of(&tom).await, ["alert.opened"]);
        assert_eq!(told_of(&nia).await, Vec::<String>::new());
        app.advance(60);
        assert_eq!(app.turn_shifts().await, 1, "and it is over once");
    }
}

on_both_stores! {
    async fn a_manager_who_sends_the_shift_again_still_gets_the_one_that_was_made(app) {
        let (team, nia, tom) = three(&app).await;
        let body = json!({
            "id": new_id(), "account_id": nia.id,
            "from": app.in_minutes(60), "until": app.in_minutes(120),
        });
        let path = format!("/pods/{}/shifts", team.pod_id);
        let made = team.manager.post(&path, body.clone()).await.expect(201);
        for (from, to) in [(&nia, &tom), (&tom, &team.deputy)] {
            let open = ask(from, &made, request(to, None)).await.expect(201);
            answer(to, &open, "agreement").await.expect(200);
        }

        let again = team.manager.post(&path, body.clone()).await.expect(200);

        assert_eq!((&again["id"], &again["account"]["id"]), (&made["id"], &json!(team.deputy.id)));
        let mut other = body;
        other["account_id"] = json!(team.deputy.id);
        team.manager.post(&path, other).await.expect(409);
    }
}

on_both_stores! {
    async fn the_forecast_is_made_anew_when_a_shift_changes_hands(app) {
        let (team, nia, tom) = three(&app).await;
        let subscription = || crate::support::a_subscription("https://fcm.googleapis.com/fcm/send/x");
        for who in [&nia, &team.supervisor] {
            who.post("/push/subscriptions", subscription()).await.expect(201);
        }
        let made = shift(&app, &team, &nia, (DAY, 2 * DAY)).await.expect(201);
        let look = async || forecast::run_due(app.app.clone()).await.unwrap().done;
        let gaps = async || {
            let list = team.manager.back().await.get("/cover/forecast").await.expect(200);
            list["items"].as_array().unwrap().clone()
        };
        while look().await > 0 {}
        assert_eq!(gaps().await, Vec::<Value>::new());

        let open = ask(&nia, &made, request(&tom, None)).await.expect(201);
        assert_eq!(look().await, 0, "nothing has changed yet");
        answer(&tom, &open, "agreement").await.expect(200);

        assert_eq!(look().await, 1, "at once");
        let found = gaps().await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["why"], "nobody_reachable");
        assert_eq!(found[0]["people"][0]["id"], json!(tom.id));
    }
}

on_both_stores! {
    async fn swaps_are_seen_by_the_two_and_by_whoever_keeps_the_rota_page_by_page(app) {
        let (team, nia, tom) = three(&app).await;
        let other = Team::of(&team.manager, "Crewe South").await;
        let made = shift(&app, &team, &nia, (60, 120)).await.expect(201);
        let theirs = shift(&app, &other, &tom, (300, 400)).await.expect(201);
        let first = ask(&nia, &made, request(&team.deputy, None)).await.expect(201);
        app.advance(1);
        let second = ask(&nia, &made, request(&tom, Some(&theirs))).await.expect(201);
        app.advance(1);
        let third = ask(&nia, &made, request(&team.supervisor, None)).await.expect(201);
        withdraw(&nia, &third).await.expect(200);

        let ids = async |who: &Person, query: &str| -> Vec<String> {
            swaps(who, query).await.iter().map(|swap| id(swap).to_owned()).collect()
        };
        let all = [id(&third), id(&second), id(&first)];
        for who in [&nia, &team.supervisor, &team.deputy, &team.manager] {
            assert_eq!(ids(who, "").await, all);
        }
        for who in [&tom, &other.supervisor] {
            assert_eq!(ids(who, "").await, [id(&second)]);
        }
        assert_eq!(ids(&nia, "?state=open").await, all[1..]);
        assert_eq!(ids(&nia, "?state=ended").await, all[..1]);
        let of_pod = format!("?pod_id={}", other.pod_id);
        assert_eq!(ids(&team.manager, &of_pod).await, [id(&second)]);
        let away = app.manager_of("Leeds").await;
        assert_eq!(ids(&away, "").await, Vec::<String>::new());

        let page = nia.back().await.get("/swaps?limit=2").await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = format!("?limit=2&after={}", page["next"].as_str().unwrap());
        assert_eq!(ids(&nia, &next).await, all[2..]);
        let wrong = nia.back().await.get("/swaps?limit=0&after=x").await;
        assert_eq!(wrong.wrong_fields(), ["limit", "after"]);
        team.practitioner.back().await.get("/swaps").await.expect(403);
        team.manager.back().await.get("/shifts").await.expect(403);
        // Whoever is still to cover a pod sees its rota.
        tom.back().await.get(&format!("/pods/{}/shifts", team.pod_id)).await.expect(404);
        tom.back().await.get(&format!("/pods/{}/shifts", other.pod_id)).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_has_more_requests_open_than_can_be_looked_after() {
    let app = TestApp::on_sqlite().await;
    let (team, nia, tom) = three(&app).await;
    let most = u64::try_from(MOST_OPEN).unwrap();
    for hour in 1..=most + 1 {
        let times = (hour * 60, hour * 60 + 60);
        let made = shift(&app, &team, &nia, times).await.expect(201);
        let reply = ask(&nia, &made, request(&tom, None)).await;
        if hour <= most {
            reply.expect(201);
        } else {
            is_refused(&reply, "you have asked for as many swaps as can be open");
        }
    }
}

on_both_stores! {
    async fn of_two_who_agree_at_once_one_has_the_shift_and_the_other_is_told_why_not(app) {
        let (team, nia, tom) = three(&app).await;
        for round in 1..=ROUNDS {
            let made = shift(&app, &team, &nia, (round * DAY, round * DAY + 60)).await.expect(201);
            let to_tom = ask(&nia, &made, request(&tom, None)).await.expect(201);
            let to_deputy = ask(&nia, &made, request(&team.deputy, None)).await.expect(201);

            let (one, other) = join(
                answer(&tom, &to_tom, "agreement"),
                answer(&team.deputy, &to_deputy, "agreement"),
            ).await;

            let (winner, lost) = if one.status == 200 { (&tom, other) } else { (&team.deputy, one) };
            is_refused(&lost, "the shift has passed to somebody else");
            let at = app.in_minutes(round * DAY);
            assert_eq!(on_duty(&team, Some(&at)).await, [&*winner.id]);
        }
    }
}

on_both_stores! {
    async fn nobody_takes_a_shift_over_while_it_is_withdrawn_or_they_are_suspended(app) {
        let (team, nia, tom) = three(&app).await;
        for round in 1..=ROUNDS {
            let made = shift(&app, &team, &nia, (round * DAY, round * DAY + 60)).await.expect(201);
            let open = ask(&nia, &made, request(&team.deputy, None)).await.expect(201);
            let (agreed, withdrawn) = join(
                answer(&team.deputy, &open, "agreement"),
                withdraw(&nia, &open),
            ).await;
            let holder = on_duty(&team, Some(&app.in_minutes(round * DAY))).await;
            let expected = if agreed.status == 200 { &team.deputy.id } else { &nia.id };
            assert_eq!(holder, [&**expected]);
            assert_eq!(agreed.status + withdrawn.status, 200 + 409, "one of them");
        }
        let made = shift(&app, &team, &nia, (10 * DAY, 11 * DAY)).await.expect(201);
        let open = ask(&nia, &made, request(&tom, None)).await.expect(201);
        let (agreed, ()) = join(answer(&tom, &open, "agreement"), suspend(&team, &tom)).await;
        let on = on_duty(&team, Some(&app.in_minutes(10 * DAY))).await;
        // Had he agreed first, it went with him, and the supervisor is on.
        let expected = if agreed.status == 200 { &team.supervisor.id } else { &nia.id };
        assert_eq!(on, [&**expected]);
    }
}

on_both_stores! {
    async fn a_shift_begins_under_whoever_holds_it_also_while_it_changes_hands(app) {
        let (team, nia, tom) = three(&app).await;
        for _ in 0..ROUNDS {
            let made = shift(&app, &team, &nia, (10, 20)).await.expect(201);
            let open = ask(&nia, &made, request(&tom, None)).await.expect(201);
            app.advance(9);
            let before = told(&nia).await.len() + told(&tom).await.len();
            let tom_now = tom.back().await;
            let agreement = format!("/swaps/{}/agreement", id(&open));
            let (_, ran) = join(
                tom_now.post_nothing(&agreement),
                async {
                    app.advance(1);
                    cover::run_due(app.app.clone()).await.unwrap()
                },
            ).await;
            assert_eq!(ran.done, 1);
            let [on] = &on_duty(&team, None).await[..] else { panic!("one is on") };
            let holder = if *on == nia.id { &nia } else { &tom };
            let last = told(holder).await.into_iter().rfind(|(event, _)| event == "cover.started");
            assert_eq!(last.unwrap().1["id"], made["id"], "whoever is on was told");
            assert!(told(&nia).await.len() + told(&tom).await.len() > before);
            app.advance(10);
            app.turn_shifts().await;
        }
    }
}
