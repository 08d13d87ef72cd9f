// What was written and is not on the server's disk yet. Everything has an id made here before anything
// is sent, and the server answers a repeat with its first answer: so it may be tried for ever, and is
// never doubled. Nothing fails because it took long; only the server's final word, or the person, ends it.

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

let items: Waiting[] = [];
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
  items = ((await keep.get<Waiting[]>('outbox')) ?? []).map((item) =>
    item.state === 'sending' ? { ...item, state: 'waiting' } : item,
  );
  onChange(items);
  window.addEventListener('online', flushNow);
  flushNow();
}

export function stop(): void {
  window.removeEventListener('online', flushNow);
  clearTimeout(timer);
  for (const settle of acks.values()) settle('later');
  acks.clear();
  items = [];
  onChange = () => undefined;
  onSent = () => undefined;
}

/** Keeps it, then sends it. Says whether it is kept on this phone in case it cannot be sent now. */
export async function add(item: Waiting): Promise<boolean> {
  items = [...items, item];
  onChange(items);
  const kept = await store();
  flushNow();
  return kept;
}

export async function remove(id: string): Promise<void> {
  items = items.filter((item) => item.id !== id);
  onChange(items);
  await store();
}

export async function again(id: string): Promise<void> {
  change(id, 'waiting');
  await store();
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

const store = () => (items.length > 0 ? keep.put('outbox', items) : keep.drop('outbox').then(() => true));

function change(id: string, state: Waiting['state'], why?: string): void {
  items = items.map((item) => (item.id === id ? { ...item, state, why } : item));
  onChange(items);
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
  for (;;) {
    const next = items.find((item) => item.state === 'waiting');
    if (!next) return;
    change(next.id, 'sending');
    const tried = await tryOnce(next);
    if (!items.some((item) => item.id === next.id)) continue;
    if (tried === 'later') {
      change(next.id, 'waiting');
      timer = setTimeout(() => void flush(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
      return;
    }
    wait = 1000;
    if ('refused' in tried) {
      change(next.id, 'refused', tried.refused);
    } else {
      onSent(next, tried.done);
      items = items.filter((item) => item.id !== next.id);
      onChange(items);
    }
    await store();
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
