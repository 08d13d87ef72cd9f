//! How time passes in the demo.

use daybook::base::time::Moment;
use daybook::workers::{check_ins, escalation};

use super::stage::Stage;

impl Stage {
    /// Lets time pass; what falls due meanwhile, of alerts and of check-ins, happens at its own moment.
    pub(super) async fn wait_until(&self, moment: Moment) -> anyhow::Result<()> {
        let clock = self.app().clock();
        loop {
            let climbed = escalation::run_due(self.app().clone()).await?;
            let asked = check_ins::run_due(self.app().clone()).await?;
            if climbed.more || asked.more {
                continue;
            }
            let next_due = climbed.next_due.into_iter().chain(asked.next_due).min();
            match next_due {
                Some(due) if due > clock.now() && due <= moment => {
                    clock.advance(due.since(clock.now()));
                }
                _ => break,
            }
        }
        clock.advance(moment.since(clock.now()));
        Ok(())
    }
}
