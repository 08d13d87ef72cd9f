// Moments as staff read and write them: in English, in the phone's own zone.

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const HOUR = 3_600_000;
export const clock = (at: string | number): string => CLOCK.format(new Date(at));
export const day = (at: string | number): string => DAY.format(new Date(at)).replace(',', '');

const dayNumber = (at: number): number => {
  const then = new Date(at);
  return Math.round(Date.UTC(then.getFullYear(), then.getMonth(), then.getDate()) / (24 * HOUR));
};

/** `14:17` if that is today, `tomorrow 08:00`, else `Sat 5 Dec 08:00`. */
export function when(at: string | number, now: number): string {
  const moment = new Date(at).getTime();
  const days = dayNumber(moment) - dayNumber(now);
  if (days === 0) return clock(moment);
  if (days === 1) return `tomorrow ${clock(moment)}`;
  if (days === -1) return `yesterday ${clock(moment)}`;
  return `${day(moment)} ${clock(moment)}`;
}

/** How many midnights lie between two moments: since yesterday evening it is one. */
export const daysBetween = (from: string | number, to: string | number): number => dayNumber(new Date(to).getTime()) - dayNumber(new Date(from).getTime());

/** `today`, `yesterday`, `9 days ago`. */
export function daysAgo(at: string | number, now: number): string {
  const days = daysBetween(at, now);
  return days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`;
}

/** As `when`, with its year where that is another one. */
export function whenever(at: string | number, now: number): string {
  const year = new Date(at).getFullYear();
  return year === new Date(now).getFullYear() ? when(at, now) : `${day(at)} ${year} ${clock(at)}`;
}

/** The midnight that begins the day of this moment, and those of the days after it. */
export function midnights(from: number, days: number): number[] {
  const first = new Date(from);
  return Array.from({ length: days }, (_, ahead) =>
    new Date(first.getFullYear(), first.getMonth(), first.getDate() + ahead).getTime(),
  );
}

/** What a field for a day and a time holds, as the API wants it; nothing where it is empty. */
export const instant = (field: string): string | undefined => (field ? new Date(field).toISOString() : undefined);

/** Names in a sentence: `Ruth`, `Ruth and Ben`, `Ruth, Ben and 3 more`. */
export function named(names: string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last;
}

const DATED = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
/** A day with its year, of `2026-12-05`. */
export const dated = (iso: string): string => DATED.format(new Date(iso));
/** The day on the wall, as people who ring a number mean it: `2026-12-05`. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE').format(new Date());

/** What a field for a day and a time holds of a moment, in the phone's own zone. */
export const field = (at: number): string => `${new Intl.DateTimeFormat('sv-SE').format(at)}T${clock(at)}`;

/** How long ago, as people say it: `40 min`, `3 h 10 min`, `2 days`. */
export function waited(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  if (hours > 0) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return minutes > 0 ? `${minutes} min` : 'less than a minute';
}

/** What is left of a clock, or how long it is over: `40 sec`, `34 min`, `2 h 57 min`, `2 days 5 h`. */
export function left(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1000)} sec`;
  const hours = Math.floor(ms / HOUR);
  return hours < 48 ? waited(ms) : `${waited(ms)} ${hours % 24} h`;
}
