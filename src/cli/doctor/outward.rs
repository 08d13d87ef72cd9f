//! Whom the service reaches outside: push services, mail, whoever rings people up, whoever misses it.

use daybook::config::{Config, NO_SUBJECT};
use daybook::mailer::Mailer;

use super::Finding::{self, Ok as Fine, Wrong};

/// Whom push services may write to. Nothing is sent: only phones can be pushed to.
pub(super) fn push(config: &Config) -> Finding {
    if config.push_subject != NO_SUBJECT {
        return Fine(format!(
            "push services may write to {}",
            config.push_subject
        ));
    }
    let why = "no push_subject and no public_url that can be reached from outside: Apple's push service \
               refuses every push";
    // Whoever tries the service on their own machine has no iPhone to reach.
    if config.public_url.is_none() {
        Fine(why.to_owned())
    } else {
        Wrong(format!("{why}; set push_subject to mailto: and an address"))
    }
}

/// Whether the mail server lets us in.
pub(super) fn mail(config: &Config) -> Finding {
    let Some(mail) = &config.mail else {
        return Fine("no smtp_url: nobody is written to".to_owned());
    };
    let shown = mail.shown();
    let asked = Mailer::new(mail, config.http_patience).map(|mailer| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.map(|runtime| runtime.block_on(mailer.is_let_in()))
    });
    match asked {
        Ok(Ok(Ok(true))) => Fine(format!("{shown} lets us in")),
        Ok(Ok(Ok(false))) => Wrong(format!("{shown} answers, but does not let us in")),
        Ok(Ok(Err(error))) | Err(error) => Wrong(format!("{shown}: {error}")),
        Ok(Err(error)) => Wrong(error.to_string()),
    }
}

/// It is not called: somebody's telephone would ring.
pub(super) fn phone(config: &Config) -> Finding {
    Fine(config.phone_hook.as_ref().map_or_else(
        || "no phone_hook_url: nobody is rung".to_owned(),
        |hook| format!("texts and calls are handed to {}", hook.shown()),
    ))
}

/// It is not called: whoever waits there would think that the service lives.
pub(super) fn heartbeat(config: &Config) -> Finding {
    Fine(config.heartbeat_url.as_ref().map_or_else(
        || "no heartbeat_url: nobody outside misses the service if it stands still".to_owned(),
        |url| format!("given to {} while it is served", url.shown()),
    ))
}
