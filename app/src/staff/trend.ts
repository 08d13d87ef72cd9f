// How somebody's check-ins go, in words and as places of a chart. No score, no judgement.

import { waited } from '../lib/dates';
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

interface Point {
  x: number;
  y: number;
  scale: number;
}

/** The last twelve weeks: the dots, the lines between those that belong together, and a name for each month. */
export function places(items: CheckInView[], now: number): { points: Point[]; lines: string[]; months: { x: number; name: string }[] } {
  const start = now - 84 * DAY;
  const { width, height, left, right, top, bottom } = CHART;
  const x = (at: number) => Math.round((left + ((at - start) / (now - start)) * (width - left - right)) * 10) / 10;
  const y = (scale: number) => Math.round((top + (1 - scale / 10) * (height - top - bottom)) * 10) / 10;
  const shown = items.map((one) => ({ at: Date.parse(one.received_at), scale: one.scale })).filter((one) => one.at >= start).reverse();
  const lines: string[] = [];
  shown.forEach((one, place) => {
    const before = shown[place - 1];
    if (before && one.at - before.at <= JOINED) lines.push(`M${x(before.at)} ${y(before.scale)}L${x(one.at)} ${y(one.scale)}`);
  });
  const months: { x: number; name: string }[] = [];
  for (const month = new Date(start); months.length < 4; ) {
    month.setMonth(month.getMonth() + 1, 1);
    month.setHours(0, 0, 0, 0);
    if (month.getTime() > now) break;
    months.push({ x: x(month.getTime()), name: new Intl.DateTimeFormat('en-GB', { month: 'short' }).format(month) });
  }
  return { points: shown.map((one) => ({ x: x(one.at), y: y(one.scale), scale: one.scale })), lines, months };
}
