// My goals: read when they are opened; what is written waits with everything else that is not sent yet.

import { app } from './state.svelte';
import { api, ask } from './session';
import type { GoalEntryView, GoalView, GoalWriterView } from './api.gen';
import type { Waiting } from './outbox';

/** Where it stood, and when. */
export interface Point {
  at: number;
  scale: number;
}

const DAY = 24 * 3600 * 1000;
/** Two answers further apart than this have nothing between them: no line is drawn where nobody said anything. */
const LONGEST = 14 * DAY;

/** Reads the goals anew; false where that did not work, and what is known stays. */
export async function loadGoals(): Promise<boolean> {
  const me = app.account;
  if (!me) return false;
  const query = { family_member_id: me.id, limit: 200 };
  const found = await ask(() => api.GET('/api/v1/goals', { params: { query } }));
  // Locked meanwhile, the app knows nobody.
  if (found.ok && app.account?.id === me.id) app.goals = found.value.items;
  return found.ok;
}

/** The goals as they are once this has been taken; it stands at once, and what is read next says the same. */
export function applied(goals: GoalView[], item: Waiting, by: GoalWriterView): GoalView[] {
  const at = item.writtenAt;
  if (item.kind === 'goal') {
    if (goals.some((goal) => goal.id === item.id)) return goals;
    const goal: GoalView = { ...item.body, id: item.id, by, now: null, received_at: at, ending: null, ended_at: null, entries: [], more: false, held: false };
    return [goal, ...goals];
  }
  if (item.kind === 'goal_entry') {
    const entry: GoalEntryView = { id: item.id, goal_id: item.goalId, by, scale: null, words: null, ...item.body, said_at: at, received_at: at, held: false };
    return goals.map((goal) => {
      if (goal.id !== item.goalId || goal.entries.some((one) => one.id === item.id)) return goal;
      return { ...goal, now: entry.scale ?? goal.now ?? null, entries: [entry, ...goal.entries] };
    });
  }
  if (item.kind !== 'goal_ending') return goals;
  return goals.map((goal) => (goal.id === item.goalId && !goal.ending ? { ...goal, ending: item.body.ending, ended_at: at } : goal));
}

/** Where the family member said that a goal stands, the oldest first; with its start, if they wrote it. */
export function points(goal: GoalView, me: string): Point[] {
  const own = goal.entries.filter((one) => one.kind === 'now' && one.by.id === me);
  const said = own.map((one) => ({ at: Date.parse(one.said_at), scale: one.scale ?? 0 })).reverse();
  const start = { at: Date.parse(goal.received_at), scale: goal.start };
  return goal.by.id === me && !goal.more ? [start, ...said] : said;
}

/** The points in runs, parted where there was no answer for long. */
export function runs(all: Point[]): Point[][] {
  const found: Point[][] = [];
  for (const point of all) {
    const run = found.at(-1);
    const last = run?.at(-1);
    if (run && last && point.at - last.at <= LONGEST) run.push(point);
    else found.push([point]);
  }
  return found;
}

/** How many whole weeks there was no answer, where that was for long. */
export const silent = (from: number, to: number): number => (to - from > LONGEST ? Math.floor((to - from) / (7 * DAY)) : 0);
