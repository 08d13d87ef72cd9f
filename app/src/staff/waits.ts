// The waits of alerts, in words and in the fields of a form.

import type { Clocks, Severity, Wait, Waits } from '../lib/api.gen';

export const ORDER: Severity[] = ['immediate', 'urgent', 'watch'];
export const CLOCKS: { key: keyof Clocks; words: string }[] = [
  { key: 'acknowledge', words: 'Somebody must have it within' },
  { key: 'step', words: 'Else the next person is told after' },
  { key: 'decide', words: 'Decided, once somebody has it, within' },
];

/** A span of minutes as people say it: `40 minutes`, `4 hours`, `1 hour 30 minutes`. */
function span(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const of = (count: number, one: string) => (count === 0 ? '' : `${count} ${one}${count === 1 ? '' : 's'}`);
  return [of(hours, 'hour'), of(rest, 'minute')].filter(Boolean).join(' ');
}

/** A wait in words. */
export function inWords(wait: Wait): string {
  if ('minutes' in wait) return span(wait.minutes);
  if ('working_days' in wait) return wait.working_days === 1 ? '1 working day' : `${wait.working_days} working days`;
  return `the end of the working day, at least ${span(wait.end_of_working_day.at_least_minutes)}`;
}

/** A wait as a form has it: what kind, and how much. */
export interface Field {
  kind: 'minutes' | 'working_days' | 'end_of_working_day';
  count: number;
}

export function fieldOf(wait: Wait): Field {
  if ('minutes' in wait) return { kind: 'minutes', count: wait.minutes };
  if ('working_days' in wait) return { kind: 'working_days', count: wait.working_days };
  return { kind: 'end_of_working_day', count: wait.end_of_working_day.at_least_minutes };
}

export function waitOf({ kind, count }: Field): Wait {
  if (kind === 'minutes') return { minutes: count };
  if (kind === 'working_days') return { working_days: count };
  return { end_of_working_day: { at_least_minutes: count } };
}

export type Fields = Record<Severity, Record<keyof Clocks, Field>>;

const clocks = <A, B>(of: Record<keyof Clocks, A>, to: (one: A) => B): Record<keyof Clocks, B> => ({
  acknowledge: to(of.acknowledge),
  step: to(of.step),
  decide: to(of.decide),
});

export const fieldsOf = (waits: Waits): Fields => ({
  immediate: clocks(waits.immediate, fieldOf),
  urgent: clocks(waits.urgent, fieldOf),
  watch: clocks(waits.watch, fieldOf),
});

export const waitsOf = (fields: Fields): Waits => ({
  immediate: clocks(fields.immediate, waitOf),
  urgent: clocks(fields.urgent, waitOf),
  watch: clocks(fields.watch, waitOf),
});
