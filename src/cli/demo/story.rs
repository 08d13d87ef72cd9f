//! What happens in the demo, and when: `weeks.toml`, read and put in order.

use std::time::Duration;

use anyhow::Context;
use chrono::{Days, NaiveTime};
use chrono_tz::Europe::London;
use serde::Deserialize;

use daybook::base::civil::{Civil, Zone};
use daybook::base::recurrence::Rule;
use daybook::base::time::Moment;
use daybook::care::alerts::Outcome;
use daybook::care::check_ins::Safety;
use daybook::care::check_ins::rhythm::Rhythm;
use daybook::care::contact_log;
use daybook::care::words::{Category, Severity};

use super::calm::Planned;

const WEEKS: &str = include_str!("weeks.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weeks {
    talk: Vec<Talk>,
    rhythm: Vec<At<Asked>>,
    check_in: Vec<At<CheckIn>>,
    concern: Vec<At<Concern>>,
    help: Vec<At<Help>>,
    acknowledge: Vec<At<Acknowledge>>,
    decide: Vec<At<Decide>>,
    contact: Vec<At<Contact>>,
    handover_note: Vec<At<HandoverNote>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Talk {
    family_member: String,
    /// When, who, what they write.
    lines: Vec<(String, String, String)>,
}

#[derive(Debug, Deserialize)]
struct At<T> {
    when: String,
    #[serde(flatten)]
    what: T,
}

/// Somebody writes in a family member's conversation.
#[derive(Debug)]
pub(super) struct Say {
    pub(super) family_member: String,
    pub(super) who: String,
    pub(super) words: String,
}

/// As it is written: the first time as `when` is, and the rule as RFC 5545 has it.
#[derive(Debug, Deserialize)]
struct Asked {
    who: String,
    about: String,
    first: String,
    rule: String,
    window_hours: i32,
}

/// Somebody sets when a family member is asked how things are.
#[derive(Debug)]
pub(super) struct SetRhythm {
    pub(super) who: String,
    pub(super) about: String,
    pub(super) rhythm: Rhythm,
}

/// A family member checks in.
#[derive(Debug, Deserialize)]
pub(super) struct CheckIn {
    pub(super) who: String,
    pub(super) scale: i32,
    pub(super) better: Option<String>,
    #[serde(default)]
    pub(super) wants_contact: bool,
    #[serde(rename = "unsafe")]
    pub(super) safety: Option<Safety>,
}

/// Somebody reports a concern.
#[derive(Debug, Deserialize)]
pub(super) struct Concern {
    pub(super) who: String,
    pub(super) about: String,
    pub(super) severity: Severity,
    pub(super) category: Category,
    pub(super) note: String,
}

/// A family member presses help.
#[derive(Debug, Deserialize)]
pub(super) struct Help {
    pub(super) who: String,
}

/// Somebody reads what is open about a family member and takes it.
#[derive(Debug, Deserialize)]
pub(super) struct Acknowledge {
    pub(super) who: String,
    pub(super) about: String,
}

/// Somebody decides what comes of it.
#[derive(Debug, Deserialize)]
pub(super) struct Decide {
    pub(super) who: String,
    pub(super) about: String,
    pub(super) outcome: Outcome,
    pub(super) rationale: String,
}

/// Somebody logs whom they have just seen or called.
#[derive(Debug, Deserialize)]
pub(super) struct Contact {
    pub(super) who: String,
    pub(super) with: String,
    pub(super) kind: contact_log::Kind,
    pub(super) outcome: contact_log::Outcome,
    pub(super) with_whom: Option<String>,
    pub(super) note: Option<String>,
}

/// Somebody saves the first version of a handover note.
#[derive(Debug, Deserialize)]
pub(super) struct HandoverNote {
    pub(super) who: String,
    pub(super) about: String,
    pub(super) going_on: String,
    pub(super) promised: String,
    pub(super) look_out_for: String,
}

/// One thing that happens.
#[derive(Debug)]
pub(super) enum Deed {
    Say(Say),
    SetRhythm(SetRhythm),
    CheckIn(CheckIn),
    Concern(Concern),
    Help(Help),
    Acknowledge(Acknowledge),
    Decide(Decide),
    Contact(Contact),
    HandoverNote(HandoverNote),
}

impl Asked {
    fn read(self, now: Moment) -> anyhow::Result<SetRhythm> {
        let wrong = || format!("weeks.toml: {:?} is no rule", self.rule);
        let rhythm = Rhythm {
            starts: Civil::shown(moment(&self.first, now)?, Zone::LONDON),
            zone: Zone::LONDON,
            rule: Rule::parse(&self.rule).with_context(wrong)?,
            window_hours: self.window_hours,
        };
        Ok(SetRhythm {
            who: self.who,
            about: self.about,
            rhythm,
        })
    }
}

/// Everything that happens up to `now`, in order.
pub(super) fn read(now: Moment) -> anyhow::Result<Vec<(Moment, Deed)>> {
    let weeks: Weeks = toml::from_str(WEEKS)?;
    let mut scenes = Vec::new();
    for talk in weeks.talk {
        for (when, who, words) in talk.lines {
            let family_member = talk.family_member.clone();
            let say = Say {
                family_member,
                who,
                words,
            };
            scenes.push((moment(&when, now)?, Deed::Say(say)));
        }
    }
    for one in weeks.rhythm {
        let set = Deed::SetRhythm(one.what.read(now)?);
        scenes.push((moment(&one.when, now)?, set));
    }
    add(&mut scenes, now, weeks.check_in, Deed::CheckIn)?;
    add(&mut scenes, now, weeks.concern, Deed::Concern)?;
    add(&mut scenes, now, weeks.help, Deed::Help)?;
    add(&mut scenes, now, weeks.acknowledge, Deed::Acknowledge)?;
    add(&mut scenes, now, weeks.decide, Deed::Decide)?;
    add(&mut scenes, now, weeks.contact, Deed::Contact)?;
    add(&mut scenes, now, weeks.handover_note, Deed::HandoverNote)?;
    scenes.sort_by_key(|(at, _)| *at);
    // Nobody acts on the full minute.
    for (scene, seconds) in scenes.iter_mut().zip((7_u64..59).step_by(13).cycle()) {
        scene.0 = scene.0.plus(Duration::from_secs(seconds)).min(now);
    }
    Ok(scenes)
}

/// Who is going to take what is about whom, and when.
pub(super) fn planned(scenes: &[(Moment, Deed)]) -> Vec<Planned> {
    scenes
        .iter()
        .filter_map(|(at, deed)| match deed {
            Deed::Acknowledge(taken) => Some((*at, taken.about.clone())),
            Deed::Say(_)
            | Deed::SetRhythm(_)
            | Deed::CheckIn(_)
            | Deed::Concern(_)
            | Deed::Help(_)
            | Deed::Decide(_)
            | Deed::Contact(_)
            | Deed::HandoverNote(_) => None,
        })
        .collect()
}

fn add<T>(
    scenes: &mut Vec<(Moment, Deed)>,
    now: Moment,
    all: Vec<At<T>>,
    deed: fn(T) -> Deed,
) -> anyhow::Result<()> {
    for one in all {
        scenes.push((moment(&one.when, now)?, deed(one.what)));
    }
    Ok(())
}

/// Reads `21d 16:40`, so many days before `now` at that time in London, or `52m`, so many minutes
/// before it.
pub(super) fn moment(when: &str, now: Moment) -> anyhow::Result<Moment> {
    let wrong = || format!("weeks.toml: {when:?} is neither \"21d 16:40\" nor \"52m\"");
    if let Some(minutes) = when.strip_suffix('m') {
        let minutes = minutes.parse::<u64>().with_context(wrong)?;
        return Ok(now.minus(Duration::from_secs(minutes.saturating_mul(60))));
    }
    let (days, time) = when.split_once("d ").with_context(wrong)?;
    let days = Days::new(days.parse().with_context(wrong)?);
    let time = NaiveTime::parse_from_str(time, "%H:%M").with_context(wrong)?;
    let today = now.on_the_wall(London).date();
    let day = today.checked_sub_days(days).with_context(wrong)?;
    Ok(Moment::at_wall(day.and_time(time), London))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_time_is_so_many_days_ago_in_london_or_so_many_minutes_ago() {
        let now = Moment::parse_rfc3339("2026-06-20T09:00:00Z").unwrap();
        let read = |when| moment(when, now).unwrap().to_string();

        assert_eq!(read("1d 16:40"), "2026-06-19T15:40:00.000000Z");
        assert_eq!(read("90m"), "2026-06-20T07:30:00.000000Z");
        assert!(moment("yesterday", now).is_err());
    }

    #[test]
    fn the_story_is_long_varied_and_over_by_now_whenever_it_is_told() {
        for now in [
            "2026-06-20T00:01:00Z",
            "2026-10-26T12:00:00Z",
            "2027-01-01T23:59:00Z",
        ] {
            let now = Moment::parse_rfc3339(now).unwrap();

            let scenes = read(now).unwrap();

            assert!(scenes.len() > 100, "{}", scenes.len());
            assert!(scenes.is_sorted_by_key(|(at, _)| *at));
            assert!(scenes.last().unwrap().0 <= now);
            let said: Vec<&str> = scenes
                .iter()
                .filter_map(|(_, deed)| {
                    let Deed::Say(say) = deed else { return None };
                    Some(say.words.as_str())
                })
                .collect();
            let different: BTreeSet<&str> = said.iter().copied().collect();
            assert_eq!(said.len(), different.len(), "somebody repeats themselves");
        }
    }
}
