//! Floor 5a: outside in. HTTP and the live socket; knows no SQL and no rules of the domain.
//!
//! [`routes`] is the table of contents: every address of the service, one line each.

pub mod accounts;
pub mod address;
pub mod agencies;
pub mod alerts;
pub mod audit;
pub mod body;
pub mod caseload;
pub mod cases;
pub mod check_ins;
pub mod chronology;
pub mod claims;
pub mod concerns;
pub mod connections;
pub mod contact_log;
pub mod contact_plans;
pub mod conversations;
mod cursor;
pub mod dates;
pub mod devices;
pub mod docs;
pub mod door;
pub mod evaluation;
pub mod events;
pub mod families;
pub mod forecast;
pub mod goals;
pub mod handover_notes;
pub mod handovers;
pub mod health;
pub mod help;
pub mod help_lines;
pub mod inbox;
pub mod invitations;
pub mod leave;
pub mod lexicon;
pub mod limits;
pub mod live;
pub mod match_courses;
pub mod metrics;
pub mod own_email;
pub mod own_phone;
mod page;
mod phone_app;
pub mod pods;
pub mod policies;
pub mod problem;
pub mod push;
pub mod reading_hours;
pub mod request;
pub mod responsibilities;
pub mod second_factor;
pub mod sessions;
pub mod shifts;
mod spec;
pub mod swaps;
pub mod unmatched;
pub mod waiting;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

pub use spec::api_spec;

use crate::app::App;
use crate::workers::Turning;

/// What the handlers share beside the application.
#[derive(Clone)]
pub struct Edge {
    /// The application.
    pub app: web::Data<App>,
    /// Makes and verifies access tokens.
    pub tokens: web::Data<claims::Tokens>,
    /// How much one person may do.
    pub limits: web::Data<limits::Limits>,
    /// Which workers turn.
    pub turning: web::Data<Turning>,
    /// How things stood when the numbers were asked for last.
    pub seen: web::Data<metrics::Seen>,
    /// The description of the API.
    pub spec: web::Data<utoipa::openapi::OpenApi>,
    /// How long a request may take to come in.
    pub patience: web::Data<body::Patience>,
}

impl Edge {
    /// Builds what the handlers share.
    #[must_use]
    pub fn new(app: App, turning: Turning, patience: body::Patience) -> Self {
        Self {
            tokens: web::Data::new(claims::Tokens::new(&app)),
            limits: web::Data::new(limits::Limits::per_minute(app.config().deeds_per_minute)),
            turning: web::Data::new(turning),
            seen: web::Data::default(),
            spec: web::Data::new(api_spec()),
            patience: web::Data::new(patience),
            app: web::Data::new(app),
        }
    }

    /// Puts everything into one actix application.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(self.app.clone())
            .app_data(self.tokens.clone())
            .app_data(self.limits.clone())
            .app_data(self.turning.clone())
            .app_data(self.seen.clone())
            .app_data(self.spec.clone())
            .app_data(self.patience.clone());
        routes(&mut ServiceConfig::new(config));
        config.default_service(web::to(unmatched::unmatched));
    }
}

