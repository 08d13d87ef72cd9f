// What a family member's app does once it is unlocked: opens, listens, reads what is new, keeps the last week.

import * as keep from './keep';
import * as live from './live';
import * as outbox from './outbox';
import * as push from './push';
import * as said from './said';
import { forget } from './storage';
import { applied, loadGoals } from './goals';
import { account, api, ask, begin, end, whenEnded, whenShut } from './session';
import { app, lock, whenLocked } from './state.svelte';
import type { Account } from './session';
import type { CheckInView, ConversationView, DateView, GoalView, MessageView, Session, TemplateView } from './api.gen';

const KEEP_FOR = 7 * 24 * 3600 * 1000;
const MOST_KEPT = 200;

interface Kept {
  account: Account;
  conversation?: ConversationView | undefined;
  messages: MessageView[];
  checkIn?: CheckInView | undefined;
  dates?: DateView[] | undefined;
  goals?: GoalView[] | undefined;
  templates?: TemplateView[];
  at: number;
}

/** When what was kept had been read from the server. */
let keptAt = 0;
const here: said.Said = {
  get messages() {
    return app.messages;
  },
  set messages(all) {
    app.messages = all;
  },
  since: 0,
  upTo: 0,
};
/** One from opening to locking: what was asked for in an earlier one is not shown, nor kept, when its answer comes. */
let visit = {};

whenLocked(() => {
  visit = {};
  keep.use();
  end();
  live.stop();
  outbox.stop();
  keptAt = 0;
});

/** Opens the app for whoever has proven who they are. Without a session it works from what is kept; on a `full` phone nothing is. */
export async function open(session?: Session, full = false): Promise<void> {
  // They have left while the PIN was looked at: the key goes again.
  if (app.phase === 'left') return lock('left');
  const mine = visit;
  whenEnded(() => void removed());
  // Twelve hours without a word from this phone: the server wants the PIN again, and so do we.
  whenShut(() => lock());
  if (session) {
    begin(session);
    app.account = session.account;
  }
  const kept = await keep.get<Kept>('family');
  const draft = (await keep.get<string>('draft')) ?? '';
  if (mine !== visit) return;
  if (kept) {
    const { at, ...rest } = kept;
    Object.assign(app, rest, { account: app.account ?? kept.account });
    keptAt = at;
    here.since = here.upTo = (app.messages[0]?.seq ?? 1) - 1;
    for (const { seq } of app.messages) if (seq === here.upTo + 1) here.upTo = seq;
  }
  app.draft = draft;
  app.screen = 'home';
  app.phase = 'open';
  await outbox.start((items) => (app.waiting = items), sent);
  if (mine !== visit) return;
  app.notKept = full;
  live.listen({
    event: (event) => {
      if (event.event === 'message.created') arrived(event.data as unknown as MessageView);
      if (/^(conversation|date)\.|^(reminder\.due|withdrawn)$/.test(event.event)) void load();
      // Goals are read when they are opened; after that, what is new of them.
      if (/^goal\./.test(event.event) && app.goals) void loadGoals().then(remember);
    },
    open: (is) => {
      app.online = is || navigator.onLine;
      if (is) {
        void load();
        outbox.flushNow();
      }
    },
    resync: () => void load(),
    ack: (id, seq, receivedAt) => outbox.acked(id, { id, seq, receivedAt }),
    refused: outbox.refused,
  });
  void push.clear();
  if (app.mode === 'own') void push.state().catch(() => undefined);
  await load();
  const asked = await ask(() => api.GET('/api/v1/check-in-templates'));
  if (mine !== visit) return;
  if (asked.ok) {
    app.templates = asked.value.items.filter((one) => one.version > 1);
    await remember();
  }
  // What is promised has changed since they joined: it is said again, before anything else.
  const me = await ask(() => api.GET('/api/v1/accounts/me'));
  if (mine === visit && me.ok && me.value.notice.must_be_shown && app.account) app.promise = me.value.notice.current_version;
}

/** Records that the promise was shown, and in which language. Without a network it is shown again next time. */
export async function understood(language: string): Promise<void> {
  const version = app.promise;
  app.promise = '';
  await ask(() => api.PUT('/api/v1/accounts/me/notice', { body: { version, language } }));
}

/** The server does not know this phone any more: nothing stays on it. */
async function removed(): Promise<void> {
  await forget();
  lock('join');
  app.gone = true;
}

