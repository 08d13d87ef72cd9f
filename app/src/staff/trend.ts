// How somebody's check-ins go, in words and as places of a chart. No score, no judgement.

import { waited } from './times';
import type { CheckInView } from '../lib/api.gen';

const DAY = 86_400_000;
/** A line is only drawn between answers that are no further apart: a gap is a gap. */
const JOINED = 15 * DAY;
export const CHART = { width: 320, height: 140, left: 26, right: 8, top: 8, bottom: 24 };

/** What is to be said of check-ins, newest first. `now` is the server's, in milliseconds. */
export function inWords(items: CheckInView[], now: number): string[] {
  const [last, before] = items;
  if (!last) return ['No check-in yet. Do the first one together: what would be a 10?'];
  const said: string[] = [];
  const quiet = now - Date.parse(last.received_at);
  said.push(quiet < DAY ? `Said ${last.scale} in the last day.` : `Said ${last.scale}, ${waited(quiet)} ago.`);
  if (before) {
    const change = last.scale - before.scale;
    said.push(change === 0 ? 'The same as the time before.' : `${change > 0 ? 'Up' : 'Down'} ${Math.abs(change)} from the time before.`);
  }
  if (quiet > 7 * DAY) said.push(`Nothing for ${Math.floor(quiet / DAY)} days.`);
  const lately = items.slice(0, 6).map((one) => one.scale);
  if (lately.length > 2) said.push(`The last ${lately.length}: between ${Math.min(...lately)} and ${Math.max(...lately)}.`);
  if (last.wants_contact) said.push('Asked for a call.');
  return said;
}

/** An answer on the scale, and when it came. */
export type Answer = Pick<CheckInView, 'received_at' | 'scale'>;

interface Point {
  x: number;
  y: number;
  scale: number;
}

export interface Places {
  points: Point[];
  lines: string[];
  months: { x: number; name: string }[];
}

/** How high a mark of the scale stands in the chart. */
export const high = (scale: number): number => Math.round((CHART.top + (1 - scale / 10) * (CHART.height - CHART.top - CHART.bottom)) * 10) / 10;

/** The last so many days, twelve weeks if left out: the dots, the lines between those that belong together, names of months. */
export function places(items: Answer[], now: number, days = 84): Places {
  const start = now - days * DAY;
  const { width, left, right } = CHART;
  const x = (at: number) => Math.round((left + ((at - start) / (now - start)) * (width - left - right)) * 10) / 10;
  const shown = items.map((one) => ({ at: Date.parse(one.received_at), scale: one.scale })).filter((one) => one.at >= start).reverse();
  const lines: string[] = [];
  shown.forEach((one, place) => {
    const before = shown[place - 1];
    if (before && one.at - before.at <= JOINED) lines.push(`M${x(before.at)} ${high(before.scale)}L${x(one.at)} ${high(one.scale)}`);
  });
  const months: { x: number; name: string }[] = [];
  const month = new Date(start);
  month.setDate(1);
  month.setHours(0, 0, 0, 0);
  // A name has room for itself, however long the time is.
  for (const each = Math.max(1, Math.ceil(days / 120)); ; ) {
    month.setMonth(month.getMonth() + (months.length > 0 ? each : 1));
    if (month.getTime() > now) break;
    months.push({ x: x(month.getTime()), name: new Intl.DateTimeFormat('en-GB', { month: 'short' }).format(month) });
  }
  return { points: shown.map((one) => ({ x: x(one.at), y: high(one.scale), scale: one.scale })), lines, months };
}

const SPARK = 28 * DAY;
/** The last four weeks in a few pixels: a dot for each answer, and lines between those that belong together. */
export function spark(items: { at: string; scale: number }[], now: number): { lines: string; dots: { x: number; y: number }[] } {
  const dots = items.map((one) => ({
    at: Date.parse(one.at),
    x: Math.round((4 + Math.max(0, 1 - (now - Date.parse(one.at)) / SPARK) * 64) * 10) / 10,
    y: Math.round((26 - one.scale * 2.2) * 10) / 10,
  }));
  const lines = dots.flatMap((one, place) => {
    const before = dots[place - 1];
    return before && one.at - before.at <= JOINED ? [`M${before.x} ${before.y}L${one.x} ${one.y}`] : [];
  });
  return { lines: lines.join(''), dots };
}
