//! Where the demo happens: an application whose clock is moved by hand, and people who do what they
//! do through the same door as requests.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;

use daybook::app::App;
use daybook::base::ids::{AccountId, AlertId, ConversationId, FamilyId, PodId};
use daybook::base::secret::Secret;
use daybook::base::time::Moment;
use daybook::care::accounts::invitations::accepting::Acceptance;
use daybook::care::accounts::invitations::{self, Invite};
use daybook::care::accounts::{Caller, Claims, Role, devices};
use daybook::care::agencies::{self, NewAgencyLine};
use daybook::care::families::actions as families;
use daybook::care::handovers::joining;
use daybook::care::handovers::matching::match_up;
use daybook::care::help_lines::{self, NewHelpLine};
use daybook::care::pods::actions as pods;
use daybook::db::{self, Lane, Tx};
use daybook::edge::door;
use daybook::edge::problem::Problem;

use super::cast::{Cast, FamilyOf, Member, Worker};
use super::{PASSWORD, PIN};

/// Somebody in the demo.
struct Player {
    claims: Claims,
    device_secret: Secret,
}

/// A conversation, and how long it has become.
pub(super) struct Thread {
    pub(super) id: ConversationId,
    pub(super) last_seq: i64,
}

/// The application and everybody in it.
pub(super) struct Stage {
    app: App,
    players: BTreeMap<String, Player>,
    /// By the name of the family member.
    threads: BTreeMap<String, Thread>,
    /// What somebody of the story has acknowledged.
    taken: BTreeSet<AlertId>,
    /// With what a family member joins on another device, by their name.
    codes: BTreeMap<String, Secret>,
}

impl Stage {
    /// Brings everybody in: staff, pod, families, matches, help lines, the numbers of agencies.
    pub(super) async fn open(app: App, cast: &Cast) -> anyhow::Result<Self> {
        let mut stage = Self {
            app,
            players: BTreeMap::new(),
            threads: BTreeMap::new(),
            taken: BTreeSet::new(),
            codes: BTreeMap::new(),
        };
        let manager = cast
            .staff
            .first()
            .context("cast.toml: nobody on the staff")?;
        stage.found(&cast.authority, manager).await?;
        let (name, area) = (cast.pod.clone(), cast.area.clone());
        let pod = stage
            .act(&manager.name, Lane::Rest, move |tx, caller| {
                pods::make(tx, caller, (&name, &area))
            })
            .await?;
        for worker in cast.staff.iter().skip(1) {
            let in_pod = matches!(worker.role, Role::PeerMentor | Role::FamilyPractitioner);
            let invite = Invite {
                role: worker.role,
                kind: None,
                display_name: worker.full_name.clone(),
                email: Some(worker.email.clone()),
                pod_id: in_pod.then_some(pod.id),
                family_id: None,
            };
            stage
                .join(&manager.name, &worker.name, invite, "en")
                .await?;
        }
        stage.put_in_charge(cast, pod.id).await?;
        for line in cast.help_line.iter().enumerate() {
            stage.add_help_line(&manager.name, &cast.area, line).await?;
        }
        for line in &cast.agency_line {
            stage.add_agency_line(&manager.name, line).await?;
        }
        for family in &cast.family {
            stage.bring_family(cast, pod.id, family).await?;
        }
        Ok(stage)
    }

    /// Makes the first manager as the command line does.
    async fn found(&mut self, authority: &str, manager: &Worker) -> anyhow::Result<()> {
        let who = Invite {
            role: manager.role,
            kind: None,
            display_name: manager.full_name.clone(),
            email: Some(manager.email.clone()),
            pod_id: None,
            family_id: None,
        };
        let hash = self.app.hash(&Secret::new(PASSWORD)).await?;
        let authority = authority.to_owned();
        let device = self
            .app
            .store()
            .write(Lane::Rest, move |tx| {
                let id = invitations::found(tx, &authority, &who, &hash)?;
                Ok::<_, invitations::InviteError>(devices::enrol(tx, id, "demo")?)
            })
            .await?;
        let player = Player {
            claims: Claims {
                account_id: device.account_id,
                device_id: device.device_id,
                authority_id: None,
                author: None,
                language: "en".to_owned(),
            },
            device_secret: device.secret,
        };
        self.players.insert(manager.name.clone(), player);
        Ok(())
    }

