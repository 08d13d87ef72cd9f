// What was said in a talk, as far as it is here: with nothing missing in between, so that what was not seen is not
// taken for read.

import { api, ask } from './session';
import type { ConversationView, MessageView } from './api.gen';

const PAGE = 30;
/** So many messages are read at once, and so many times: more than a thousand missed ones come as somebody asks for them. */
const MOST = 200;
const PAGES = 5;

/** All that was said after `since`, up to `upTo`, is among the messages. */
export interface Said {
  messages: MessageView[];
  since: number;
  upTo: number;
}

const read = (id: string, after: number, limit: number) =>
  ask(() => api.GET('/api/v1/conversations/{id}/messages', { params: { path: { id }, query: { after, limit } } }));

export function merge(to: Said, talk: ConversationView, more: MessageView[]): void {
  const known = new Map(to.messages.filter((one) => one.conversation_id === talk.id).map((one) => [one.seq, one]));
  for (const one of more) known.set(one.seq, one);
  to.messages = [...known.values()].sort((a, b) => a.seq - b.seq);
}

/** Takes in a message of this talk; false where one before it did not arrive, and all is to be read. */
export function arrived(to: Said, talk: ConversationView, message: MessageView): boolean {
  if (message.seq > to.upTo + 1) return false;
  merge(to, talk, [message]);
  to.upTo = Math.max(to.upTo, message.seq);
  talk.last_seq = Math.max(talk.last_seq, to.upTo);
  return true;
}

/** Reads what was said since, page by page, while it is wanted. Says whether all of it is here. */
export async function catchUp(to: Said, talk: ConversationView, wanted: () => boolean): Promise<boolean> {
  const { id, last_seq } = talk;
  const mark = talk.read_seq ?? 0;
  const here = to.messages[0]?.conversation_id === id;
  const tooMuch = (from: number) => last_seq - from > MOST * PAGES;
  // Anew it begins before what nobody has read.
  const begin = Math.max(0, Math.min(last_seq - PAGE, mark));
  let after = here && (to.since <= mark || tooMuch(begin)) ? to.upTo : begin;
  if (tooMuch(after)) after = last_seq - PAGE;
  const anew = !here || after !== to.upTo;
  // What was said in another talk is not of this one.
  if (!here) Object.assign(to, { messages: [], since: after, upTo: after });
  for (const from = after; after < last_seq; ) {
    const found = await read(id, after, MOST);
    if (!found.ok || !wanted()) return false;
    if (anew && after === from) Object.assign(to, { messages: [], since: from, upTo: from });
    const { items } = found.value;
    merge(to, talk, items);
    const last = items.at(-1)?.seq ?? 0;
    after = items.length < MOST ? Math.max(last_seq, last) : last;
    to.upTo = Math.max(to.upTo, after);
  }
  return true;
}

/** Reads the messages before the oldest that is here. */
export async function older(to: Said, talk: ConversationView, wanted: () => boolean): Promise<boolean> {
  const from = Math.max(0, to.since - PAGE);
  if (from === to.since) return true;
  const found = await read(talk.id, from, to.since - from);
  if (!found.ok || !wanted()) return false;
  to.since = from;
  merge(to, talk, found.value.items);
  return true;
}

/** Tells the server how far this is read: no further than all of it is here. */
export function markRead(of: Said, talk: ConversationView): void {
  const mark = talk.read_seq ?? 0;
  if (of.upTo <= mark || of.since > mark) return;
  const up_to = (talk.read_seq = of.upTo);
  void ask(() => api.POST('/api/v1/conversations/{id}/read', { params: { path: { id: talk.id } }, body: { up_to } }));
}
