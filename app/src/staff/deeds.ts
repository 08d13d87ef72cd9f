// What lines of the audit say, for managers.

/** Deeds as the audit names them. One that is not here is shown under its own name. */
export const deeds: Record<string, string> = {
  'account.departed': 'let go for good',
  'account.devices_ended': 'signed out a lost phone',
  'account.given_back': 'came back into their account',
  'account.moved': 'moved to another pod',
  'account.qualified_put': 'marked as qualified, or not',
  'account.re_enrolment_given': 'gave a code for a new phone',
  'account.reset': 'gave a new password',
  'account.suspended': 'suspended',
  'account.suspension_lifted': 'lifted a suspension',
  'account.way_back_mailed': 'was mailed a way back in',
  'agency_line.added': 'added a number of an agency',
  'agency_line.put': 'wrote a number of an agency anew',
  'agency_line.removed': 'removed a number of an agency',
  'alert.left_out': 'left somebody out of an alert',
  'alert.read': 'read an alert',
  'audit.read': 'read the audit',
  'caseload.read': 'read a caseload',
  'cases.read': 'read the cases of a family',
  'check_in_rhythm.ended': 'ended that somebody is asked for a check-in',
  'check_in_rhythm.set': 'set when somebody is asked for a check-in',
  'check_in_rhythm.read': 'read when somebody is asked for a check-in',
  'check_in_template.made': 'put own words for check-ins',
  'check_ins.read': 'read check-ins',
  'chronology.read': 'read a chronology',
  'clock.put_right': 'put the clock right',
  'database.put_back': 'put a backup back',
  'connection.ended': 'noted that two people are not close any more',
  'connection.marked': 'noted that two people are close',
  'contact_log.read': 'read a contact log',
  'contact_plan.confirmed': 'confirmed a contact plan',
  'contact_plan.read': 'read a contact plan',
  'contact_plan.told': 'told a contact plan',
  'conversation.answered': 'answered a talk that had ended',
  'conversation.held_read': 'read what was held back',
  'conversation.read': 'read a talk',
  'dates.read': 'read dates',
  'email.verified': 'verified their e-mail',
  'evaluation.exported': 'took a report away',
  'families.reallocated': 'gave families to another practitioner',
  'family.made': 'made a family',
  'family.moved': 'moved a family',
  'follow_up.tried': 'followed up a check-in',
  'goals.read': 'read goals',
  'handover_note.read': 'read a handover note',
  'help_line.added': 'added a help line',
  'help_line.put': 'wrote a help line anew',
  'help_line.removed': 'removed a help line',
  'invitations.withdrawn': 'withdrew the invitations somebody had made',
  'invitation.withdrawn': 'withdrew an invitation',
  'leave.ended': 'ended a leave',
  'leave.made': 'noted a leave',
  'lexicon.drafted': 'drafted rules',
  'lexicon.published': 'published rules',
  'lexicon.withdrawal_asked': 'asked that the rules be rolled back',
  'lexicon.withdrawn': 'rolled back the rules',
  'match.cover_ended': 'ended the cover of a talk',
  'match.covered': 'gave cover for a talk',
  'match.ended': 'ended a match',
  'pod.deputy_replaced': 'put somebody in the place of a deputy',
  'pod.cover_put': 'named who covers a pod',
  'pod.made': 'made a pod',
  'pod.supervisor_put': 'put somebody in charge of a pod',
  'reading_hours.said': 'said when a mentor reads',
  'shift.ended': 'ended a shift',
  'shift.made': 'made a shift',
  'shift.passed_on': 'took a shift over, or passed one on',
};

const ID = /^[0-9a-f]{8}-/;
/** How much of a list was asked for, says nothing of a person. */
const PAGING = ['after', 'limit'];

/** The facts of a line that a person can read: numbers, days, yes and no. Never an id. */
export function facts(detail: Record<string, unknown>): string {
  const shown = Object.entries(detail).filter(
    ([name, value]) => !PAGING.includes(name) && (['number', 'boolean'].includes(typeof value) || (typeof value === 'string' && value !== '' && !ID.test(value))),
  );
  return shown.map(([name, value]) => `${name.replaceAll('_', ' ')} ${value === true ? 'yes' : value === false ? 'no' : value}`).join(', ');
}
