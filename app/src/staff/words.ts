// What staff read.

import type { ActionView, Agency, AskState, Attempt, Category, Channel, Kind, NeedReason, Outcome, ReminderState, Repeats, Role, Rung, Safety, Severity, Status } from '../lib/api.gen';
import type { Refusal } from '../lib/session';

export const roles: Record<Role, string> = {
  family_member: 'family member',
  peer_mentor: 'peer mentor',
  family_practitioner: 'family practitioner',
  supervising_social_worker: 'supervising social worker',
  service_manager: 'service manager',
};

export const severities: Record<Severity, string> = { immediate: 'Immediate', urgent: 'Urgent', watch: 'Watch' };

export const categories: Record<Category, string> = {
  suicide: 'Suicide',
  self_harm: 'Self-harm',
  physical_abuse: 'Physical abuse',
  sexual_abuse: 'Sexual abuse',
  emotional_abuse: 'Emotional abuse',
  neglect: 'Neglect',
  domestic_abuse: 'Domestic abuse',
  exploitation: 'Exploitation',
  substance: 'Drugs or alcohol',
  missing: 'Missing',
  weapon_violence: 'Weapons, violence',
  online_harm: 'Harm online',
  radicalisation: 'Radicalisation',
  fgm_forced_marriage: 'FGM, forced marriage',
  acute_distress: 'Acute distress',
  mentor_boundary: 'Mentor boundary',
};

export const outcomes: Record<Outcome, string> = {
  no_concern: 'No concern after all',
  advice: 'Advice and support',
  cin_review: 'Child in need review',
  step_up_cp: 'Step up: child protection',
  strategy_discussion: 'Strategy discussion',
  police: 'Police',
  lado: 'Allegations officer (LADO)',
  edt_handover: 'Handed over to the emergency duty team',
  step_down_early_help: 'Step down: early help',
};

/** Why an alert was a false one: the first words of the rationale, so that whoever keeps the rules reads them alike. */
export const falseAlarms = [
  'A figure of speech or a joke',
  'About a film, a game, a song or a book',
  'Said of the past, and known to us',
  'Somebody passed on what another said, and it was checked',
  'The words mean something else here',
  'Something else',
];

/** Who is told on a rung of the ladder, where it is not one person. */
export const rungs: Record<Rung, string> = {
  cover: 'whoever covers',
  supervisor: 'who supervises',
  deputy: 'deputy',
  managers: 'manager',
  everyone: 'every supervising social worker',
};

export const agencies: Record<Agency, string> = {
  edt: 'Emergency duty team',
  front_door: 'Front door',
  lado: 'Allegations officer (LADO)',
  police: 'Police',
};

/** What is to be done, in words: as people agreed on it, or as it follows from the alert. */
export function whatIsToDo({ kind, agency, what }: ActionView): string {
  if (kind === 'inform_lado') return 'Inform the allegations officer: log the call';
  return kind === 'await_decision' ? `Their decision: ${agency ? agencies[agency] : ''}` : (what ?? '');
}

export const sources: Record<string, string> = {
  message: 'A message',
  held_message: 'A message that was held',
  check_in: 'A check-in',
  report: 'Somebody reported it',
  help: 'The help button',
  date: 'A date',
  date_reply: 'An answer to a date',
  code_word: 'Words of their contact plan',
};

export const asks: Record<NeedReason, string> = {
  reply: 'Waiting for an answer',
  call: 'Asked for a call',
  low: 'Said 0 to 2',
  fall: 'Down 3 or more',
  missed: 'Check-in missed',
  unreached: 'Nothing reaches their phone',
  change_asked: 'Asked for another time',
  unattended: 'A date that nobody keeps any more',
  confirm_plan: 'Ask again how to reach them safely',
};

export const attempts: Record<Attempt, string> = {
  reached: 'I spoke with them',
  left_message: 'I left a message',
  no_answer: 'No answer',
  other: 'Seen to in another way',
};

export const tried: Record<Attempt, string> = {
  reached: 'spoken with',
  left_message: 'a message was left',
  no_answer: 'no answer',
  other: 'seen to in another way',
};

