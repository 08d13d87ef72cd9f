// When and how a family member may safely be reached, in words.

import type { Day, PlanView, TermsView, WindowBody } from '../lib/api.gen';

const DAYS: Day[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SHORT: Record<Day, string> = { monday: 'Mon', tuesday: 'Tue', wednesday: 'Wed', thursday: 'Thu', friday: 'Fri', saturday: 'Sat', sunday: 'Sun' };

/** The hours of a week: days that follow each other and have the same hours are named together. */
export function hours(windows: WindowBody[]): string {
  const of = (day: Day) => windows.filter((one) => one.day === day).map((one) => `${one.from} to ${one.to}`).sort().join(' and ');
  const runs: { first: Day; last: Day; hours: string }[] = [];
  for (const day of DAYS) {
    const found = of(day);
    const run = runs.at(-1);
    if (run && run.hours === found) run.last = day;
    else runs.push({ first: day, last: day, hours: found });
  }
  const said = runs.filter((run) => run.hours).map(({ first, last, hours }) => {
    if (first === 'monday' && last === 'sunday') return `every day ${hours}`;
    return `${first === last ? SHORT[first] : `${SHORT[first]} to ${SHORT[last]}`} ${hours}`;
  });
  return said.length > 0 ? said.join(', ') : 'at no time';
}

/** Each way of reaching somebody, and whether it is safe. */
export const ways = (terms: TermsView): { words: string; safe: boolean }[] => [
  { words: 'Message', safe: terms.ok_message },
  { words: 'Call', safe: terms.ok_call },
  { words: 'Voicemail', safe: terms.ok_voicemail },
  { words: 'A text that says nothing', safe: terms.ok_text },
];

/** What they also want, beyond what holds until somebody has talked it over with them. */
export function wishes({ told, in_force: holds }: PlanView): string[] {
  if (!told) return [];
  const more = ways(told).filter((way, at) => way.safe && !ways(holds)[at]?.safe).map((way) => way.words.toLowerCase());
  if (hours(told.windows) !== hours(holds.windows)) more.push(hours(told.windows));
  if (holds.shared_phone && !told.shared_phone) more.push('that nobody else uses the phone');
  return more;
}
