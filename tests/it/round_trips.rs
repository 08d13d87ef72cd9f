//! How often a deed goes to PostgreSQL and back: over a network each time costs as much as the work.

use super::support::{TestApp, a_team, say};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_message_goes_to_the_database_and_back_five_times() {
    let Some((app, wire)) = TestApp::on_a_wire().await else {
        return;
    };
    let team = a_team(&app).await;
    for _ in 0..2 {
        // What is asked for the first time is prepared, once for each connection.
        say(&team.sam, &team.conversation_id, "Hello")
            .await
            .expect(201);
    }

    let before = wire.answers();
    say(&team.sam, &team.conversation_id, "See you on Thursday")
        .await
        .expect(201);

    // Begin; who sends; where it goes; the message; what is told, and the commit.
    assert_eq!(wire.answers() - before, 5);
}
