// What staff read.

import type { Category, Outcome, Role, Severity } from '../lib/api.gen';

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

export const deeds: Record<string, string> = {
  opened: 'opened',
  acknowledged: 'took it',
  handed_over: 'gave it on',
  decided: 'decided',
  closed: 'closed it',
  reopened: 'reopened it',
  stepped_up: 'next step: more people told',
};