    /// Somebody is invited and joins by their code.
    async fn join(
        &mut self,
        host: &str,
        name: &str,
        invite: Invite,
        language: &str,
    ) -> anyhow::Result<AccountId> {
        let secret = if invite.role == Role::FamilyMember {
            PIN
        } else {
            PASSWORD
        };
        let invited = self
            .act(host, Lane::Rest, move |tx, caller| {
                invitations::invite(tx, caller, invite.clone())
            })
            .await?;
        let hash = self.app.hash(&Secret::new(secret)).await?;
        let acceptance = Acceptance {
            code: invited.code,
            password_hash: hash,
            one_time_code: None,
            language: language.to_owned(),
            notice_version: None,
            label: "demo".to_owned(),
        };
        let done = self
            .app
            .store()
            .write(Lane::Rest, move |tx| joining::accept(tx, &acceptance))
            .await??;
        let player = Player {
            claims: done.claims(),
            device_secret: done.device.secret,
        };
        self.players.insert(name.to_owned(), player);
        Ok(done.account_id)
    }

    async fn put_in_charge(&self, cast: &Cast, pod: PodId) -> anyhow::Result<()> {
        let manager = &first(cast, Role::ServiceManager)?.name;
        let supervisor = self.account(&first(cast, Role::SupervisingSocialWorker)?.name)?;
        let deputies: Vec<AccountId> = cast
            .deputies
            .iter()
            .map(|name| self.account(name))
            .collect::<anyhow::Result<_>>()?;
        self.act(manager, Lane::Rest, move |tx, caller| {
            pods::put_supervisor(tx, caller, pod, supervisor)?;
            pods::put_cover(tx, caller, pod, &deputies)
        })
        .await?;
        Ok(())
    }

    async fn add_help_line(
        &self,
        manager: &str,
        locality: &str,
        (place, line): (usize, &super::cast::Line),
    ) -> anyhow::Result<()> {
        let new = NewHelpLine {
            locality: locality.to_owned(),
            name: line.name.clone(),
            number: line.number.clone(),
            text_number: None,
            hours: line.hours.clone(),
            position: i32::try_from(place).unwrap_or(0),
            verified_on: self.app.clock().now().utc().date_naive(),
        };
        self.act(manager, Lane::Rest, move |tx, caller| {
            help_lines::actions::add(tx, caller, &new)
        })
        .await?;
        Ok(())
    }

    async fn add_agency_line(
        &self,
        manager: &str,
        line: &super::cast::AgencyLine,
    ) -> anyhow::Result<()> {
        let new = NewAgencyLine {
            agency: line.agency,
            area: None,
            name: line.name.clone(),
            number: line.number.clone(),
            hours: line.hours.clone(),
            script: line.script.clone(),
            verified_on: self.app.clock().now().utc().date_naive(),
        };
        self.act(manager, Lane::Rest, move |tx, caller| {
            agencies::actions::add(tx, caller, &new)
        })
        .await?;
        Ok(())
    }

    async fn bring_family(
        &mut self,
        cast: &Cast,
        pod_id: PodId,
        family: &FamilyOf,
    ) -> anyhow::Result<()> {
        let practitioner = first(cast, Role::FamilyPractitioner)?.name.clone();
        let new = families::NewFamily {
            pod_id,
            reference: family.reference.clone(),
            family_practitioner_id: Some(self.account(&practitioner)?),
        };
        let made = self
            .act(&practitioner, Lane::Rest, move |tx, caller| {
                families::make(tx, caller, &new)
            })
            .await?;
        for member in &family.member {
            self.bring_member(&practitioner, made.id, member).await?;
        }
        Ok(())
    }

    async fn bring_member(
        &mut self,
        practitioner: &str,
        family_id: FamilyId,
        member: &Member,
    ) -> anyhow::Result<()> {
        let invite = Invite {
            role: Role::FamilyMember,
            kind: Some(member.kind),
            display_name: member.name.clone(),
            email: None,
            pod_id: None,
            family_id: Some(family_id),
        };
        let account = self
            .join(practitioner, &member.name, invite, &member.language)
            .await?;
        let mentor = self.account(&member.mentor)?;
        let (matched, _) = self
            .act(practitioner, Lane::Rest, move |tx, caller| {
                match_up(tx, caller, account, mentor)
            })
            .await?;
        let thread = Thread {
            id: matched.conversation_id,
            last_seq: 0,
        };
        self.threads.insert(member.name.clone(), thread);
        self.agree_on_plan(practitioner, (&member.name, account))
            .await
    }