/// Every address of the service.
#[expect(
    clippy::too_many_lines,
    reason = "a table of contents, one line for each address"
)]
pub fn routes(config: &mut ServiceConfig<'_>) {
    // The busiest come first: actix looks for a route from the top.
    config.service(utoipa_actix_web::scope("/api/v1").configure(|api| {
        // Talking.
        api.service(conversations::send);
        api.service(conversations::messages);
        api.service(conversations::read);
        api.service(conversations::list);
        api.service(conversations::held);
        // What worries us, and who has it.
        api.service(alerts::list);
        api.service(alerts::one);
        api.service(alerts::occurrences);
        api.service(alerts::history);
        api.service(alerts::acknowledge);
        api.service(alerts::hand_over);
        api.service(alerts::decide);
        api.service(alerts::reopen);
        api.service(alerts::calls::log);
        api.service(alerts::calls::list);
        api.service(alerts::exclusions::exclude);
        api.service(alerts::links::link);
        api.service(alerts::figures::list);
        api.service(evaluation::show);
        api.service(evaluation::export);
        api.service(alerts::work::agree);
        api.service(alerts::work::list);
        api.service(alerts::work::own);
        api.service(alerts::work::finish);
        api.service(alerts::reading_list);
        api.service(policies::list);
        api.service(policies::put_forward);
        api.service(policies::agree);
        api.service(help::help);
        api.service(concerns::raise);
        api.service(check_ins::make);
        api.service(check_ins::list);
        api.service(check_ins::templates::list);
        api.service(check_ins::templates::make);
        api.service(check_ins::rhythms::show);
        api.service(check_ins::rhythms::set);
        api.service(check_ins::rhythms::end);
        api.service(waiting::list);
        api.service(waiting::finish);
        api.service(waiting::answered);
        api.service(caseload::list);
        // What somebody works towards.
        api.service(goals::make);
        api.service(goals::list);
        api.service(goals::add);
        api.service(goals::entries);
        api.service(goals::end);
        // Who was seen and called.
        api.service(contact_log::log);
        api.service(contact_log::list);
        api.service(contact_log::withdraw);
        // What the next person must know.
        api.service(handover_notes::save);
        api.service(handover_notes::list);
        // What is agreed, and when.
        api.service(dates::list);
        api.service(dates::make);
        api.service(dates::change);
        api.service(dates::occurrences::change);
        api.service(dates::cancel);
        api.service(dates::reply);
        api.service(contact_plans::show);
        api.service(contact_plans::tell);
        api.service(contact_plans::confirm);
        api.service(contact_plans::stops::stop);
        api.service(contact_plans::stops::end);
        api.service(audit::list);
        api.service(live::open);
        api.service(inbox::list);
        api.service(inbox::seen);
        // Signing in and joining.
        api.service(sessions::sign_in);
        api.service(sessions::refresh);
        api.service(sessions::unlock);
        api.service(sessions::way_back);
        api.service(sessions::sign_out);
        api.service(invitations::invite);
        api.service(invitations::accept);
        // `accept` is no id of an invitation, whatever the method.
        api.route("/invitations/accept", web::route().to(unmatched::unmatched));
        api.service(invitations::list);
        api.service(invitations::withdraw);
        // The own account; before the accounts of others, because `me` is no id.
        api.service(accounts::me);
        api.service(accounts::show_notice);
        api.service(accounts::change_password);
        api.service(own_email::ask);
        api.service(own_email::confirm);
        api.service(own_phone::ask);
        api.service(own_phone::confirm);
        api.service(own_phone::forget);
        api.service(devices::list);
        api.service(devices::sign_out);
        api.service(devices::sign_out_others);
        api.service(push::key);
        api.service(push::subscribe);
        api.service(push::unsubscribe);
        api.service(second_factor::enrol);
        api.service(second_factor::confirm);
        api.service(second_factor::remove);
        // People.
        api.service(accounts::list);
        api.service(accounts::show);
        api.service(accounts::re_enrol);
        api.service(accounts::end_devices);
        api.service(reading_hours::show);
        api.service(reading_hours::say);
        // Who belongs together.
        api.service(pods::make);
        api.service(pods::list);
        api.service(pods::put_supervisor);
        api.service(pods::put_cover);
        api.service(shifts::make);
        api.service(shifts::list);
        api.service(shifts::list_own);
        api.service(shifts::end);
        api.service(shifts::on_duty);
        api.service(connections::mark);
        api.service(connections::list);
        api.service(connections::end);
        api.service(swaps::ask);
        api.service(swaps::list);
        api.service(swaps::agree);
        api.service(swaps::refuse);
        api.service(swaps::withdraw);
        api.service(leave::make);
        api.service(leave::list);
        api.service(leave::end);
        api.service(forecast::list);
        api.service(families::make);
        api.service(families::list);
        api.service(families::show);
        api.service(chronology::list);
        api.service(cases::open);
        api.service(cases::list);
        api.service(cases::change_step);
        api.service(cases::close);
        api.service(cases::correct);
        api.service(families::put_pod);
        api.service(families::match_up);
        api.service(families::end_match);
        api.service(families::put_cover);
        api.service(families::end_cover);
        api.service(match_courses::put_course);
        // Suspending, leaving, moving.
        api.service(responsibilities::show);
        api.service(handovers::suspend);
        api.service(handovers::lift_suspension);
        api.service(handovers::depart);
        api.service(handovers::put_pod);
        api.service(handovers::put_qualified);
        // Whom to call.
        api.service(help_lines::list);
        api.service(help_lines::add);
        api.service(help_lines::put);
        api.service(help_lines::remove);
        api.service(agencies::list);
        api.service(agencies::add);
        api.service(agencies::put);
        api.service(agencies::remove);
        // The rules of screening an authority adds.
        api.service(lexicon::draft);
        api.service(lexicon::drafts);
        api.service(lexicon::one_draft);
        api.service(lexicon::publish);
        api.service(lexicon::bench);
        api.service(lexicon::versions);
        api.service(lexicon::one_version);
        api.service(lexicon::withdraw);
        api.service(lexicon::rule_counts);
    }));
    config.service(health::live);
    config.service(health::ready);
    config.service(health::numbers);
    config.service(health::spec);
    // Pages for people.
    config.service(docs::home);
    config.service(docs::page);
    config.service(docs::script);
    config.service(docs::style);
    config.service(docs::live_socket);
    config.service(docs::all_problems);
    config.service(docs::one_problem);
}
