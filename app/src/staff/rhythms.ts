// When somebody is asked for a check-in: rules of RFC 5545 as people say them, and as a form holds them.

export const WEEKDAYS: [string, string][] = [
  ['MO', 'Monday'], ['TU', 'Tuesday'], ['WE', 'Wednesday'], ['TH', 'Thursday'], ['FR', 'Friday'], ['SA', 'Saturday'], ['SU', 'Sunday'],
];
const WEEKDAY = new Map(WEEKDAYS);
const NUMBERED: Record<string, string> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', '-1': 'last' };

/** What the form offers; the API takes more. */
export const OFTEN = { daily: 'Every day', weekly: 'Every week', fortnightly: 'Every two weeks', monthly: 'Every month' };
export type Often = keyof typeof OFTEN;

/** How long somebody has to answer, in hours. */
export const WINDOWS: [number, string][] = [[6, '6 hours'], [12, '12 hours'], [24, 'a day'], [48, '2 days'], [72, '3 days'], [168, 'a week']];
export const toAnswer = (hours: number): string => WINDOWS.find(([value]) => value === hours)?.[1] ?? `${hours} hours`;

const parts = (rule: string) => new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
const list = (names: string[]) => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));
/** The day of the week of `2026-06-07T17:00`. */
const weekdayOf = (starts: string) => WEEKDAYS[(new Date(`${starts}Z`).getUTCDay() + 6) % 7]?.[0] ?? 'MO';

/** `Every week on Sunday`; a rule that has no such words is shown as it is written. */
export function inWords(rule: string, starts: string): string {
  const part = parts(rule);
  const every = Number(part.get('INTERVAL') ?? 1);
  const days = part.get('BYDAY')?.split(',');
  const often = (one: string) => (every === 1 ? `Every ${one}` : `Every ${every} ${one}s`);
  switch (part.get('FREQ')) {
    case 'DAILY':
      return days ? `Every ${list(days.map((day) => WEEKDAY.get(day) ?? day))}` : often('day');
    case 'WEEKLY':
      return `${often('week')} on ${list((days ?? [weekdayOf(starts)]).map((day) => WEEKDAY.get(day) ?? day))}`;
    case 'MONTHLY': {
      if (days?.every((day) => NUMBERED[day.slice(0, -2)])) return `${often('month')} on the ${list(days.map((day) => `${NUMBERED[day.slice(0, -2)]} ${WEEKDAY.get(day.slice(-2))}`))}`;
      const on = part.get('BYMONTHDAY') ?? (days ? '' : String(Number(starts.slice(8, 10))));
      if (on) return `${often('month')} ${list(on.split(',').map((day) => (day === '-1' ? 'on its last day' : `on day ${day}`)))}`;
    }
  }
  return rule;
}

/** The rule of what a form says. No day of the week chosen: that on which it begins. A month may be too short for its 29th. */
export function ruleOf(often: Often, days: string[], starts: string): string {
  const chosen = WEEKDAYS.map(([day]) => day).filter((day) => days.includes(day));
  const by = (chosen.length > 0 ? chosen : [weekdayOf(starts)]).join(',');
  switch (often) {
    case 'daily': return 'FREQ=DAILY';
    case 'weekly': return `FREQ=WEEKLY;BYDAY=${by}`;
    case 'fortnightly': return `FREQ=WEEKLY;INTERVAL=2;BYDAY=${by}`;
    case 'monthly': {
      const day = Number(starts.slice(8, 10));
      return `FREQ=MONTHLY;BYMONTHDAY=${day > 28 ? -1 : day}`;
    }
  }
}

/** How a form shows a rule; one that it cannot hold begins anew, every week. */
export function fieldsOf(rule: string): { often: Often; days: string[] } {
  const part = parts(rule);
  const days = part.get('BYDAY')?.split(',') ?? [];
  const every = part.get('INTERVAL') ?? '1';
  if (part.get('FREQ') === 'DAILY' && every === '1' && days.length === 0) return { often: 'daily', days };
  if (part.get('FREQ') === 'WEEKLY' && every === '2') return { often: 'fortnightly', days };
  if (part.get('FREQ') === 'MONTHLY' && every === '1' && days.length === 0) return { often: 'monthly', days };
  return { often: 'weekly', days: days.filter((day) => WEEKDAY.has(day)) };
}
