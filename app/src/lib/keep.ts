// What stays on this phone. Everything personal is sealed (AES-GCM) under a key that exists only while
// the app is unlocked: random, wrapped twice, once by a key made from the PIN and once by a key of this
// browser that cannot be exported. Without the PIN a copy of the storage opens nothing.

import { openDB, type IDBPDatabase } from 'idb';

export type Mode = 'own' | 'shared';

/** What may be read while locked: nothing that names anybody. */
export interface Setup {
  who: 'family' | 'staff';
  mode: Mode;
  salt: Uint8Array<ArrayBuffer>;
  iv: Uint8Array<ArrayBuffer>;
  outerIv: Uint8Array<ArrayBuffer>;
  wrapped: ArrayBuffer;
  outer: CryptoKey;
  tries: number;
  waitUntil: number;
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const ROUNDS = 600_000;
/** After so many wrong PINs in a row the phone forgets everything, as the server does. */
const MOST_TRIES = 10;

let database: Promise<IDBPDatabase> | undefined;
let key: CryptoKey | undefined;

function db(): Promise<IDBPDatabase> {
  database ??= openDB('daybook', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('plain');
      fresh.createObjectStore('sealed');
    },
    terminated() {
      database = undefined;
    },
  });
  return database;
}

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

async function fromPin(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const asKey = (raw: ArrayBuffer) => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

export async function setup(): Promise<Setup | undefined> {
  try {
    return (await (await db()).get('plain', 'setup')) as Setup | undefined;
  } catch {
    // A browser that keeps nothing (private window, full disk): the app works, and starts over each time.
    return undefined;
  }
}

/** Begins to keep, for whoever has joined on this phone with this PIN. */
export async function begin(pin: string, mode: Mode): Promise<void> {
  const raw = random(32).buffer;
  const salt = random(16);
  const iv = random(12);
  const outerIv = random(12);
  const outer = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const inner = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await fromPin(pin, salt), raw);
  const wrapped = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: outerIv }, outer, inner);
  key = await asKey(raw);
  await forget();
  const made: Setup = { who: 'family', mode, salt, iv, outerIv, wrapped, outer, tries: 0, waitUntil: 0 };
  await (await db()).put('plain', made, 'setup');
  void navigator.storage?.persist?.().catch(() => false);
}

/** Notes that staff use this browser: nothing of theirs is kept but that. */
export async function beginForStaff(): Promise<void> {
  await forget();
  await (await db()).put('plain', { who: 'staff' }, 'setup').catch(() => undefined);
}

export type Unlocked = 'yes' | 'wrong' | 'gone' | { waitMs: number };

/** Opens what is kept. Waits grow with wrong PINs; at ten everything is forgotten. */
export async function unlock(pin: string): Promise<Unlocked> {
  const found = await setup();
  if (found?.who !== 'family') return 'gone';
  const waitMs = found.waitUntil - Date.now();
  if (waitMs > 0) return { waitMs };
  // Counted before it is tried, so that closing the app in between wins nothing.
  const tries = found.tries + 1;
  const pause = tries >= 5 ? Math.min(2 ** (tries - 5) * 30_000, 15 * 60_000) : 0;
  await (await db()).put('plain', { ...found, tries, waitUntil: Date.now() + pause }, 'setup');
  try {
    const inner = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.outerIv }, found.outer, found.wrapped);
    const raw = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.iv }, await fromPin(pin, found.salt), inner);
    key = await asKey(raw);
  } catch {
    if (tries < MOST_TRIES) return pause > 0 ? { waitMs: pause } : 'wrong';
    await forget();
    return 'gone';
  }
  await (await db()).put('plain', { ...found, tries: 0, waitUntil: 0 }, 'setup');
  return 'yes';
}

/** Drops the key: nothing can be read any more until the PIN comes again. */
export function lock(): void {
  key = undefined;
}

/** Keeps a value, sealed. Says whether it is kept. */
export async function put(name: string, value: unknown): Promise<boolean> {
  if (!key) return false;
  try {
    const iv = random(12);
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
    await (await db()).put('sealed', { iv, data } satisfies Sealed, name);
    return true;
  } catch {
    return false;
  }
}

/** Reads what was kept. */
export async function get<T>(name: string): Promise<T | undefined> {
  if (!key) return undefined;
  try {
    const sealed = (await (await db()).get('sealed', name)) as Sealed | undefined;
    if (!sealed) return undefined;
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.data);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return undefined;
  }
}

export async function drop(name: string): Promise<void> {
  try {
    await (await db()).delete('sealed', name);
  } catch {
    // Nothing was kept, so there is nothing to drop.
  }
}

/** Forgets everything that this phone holds. */
export async function forget(): Promise<void> {
  try {
    const open = await db();
    await open.clear('sealed');
    await open.clear('plain');
  } catch {
    // As above.
  }
}
