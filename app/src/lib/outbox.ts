// What was written and is not on the server's disk yet. Everything has an id made here before anything
// is sent, and the server answers a repeat with its first answer: so it may be tried for ever, and is
// never doubled. Nothing fails because it took long; only the server's final word, or the person, ends it.
// Each has a record of its own on the phone: another tab adds and drops its own, and overwrites nothing.

import * as keep from './keep';
import * as live from './live';
import { api, ask } from './session';
import type { CheckInBody, GoalEndingBody, GoalEntryBody, HelpLineView, NewGoalBody, ReplyBody } from './api.gen';

export type Waiting = {
  id: string;
  writtenAt: string;
  state: 'waiting' | 'sending' | 'refused';
  why?: string | undefined;
} & (
  | { kind: 'message'; conversationId: string; body: string }
  | { kind: 'check_in'; body: Omit<CheckInBody, 'id'> }
  | { kind: 'date_reply'; dateId: string; body: Omit<ReplyBody, 'id'> }
  | { kind: 'goal'; body: Omit<NewGoalBody, 'id'> }
  | { kind: 'goal_entry'; goalId: string; body: Omit<GoalEntryBody, 'id' | 'written_at'> }
  | { kind: 'goal_ending'; goalId: string; body: GoalEndingBody }
);

export interface Sent {
  id: string;
  seq?: number | undefined;
  receivedAt?: string | undefined;
  /** Nobody can be called just now: whom to call instead. */
  instead?: HelpLineView[] | undefined;
}

const ACK_WITHIN = 10_000;
const LONGEST_WAIT = 60_000;
/** What the server will say again however often it is asked. */
const FINAL = new Set([400, 403, 404, 409, 413, 415, 422]);

const RECORD = 'outbox/';

let items: Waiting[] = [];
/** Of each, whether it is kept on the phone. */
const records = new Map<string, Promise<boolean>>();
/** What this tab is done with. */
const dropped = new Set<string>();
let onChange: (items: Waiting[]) => void = () => undefined;
let onSent: (item: Waiting, sent: Sent) => void = () => undefined;
let wait = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;
let running = false;
const acks = new Map<string, (answer: Tried) => void>();

type Tried = { done: Sent } | { refused: string } | 'later';

/** Takes up what was kept, after the app is unlocked. */
export async function start(change: typeof onChange, sent: typeof onSent): Promise<void> {
  onChange = change;
  onSent = sent;
  // As it was kept before: all in one record.
  const old = (await keep.get<Waiting[]>('outbox')) ?? [];
  items = old.map((item) => ({ ...item, state: item.state === 'refused' ? 'refused' : 'waiting' }));
  // It goes once each has its own; on a full phone it stays.
  if ((await Promise.all(items.map(store))).every(Boolean)) await keep.drop('outbox');
  await takeUp();
  window.addEventListener('online', flushNow);
  flushNow();
}

export function stop(): void {
  window.removeEventListener('online', flushNow);
  clearTimeout(timer);
  for (const settle of acks.values()) settle('later');
  acks.clear();
  records.clear();
  dropped.clear();
  items = [];
  onChange = () => undefined;
  onSent = () => undefined;
}

/** Keeps it, then sends it. Says whether it is kept on this phone in case it cannot be sent now. */
export async function add(item: Waiting): Promise<boolean> {
  items = [...items, item];
  onChange(items);
  const kept = await store(item);
  flushNow();
  return kept;
}

export async function remove(id: string): Promise<void> {
  dropped.add(id);
  items = items.filter((item) => item.id !== id);
  onChange(items);
  // Not before it is there to be dropped.
  await records.get(id);
  await keep.drop(RECORD + id);
}

export async function again(id: string): Promise<void> {
  const item = change(id, 'waiting');
  if (item) await store(item);
  flushNow();
}

export function flushNow(): void {
  wait = 1000;
  clearTimeout(timer);
  void flush();
}

/** The live socket says that these words are on disk, or were not taken. */
export function acked(id: string, sent: Sent): void {
  acks.get(id)?.({ done: sent });
}
export function refused(id: string, status: number, problem: string): void {
  acks.get(id)?.(status === 202 ? { done: { id } } : FINAL.has(status) ? { refused: problem } : 'later');
}

function store(item: Waiting): Promise<boolean> {
  const kept = keep.put(RECORD + item.id, item);
  records.set(item.id, kept);
  return kept;
}

