// Days and times as people read them, in the language of the screen and the phone's own zone.

import { language, words } from './words.svelte';

// As they are written in this country, with digits as on its clocks.
const regions: Record<string, string> = { en: 'en-GB', pt: 'pt-PT', ar: 'ar-u-nu-latn' };
const made = new Map<string, Intl.DateTimeFormat>();

function format(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const tag = regions[language()] ?? language();
  const name = `${tag} ${kind}`;
  let found = made.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(tag, options);
    made.set(name, found);
  }
  return found;
}

export const time = (at: string | number): string =>
  format('time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));

export function dayOf(at: string): string {
  const then = new Date(at);
  const days = Math.round((midnight(new Date()) - midnight(then)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return named(then.getDay(), then.getDate(), then.getMonth()) ?? format('day', DAY).format(then);
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;

/** Many browsers do not know Welsh, and some say that they do: its names come with its sentences. */
function named(weekday: number, day: number, month: number): string | undefined {
  const weekdays = words.weekdays;
  const months = words.months;
  if (!weekdays || !months) return undefined;
  return `${weekdays.split(', ')[weekday]} ${day} ${months.split(', ')[month]}`;
}

/** A day and a time as they were agreed, `2026-06-08T16:30`, wherever the phone is. */
export function agreed(starts: string): string {
  const at = new Date(`${starts}Z`);
  const day =
    named(at.getUTCDay(), at.getUTCDate(), at.getUTCMonth()) ?? format('agreed', { ...DAY, timeZone: 'UTC' }).format(at);
  return `${day} ${starts.slice(11)}`;
}

const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
