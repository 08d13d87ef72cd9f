// The live socket: one for the app. It is closed half a minute after the app is hidden, and comes back
// by itself, waiting a little longer each time.

import { accessToken, renew } from './session';

export interface LiveEvent {
  seq: number;
  event: string;
  data: Record<string, unknown>;
}

export interface Listener {
  event(event: LiveEvent): void;
  /** The socket is open, or is not. */
  open(open: boolean): void;
  /** What was missed cannot be told one by one: read the lists again. */
  resync(): void;
  /** The server has these words on disk. */
  ack(id: string, seq: number, receivedAt: string): void;
  /** The server did not take what was sent under this id; a frame says why. */
  refused(id: string, status: number, problem: string): void;
}

const LONGEST_WAIT = 60_000;
const HIDDEN_FOR = 30_000;

let socket: WebSocket | undefined;
let listener: Listener | undefined;
let ready = false;
let wait = 1000;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiding: ReturnType<typeof setTimeout> | undefined;
let after: number | undefined;
let epoch: string | undefined;

export function listen(to: Listener): void {
  stop();
  listener = to;
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', soon);
  connect();
}

export function stop(): void {
  document.removeEventListener('visibilitychange', seen);
  window.removeEventListener('online', soon);
  clearTimeout(timer);
  clearTimeout(hiding);
  listener = undefined;
  after = undefined;
  epoch = undefined;
  close();
}

export const isOpen = (): boolean => ready;

/** Sends a frame; false if it cannot leave now. */
export function send(frame: unknown): boolean {
  if (!ready || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

function close(): void {
  const old = socket;
  socket = undefined;
  if (old) {
    old.onclose = null;
    old.onmessage = null;
    old.close();
  }
  if (ready) {
    ready = false;
    listener?.open(false);
  }
}

function seen(): void {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, HIDDEN_FOR);
  else if (!socket) soon();
}

function soon(): void {
  wait = 1000;
  if (!ready) connect();
}

function later(): void {
  clearTimeout(timer);
  if (!listener || document.hidden) return;
  timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function connect(): void {
  clearTimeout(timer);
  close();
  if (!listener) return;
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`;
  const fresh = new WebSocket(url);
  socket = fresh;
  fresh.onopen = () => {
    const known = after === undefined ? {} : { after, ...(epoch ? { epoch } : {}) };
    fresh.send(JSON.stringify({ type: 'hello', token: accessToken(), ...known }));
  };
  fresh.onmessage = (message) => {
    take(String(message.data));
  };
  fresh.onclose = (closing) => {
    if (socket !== fresh) return;
    close();
    // 4401: the token is not good any more. Whether the device still is, the exchange says.
    if (closing.code === 4401) void renew().then((renewed) => renewed !== 'ended' && later());
    else later();
  };
}

function take(text: string): void {
  let frame: Record<string, unknown>;
  try {
    frame = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return;
  }
  switch (frame['type']) {
    case 'ready':
      ready = true;
      wait = 1000;
      epoch = String(frame['epoch']);
      after ??= Number(frame['seq']);
      listener?.open(true);
      break;
    case 'resync':
      after = Number(frame['seq']);
      listener?.resync();
      break;
    case 'event': {
      const event = frame as unknown as LiveEvent;
      after = event.seq;
      listener?.event(event);
      send({ type: 'seen', seq: event.seq });
      break;
    }
    case 'ack':
      listener?.ack(String(frame['id']), Number(frame['seq']), String(frame['received_at']));
      break;
    case 'held':
      listener?.refused(String(frame['id']), 202, 'held');
      break;
    case 'problem':
      if (typeof frame['id'] === 'string') {
        listener?.refused(frame['id'], Number(frame['status']), String(frame['problem']));
      }
      break;
  }
}
