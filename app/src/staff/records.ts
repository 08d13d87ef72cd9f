// What the records of a family say, in words: contacts, goals, cases.

import type { CaseOutcome, ContactKind, ContactOutcome, ContactView, ContactWithdrawalReason, GoalView, ReferredBy, Tier } from '../lib/api.gen';
import type { Answer } from './trend';

export const contactKinds: Record<ContactKind, string> = { visit: 'Visit', call: 'Call', other: 'Another way' };

export const contactOutcomes: Record<ContactOutcome, string> = {
  seen_in_person: 'Seen in person',
  spoken_with: 'Spoken with, not seen',
  no_reply: 'No reply',
};

export const mistakes: Record<ContactWithdrawalReason, string> = {
  wrong_person: 'It was with somebody else',
  did_not_happen: 'It did not happen',
  logged_twice: 'It stands there twice',
  wrongly_written: 'It was otherwise: I log it again',
};

/** Of these contacts, the newest first, the last in which somebody was seen in person, as far as it counts. */
export const lastSeen = (items: ContactView[]): ContactView | undefined => items.find((one) => one.outcome === 'seen_in_person' && !one.withdrawn);

/** Whom nobody has seen for so many days is to be seen. */
export const UNSEEN = 14;

/** Where the family member said that their goal stands, the newest first; with its start, if they wrote it. */
export function answers(goal: GoalView): Answer[] {
  const whose = goal.family_member_id;
  const said = goal.entries.filter((one) => one.kind === 'now' && one.by.id === whose).map((one) => ({ received_at: one.said_at, scale: one.scale ?? 0 }));
  return goal.by.id === whose && !goal.more ? [...said, { received_at: goal.received_at, scale: goal.start }] : said;
}

/** The lowest first. */
export const tiers: Record<Tier, string> = { early_help: 'Early help', cin: 'Child in need', cp: 'Child protection' };

export const referrers: Record<ReferredBy, string> = {
  family: 'The family, relatives or neighbours',
  school: 'A school or nursery',
  health: 'A health service',
  police: 'The police',
  housing: 'A landlord or the housing office',
  council: 'Another service of the council',
  other: 'Somebody else',
};

export const caseOutcomes: Record<CaseOutcome, string> = {
  closure: 'Done: what was agreed on has been done',
  nfa: 'No further action',
  step_down_early_help: 'Stepped down: early help goes on',
  step_up_cp: 'Stepped up: child protection goes on',
  transfer: 'Transferred to another authority',
};
