// What a family member's app knows, in one place. It is empty while locked.

import type { Mode } from './storage';
import type { Account } from './session';
import type { CheckInView, ConversationView, DateView, GoalView, HelpLineView, MessageView, TemplateView } from './api.gen';
import type { Waiting } from './outbox';

export type Screen = 'home' | 'check-in' | 'talk' | 'dates' | 'goals' | 'help' | 'safety';
export type Phase = 'starting' | 'join' | 'locked' | 'open' | 'left' | 'staff' | 'sign-in';

/** What a locked app knows. */
const nothing = () => ({
  screen: 'home' as Screen,
  account: undefined as Account | undefined,
  conversation: undefined as ConversationView | undefined,
  messages: [] as MessageView[],
  checkIn: undefined as CheckInView | undefined,
  /** None while they were never read. */
  dates: undefined as DateView[] | undefined,
  goals: undefined as GoalView[] | undefined,
  /** In which words of its own the authority asks, language by language. */
  templates: [] as TemplateView[],
  waiting: [] as Waiting[],
  /** The server answers, and what it answers is of no use. */
  trouble: false,
  /** What is written now is not kept on this phone: it is full, or keeps nothing. */
  notKept: false,
  /** When what is shown was read from the server, if it could not be read anew. */
  staleSince: 0,
  /** The version of the promise that must be shown anew, if one must. */
  promise: '',
  /** Something of this visit has reached the server. */
  sentOnce: false,
  /** This visit is counted, for the question whether to put an icon on the phone. */
  counted: false,
  draft: '',
  scale: undefined as number | undefined,
  /** What was handed in while nobody could be called. */
  uncalled: '',
  /** The last message that had been read when the talk was opened: the unread line stands after it. */
  unreadAfter: -1,
});

export const app = $state({
  phase: 'starting' as Phase,
  mode: 'own' as Mode,
  gone: false,
  online: true,
  helpLines: [] as HelpLineView[],
  ...nothing(),
});

/** Whoever reads and answers now: the cover, while there is one. */
export const companion = (): string => (app.conversation?.cover[0] ?? app.conversation?.with)?.display_name ?? '';

export const unread = (): boolean => {
  const talk = app.conversation;
  const last = app.messages.at(-1);
  if (!talk || !last || last.author_id === app.account?.id) return false;
  return last.seq > (talk.read_seq ?? 0);
};

/** Goes to a screen. The phone's own Back goes to Home, by the one spare entry in its history. */
export function go(screen: Screen): void {
  if (screen !== 'home' && app.screen === 'home') history.pushState({ up: true }, '');
  app.screen = screen;
}

export function back(): void {
  if ((history.state as { up?: boolean } | null)?.up) history.back();
  else app.screen = 'home';
}

window.addEventListener('popstate', () => {
  app.screen = 'home';
});

const locked: (() => void)[] = [];
/** Sets what else ends when the app is locked. */
export function whenLocked(act: () => void): void {
  locked.push(act);
}

/** Takes everything off the screen and out of memory. */
export function lock(to: Phase = 'locked'): void {
  for (const act of locked) act();
  Object.assign(app, nothing(), { phase: to });
}

