// What staff read.

import type { Attempt, Category, NeedReason, Outcome, Role, Severity } from '../lib/api.gen';

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

export const sources: Record<string, string> = {
  message: 'A message',
  held_message: 'A message that was held',
  check_in: 'A check-in',
  report: 'Somebody reported it',
  help: 'The help button',
};

export const asks: Record<NeedReason, string> = {
  reply: 'Waiting for an answer',
  call: 'Asked for a call',
  low: 'Said 0 to 2',
  fall: 'Down 3 or more',
  missed: 'Check-in missed',
  unreached: 'Nothing reaches their phone',
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

export const deeds: Record<string, string> = {
  opened: 'opened',
  acknowledged: 'took it',
  handed_over: 'gave it on',
  decided: 'decided',
  closed: 'closed it',
  reopened: 'reopened it',
  stepped_up: 'next step: more people told',
};
