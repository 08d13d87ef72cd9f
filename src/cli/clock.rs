//! `daybook clock`: a machine started with its clock ahead, everything it stored bears times to come,
//! and so Daybook's time stays ahead until they have passed. Once the machine's clock is right, this
//! puts Daybook's right too, so that no escalation waits for the difference.

use clap::Subcommand;

use daybook::app::App;
use daybook::base::time::Clock;
use daybook::care::accounts::actions as accounts;
use daybook::care::alerts::escalation;
use daybook::care::audit::{self, Line};
use daybook::config::{Config, Settings};
use daybook::db::{self, Lane, View, put_right as rows, settings};
use daybook::serve;

use super::{say, with_runtime};

#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Bring what is due for alerts, and whoever waits, forward by as much as the clock was ahead. Stop every
    /// node first.
    ///
    /// Matches, shifts and leaves that were begun or ended while it was ahead come as much earlier too. What was
    /// planned for a time stays: shifts, leaves, cover, dates and check-ins are kept by the clock on the wall.
    /// Look at mentors' cover that was begun or ended in that time, and put it again.
    PutRight(Box<Settings>),
}

pub(crate) fn run(command: ClockCommand) -> anyhow::Result<()> {
    let ClockCommand::PutRight(settings) = command;
    let mut settings = *settings;
    // The clock says at every start that it is ahead; that is why we are here.
    settings.log.get_or_insert_with(|| "off".to_owned());
    with_runtime(settings, put_right)
}

async fn put_right(config: Config) -> anyhow::Result<()> {
    let alone = serve::alone(&config.database)?;
    let app = App::start(config, Clock::system()).await?;
    let wall = app.clock().wall();
    let put = app
        .store()
        .write(Lane::Rest, move |tx| {
            let Some(reached) = settings::last_moment(tx.conn())?.filter(|last| *last > wall)
            else {
                return Ok(None);
            };
            let by = reached.since(wall);
            let alerts = escalation::bring_forward(tx, by)?;
            let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            rows::bring_forward(tx.conn(), (micros, wall))?;
            accounts::forget_later_than(tx, wall)?;
            for authority in accounts::authorities(tx)? {
                let line = Line {
                    deed: "clock.put_right",
                    subject: "authority",
                    subject_id: None,
                    about: None,
                    detail: serde_json::json!({ "seconds": by.as_secs() }),
                    reason: None,
                };
                audit::actions::record_as_operator(tx, authority, &line)?;
            }
            settings::set(tx.conn(), settings::LAST_MOMENT, &wall.micros().to_string())?;
            Ok::<_, db::Error>(Some((by, alerts)))
        })
        .await?;
    app.store().close();
    drop(alone);
    say(&match put {
        Some((by, alerts)) => format!(
            "put back by {} s to {wall}; {alerts} alerts that are not closed come so much earlier",
            by.as_secs()
        ),
        None => format!("nothing to put right: it is {wall}, and nothing later was reached"),
    });
    Ok(())
}