    pub(super) async fn act<T, E, F>(&self, who: &str, lane: Lane, deed: F) -> anyhow::Result<T>
    where
        F: FnMut(&mut Tx<'_>, &Caller) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: std::error::Error + From<db::Error> + Into<Problem> + Send + 'static,
    {
        let claims = &self.player(who)?.claims;
        door::act(&self.app, claims, lane, deed)
            .await
            .map_err(|problem| refused(who, &problem))
    }

    fn player(&self, name: &str) -> anyhow::Result<&Player> {
        self.players
            .get(name)
            .with_context(|| format!("nobody in cast.toml is called {name}"))
    }

    pub(super) fn claims(&self, name: &str) -> anyhow::Result<&Claims> {
        self.player(name).map(|player| &player.claims)
    }

    pub(super) const fn app(&self) -> &App {
        &self.app
    }

    pub(super) fn now(&self) -> Moment {
        self.app.clock().now()
    }

    /// Notes how long a conversation has become.
    pub(super) fn note_length(&mut self, family_member: &str, last_seq: i64) {
        if let Some(thread) = self.threads.get_mut(family_member) {
            thread.last_seq = last_seq;
        }
    }

    /// Notes that somebody of the story has acknowledged it.
    pub(super) fn note_taken(&mut self, id: AlertId) {
        self.taken.insert(id);
    }

    /// Whether somebody of the story has acknowledged it.
    pub(super) fn was_taken(&self, id: AlertId) -> bool {
        self.taken.contains(&id)
    }

    pub(super) fn account(&self, name: &str) -> anyhow::Result<AccountId> {
        self.player(name).map(|player| player.claims.account_id)
    }

    pub(super) fn thread(&self, family_member: &str) -> anyhow::Result<&Thread> {
        self.threads
            .get(family_member)
            .with_context(|| format!("nobody talks with {family_member}"))
    }

    /// With what somebody's device stays signed in.
    pub(super) fn device_secret(&self, name: &str) -> Option<&str> {
        self.players
            .get(name)
            .map(|player| player.device_secret.expose())
    }

    /// Has the manager give every family member a code for another device.
    pub(super) async fn hand_out_codes(&mut self, cast: &Cast) -> anyhow::Result<()> {
        let manager = first(cast, Role::ServiceManager)?.name.clone();
        for member in cast.members() {
            let id = self.account(&member.name)?;
            let invited = self
                .act(&manager, Lane::Rest, move |tx, caller| {
                    joining::re_enrol(tx, caller, id)
                })
                .await?;
            self.codes.insert(member.name.clone(), invited.code);
        }
        Ok(())
    }

    /// Every family member has just unlocked their phone: what it is printed with gives access.
    pub(super) async fn unlock_phones(&mut self, cast: &Cast) -> anyhow::Result<()> {
        for member in cast.members() {
            let Some(player) = self.players.get_mut(&member.name) else {
                continue;
            };
            let secret = devices::unlock::parse(&player.device_secret)?;
            let done =
                self.app.store().write(Lane::Rest, move |tx| {
                    match devices::unlock::begin(tx, &secret)? {
                        Ok(tried) => devices::unlock::complete(tx, &tried, &secret),
                        Err(refusal) => Ok(Err(refusal)),
                    }
                });
            player.device_secret = done.await??.device.secret;
        }
        Ok(())
    }

    /// The code that [`Stage::hand_out_codes`] gave somebody.
    pub(super) fn code(&self, name: &str) -> Option<&str> {
        self.codes.get(name).map(Secret::expose)
    }

    /// Lets go of the database.
    pub(super) fn close(&self) {
        self.app.store().close();
    }
}

fn first(cast: &Cast, role: Role) -> anyhow::Result<&Worker> {
    cast.with_role(role)
        .next()
        .with_context(|| format!("cast.toml: no {}", role.as_str()))
}

/// The words of the story are not repeated: a field is named by its pointer.
pub(super) fn refused(who: &str, problem: &Problem) -> anyhow::Error {
    let fields: Vec<String> = problem
        .body(None)
        .errors
        .iter()
        .map(|error| format!("{} {}", error.pointer, error.detail))
        .collect();
    anyhow::anyhow!("{who} was refused: {problem} {}", fields.join(", "))
}