/** Reads what is new: the talk, its last messages, the last check-in, the dates. */
export async function load(): Promise<void> {
  const mine = visit;
  const talks = await ask(() => api.GET('/api/v1/conversations', { params: { query: { limit: 200 } } }));
  if (mine !== visit) return;
  if (!talks.ok) {
    app.online = talks.why.kind !== 'no-network';
    app.trouble = app.online;
    if (app.staleSince === 0) app.staleSince = keptAt || Date.now();
    return;
  }
  app.online = true;
  app.trouble = false;
  app.account ??= account;
  const items = talks.value.items;
  const talk = items.find((one) => !one.ended_at) ?? items.at(-1);
  app.conversation = talk;
  const me = app.account;
  if (!me) return;
  const [, checkIns, dates] = await Promise.all([
    talk && said.catchUp(here, talk, () => mine === visit && app.conversation?.id === talk.id),
    ask(() => api.GET('/api/v1/check-ins', { params: { query: { family_member_id: me.id, limit: 1 } } })),
    ask(() => api.GET('/api/v1/dates', { params: { query: { limit: 200 } } })),
  ]);
  if (mine !== visit) return;
  if (checkIns.ok) app.checkIn = checkIns.value.items[0];
  if (dates.ok) app.dates = dates.value.items;
  app.staleSince = 0;
  await remember();
}

/** Reads the messages before the oldest that is here. */
export async function older(): Promise<void> {
  const mine = visit;
  if (app.conversation) await said.older(here, app.conversation, () => mine === visit);
}

function arrived(message: MessageView): void {
  const talk = app.conversation;
  if (!talk || talk.id !== message.conversation_id) {
    void load();
    return;
  }
  if (!said.arrived(here, talk, message)) {
    void load();
    return;
  }
  void remember();
}

function sent(item: outbox.Waiting, done: outbox.Sent): void {
  app.sentOnce = true;
  if (done.instead) {
    app.helpLines = done.instead;
    app.uncalled = item.id;
  }
  if (item.kind !== 'message') {
    if (item.kind.startsWith('goal')) {
      if (app.account) app.goals = applied(app.goals ?? [], item, app.account);
      void loadGoals().then(remember);
      return;
    }
    if (item.kind === 'date_reply') {
      // Stands at once; what is read next says the same, or that the date has changed.
      const date = app.dates?.find((one) => one.id === item.dateId);
      if (date) date.reply = { id: item.id, date_id: item.dateId, ...item.body, received_at: done.receivedAt ?? item.writtenAt, held: false };
    }
    void load();
    return;
  }
  if (done.seq === undefined || !app.account) {
    // Another tab has sent it.
    void load();
    return;
  }
  const talk = app.conversation;
  const message = {
    id: item.id,
    conversation_id: item.conversationId,
    seq: done.seq,
    author_id: app.account.id,
    body: item.body,
    written_at: item.writtenAt,
    received_at: done.receivedAt ?? item.writtenAt,
  };
  if (talk?.id !== message.conversation_id) void load();
  else if (!said.arrived(here, talk, message)) {
    said.merge(here, talk, [message]);
    void load();
  }
  void remember();
  // Where nobody reads now, it was answered by itself.
  if (reads()?.from && !readsNow()) void load();
}

/** When whoever answers now reads. */
export const reads = () => (app.conversation?.cover[0] ?? app.conversation?.with)?.reads;
export const readsNow = () => Date.parse(reads()?.until ?? '') > Date.now();

export function openTalk(): void {
  app.unreadAfter = app.conversation?.read_seq ?? -1;
}

export function markRead(): void {
  if (app.conversation) said.markRead(here, app.conversation);
}

/** Keeps the last week on an own phone; on a shared one nothing. */
async function remember(): Promise<void> {
  if (app.mode !== 'own' || !app.account) return;
  const since = Date.now() - KEEP_FOR;
  const messages = app.messages.filter((one) => Date.parse(one.received_at) > since).slice(-MOST_KEPT);
  const kept: Kept = {
    account: app.account,
    conversation: app.conversation,
    messages,
    checkIn: app.checkIn,
    dates: app.dates,
    goals: app.goals,
    templates: app.templates,
    at: Date.now(),
  };
  await keep.put('family', kept);
}

export function keepDraft(): void {
  if (app.mode !== 'own') return;
  if (app.draft) void keep.put('draft', app.draft).then((kept) => (app.notKept = !kept));
  else void keep.drop('draft');
}