/** What somebody did with an alert, after their name. */
export const deeds: Record<string, string> = {
  acknowledged: 'has it',
  seen: 'looked at what is new',
  handed_over: 'gave it on',
  taken_over: 'took it over',
  decision_proposed: 'proposed an outcome',
  decided: 'decided',
  closed: 'closed it',
  reopened: 'opened it again',
  let_go: 'can no longer go on with it',
  left_out: 'left somebody out of it',
  called: 'telephoned',
  referred: 'referred it, and awaits an answer',
  decision_received: 'has the other agency’s answer',
  action_agreed: 'wrote down what is to be done',
  action_done: 'wrote that it is done',
  devices_ended: 'may not know of this, and signed out the phone of whom it is about',
  way_back_made: 'may not know of this, and made a new code for whom it is about: it does not work, make another',
  case_closed: 'may not know of this, and closed the family’s case',
  mentor_matched: 'matched whom it is about, or another of the family, with a mentor who is left out of this',
  mentor_covers: 'lets a mentor who is left out of this cover for whom it is about, or for another of the family',
};

/** What came by itself. */
export const happenings: Record<string, string> = {
  opened: 'It was raised',
  raised_again: 'It was raised again',
  stepped_up: 'Nobody took it: the next were told',
  rung_empty: 'A step had nobody to tell',
  unreachable: 'Nobody at all could be told',
  not_seen: 'Nobody looked at what is new: it climbs again',
  decision_overdue: 'The decision is overdue: who has it and the next were told',
  handover_waits: 'Nobody took what was given on: they were asked again',
  second_person_waits: 'No second person has answered: they and the next were asked again',
  let_go: 'Who had it can no longer go on with it',
  passed_on: 'Who had it can no longer go on with it: another has been given it, and must look at it as at a new one',
  action_passed_on: 'What was to be done is another’s to do',
  action_agreed: 'Something is to be done',
  action_done: 'What was to be done is done',
  action_overdue: 'Something to be done is overdue: people were told again',
};

/** What to say of a deed that was refused. It says first whether anything has changed. */
export function refused(why: Refusal): string {
  if (why.kind === 'no-network') return 'NOT SENT. There is no signal. Nothing has changed.';
  if (why.kind === 'already-done') return `${why.by ?? 'Somebody else'} was first. Nothing of yours was stored.`;
  return why.detail ? `Not done: ${why.detail}` : 'Something went wrong. Nothing has changed.';
}

/** As `refused`, where a password or a code was typed. */
export function refusedSecret(why: Refusal): string {
  if (why.field === '/code') return 'That code is not right, or it is too old. Nothing has changed.';
  if (why.kind === 'wrong-secret' || why.field === '/current' || why.field === '/password') return 'That is not right. Nothing has changed.';
  return why.retryAfter ? `Too many tries. Wait ${why.retryAfter} seconds.` : refused(why);
}

/** How somebody is called who has Daybook closed. */
export const channels: Record<Channel, string> = { push: 'a notice', email: 'e-mail', phone: 'telephone' };

export const kinds: Record<Kind, string> = { young_person: 'young person', parent: 'parent', carer: 'carer' };

/** "Is anyone making you feel unsafe?" */
export const safety: Record<Safety, string> = { yes: 'yes', no: 'no', not_sure: 'not sure', rather_not_say: 'rather not say' };

export const statuses: Record<Status, string> = { active: 'active', suspended: 'suspended', departed: 'has left' };

/** What became of a time at which somebody was to be asked for a check-in. */
export const askStates: Record<AskState, string> = {
  due: 'to come',
  open: 'asked, may still answer',
  answered: 'answered',
  missed: 'not answered',
  late: 'not asked in time',
  not_safe: 'not asked: no safe moment',
  not_active: 'not asked: was away',
  stopped: 'not asked: contact is stopped',
  changed: 'not asked: was changed',
};

/** Why somebody was not reminded; of what was moved or cancelled there was nothing to say. */
export const reminded: Partial<Record<ReminderState, string>> = {
  late: 'the service was not there in time',
  not_safe: 'there was no safe moment',
  not_active: 'they were away',
  stopped: 'contact is stopped',
  unattended: 'nobody keeps it',
};

export const repeats: Record<Repeats, string> = { none: 'Once', daily: 'Every day', weekly: 'Every week', fortnightly: 'Every two weeks', monthly: 'Every month' };

/** When somebody is reminded, in minutes before; a form has them as texts. */
export const reminders: [string, string][] = [
  ['', 'not at all'],
  ['60', 'an hour before'],
  ['1440', 'a day before'],
];