/** Takes up what another tab has left here, and lets go of what it has sent or thrown away. */
async function takeUp(): Promise<void> {
  const tell = onChange;
  const before = items;
  const on = await Promise.all(before.map((item) => records.get(item.id)));
  const names = await keep.named(RECORD);
  if (!names) return;
  const isNew = (id: string) => !dropped.has(id) && !items.some((item) => item.id === id);
  const left = names.filter((name) => isNew(name.slice(RECORD.length)));
  const found = (await Promise.all(left.map((name) => keep.get<Waiting>(name)))).filter((item) => item !== undefined && isNew(item.id)) as Waiting[];
  // Locked meanwhile.
  if (tell !== onChange) return;
  const gone = before.filter((item, at) => on[at] && !dropped.has(item.id) && !names.includes(RECORD + item.id));
  items = items.filter((item) => !gone.some((one) => one.id === item.id)).concat(found);
  for (const { id } of found) records.set(id, Promise.resolve(true));
  // Ids grow with the time at which they were made.
  if (found.length > 0) items.sort((a, b) => (a.id < b.id ? -1 : 1));
  onChange(items);
  for (const item of gone) onSent(item, { id: item.id });
}

function change(id: string, state: Waiting['state'], why?: string): Waiting | undefined {
  items = items.map((item) => (item.id === id ? { ...item, state, why } : item));
  onChange(items);
  return items.find((item) => item.id === id);
}

async function flush(): Promise<void> {
  if (running) return;
  running = true;
  try {
    // One tab sends at a time, so that what was written first arrives first.
    if (navigator.locks) await navigator.locks.request('outbox', sendAll);
    else await sendAll();
  } finally {
    running = false;
  }
}

async function sendAll(): Promise<void> {
  await takeUp();
  for (;;) {
    const next = items.find((item) => item.state === 'waiting');
    if (!next) return;
    change(next.id, 'sending');
    const tried = await tryOnce(next);
    if (!items.some((item) => item.id === next.id)) continue;
    if (tried === 'later') {
      change(next.id, 'waiting');
      // There may be room for it now.
      if (!(await records.get(next.id))) await store(next);
      timer = setTimeout(() => void flush(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
      return;
    }
    wait = 1000;
    if ('refused' in tried) {
      const item = change(next.id, 'refused', tried.refused);
      if (item) await store(item);
    } else {
      onSent(next, tried.done);
      await remove(next.id);
    }
  }
}

async function tryOnce(item: Waiting): Promise<Tried> {
  if (item.kind === 'message' && live.isOpen()) {
    const { id, conversationId, body, writtenAt } = item;
    const frame = { type: 'message.send', id, conversation_id: conversationId, body, written_at: writtenAt };
    if (live.send(frame)) {
      const answer = await answered(id);
      if (answer !== 'later') return answer;
    }
  }
  const done = await handIn(item, AbortSignal.timeout?.(20_000) ?? null);
  if (!done.ok) return FINAL.has(done.why.status) ? { refused: done.why.kind } : 'later';
  const said = (done.value ?? {}) as { seq?: number; received_at?: string; standstill?: { help_lines: HelpLineView[] } };
  return {
    done: {
      id: item.id,
      seq: said.seq,
      receivedAt: said.received_at,
      instead: said.standstill?.help_lines,
    },
  };
}

function handIn(item: Waiting, signal: AbortSignal | null) {
  if (item.kind === 'message') {
    const params = { path: { id: item.conversationId } };
    const body = { id: item.id, body: item.body, written_at: item.writtenAt };
    return ask(() => api.POST('/api/v1/conversations/{id}/messages', { params, body, signal }));
  }
  if (item.kind === 'date_reply') {
    const params = { path: { id: item.dateId } };
    return ask(() => api.POST('/api/v1/dates/{id}/reply', { params, body: { id: item.id, ...item.body }, signal }));
  }
  if (item.kind === 'goal') return ask(() => api.POST('/api/v1/goals', { body: { id: item.id, ...item.body }, signal }));
  if (item.kind === 'goal_entry') {
    const params = { path: { id: item.goalId } };
    const body = { id: item.id, ...item.body, written_at: item.writtenAt };
    return ask(() => api.POST('/api/v1/goals/{id}/entries', { params, body, signal }));
  }
  if (item.kind === 'goal_ending') {
    const params = { path: { id: item.goalId } };
    return ask(() => api.POST('/api/v1/goals/{id}/ending', { params, body: item.body, signal }));
  }
  return ask(() => api.POST('/api/v1/check-ins', { body: { id: item.id, ...item.body }, signal }));
}

function answered(id: string): Promise<Tried> {
  return new Promise((resolve) => {
    const late = setTimeout(() => settle('later'), ACK_WITHIN);
    const settle = (answer: Tried) => {
      clearTimeout(late);
      acks.delete(id);
      resolve(answer);
    };
    acks.set(id, settle);
  });
}
