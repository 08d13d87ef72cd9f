// What stays on this phone. Everything personal is sealed (AES-GCM) under a key that exists only while
// the app is unlocked: random, wrapped twice, once by a key made from the PIN and once by a key of this
// browser that cannot be exported. Without the PIN a copy of the storage opens nothing.

import { change, forget, names, read, setup, type Mode, type Setup } from './storage';

let key: CryptoKey | undefined;

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const ROUNDS = 600_000;
/** After so many wrong PINs in a row the phone forgets everything, as the server does. */
const MOST_TRIES = 10;

const MARK = 'a plain list';
/** As long as what a second PIN would have made. */
const noise = () => ({ iv: random(12), data: random(MARK.length + 16).buffer });

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** A key that only who knows the PIN, or the password, can make. */
export async function fromPin(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
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
  const made: Setup = { who: 'family', mode, salt, iv, outerIv, wrapped, outer, tries: 0, waitUntil: 0, second: noise() };
  await change('plain', (on) => on.put(made, 'setup'));
  void navigator.storage?.persist?.().catch(() => false);
}

/** How many wrong PINs there were: where there is no room to write them down, until the page is closed. */
let missed = 0;

/** Writes down what has changed of the setup; false where there is no room. */
const note = (made: Setup): Promise<boolean> =>
  change('plain', (on) => on.put(made, 'setup')).then(
    () => true,
    () => false,
  );

/** `full`: it is open, and there is no room to keep anything. */
export type Unlocked = 'yes' | 'full' | 'second' | 'wrong' | 'gone' | { waitMs: number };

/** Opens what is kept. Waits grow with wrong PINs; at ten everything is forgotten. */
export async function unlock(pin: string): Promise<Unlocked> {
  const found = await setup();
  if (found?.who !== 'family') return 'gone';
  const waitMs = found.waitUntil - Date.now();
  if (waitMs > 0) return { waitMs };
  // Counted before it is tried, so that closing the app in between wins nothing.
  const tries = Math.max(found.tries, missed) + 1;
  const pause = tries >= 5 ? Math.min(2 ** (tries - 5) * 30_000, 15 * 60_000) : 0;
  missed = tries;
  await note({ ...found, tries, waitUntil: Date.now() + pause });
  const made = await fromPin(pin, found.salt);
  try {
    const inner = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.outerIv }, found.outer, found.wrapped);
    const raw = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.iv }, made, inner);
    key = await asKey(raw);
  } catch {
    if (found.second && (await opens(made, found.second))) {
      // Neither a wrong PIN nor a right one: the count stays where it was.
      missed = found.tries;
      await note(found);
      return 'second';
    }
    if (tries < MOST_TRIES) return pause > 0 ? { waitMs: pause } : 'wrong';
    await forget();
    return 'gone';
  }
  missed = 0;
  return (await note({ ...found, tries: 0, waitUntil: 0 })) ? 'yes' : 'full';
}

const opens = (made: CryptoKey, sealed: Sealed): Promise<boolean> =>
  crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, made, sealed.data).then(
    () => true,
    () => false,
  );

/** Sets the PIN that opens a plain list, or with none takes it away. Says `same` for the PIN in use, `full` without room. */
export async function second(pin?: string): Promise<'done' | 'same' | 'full'> {
  const found = await setup();
  if (found?.who !== 'family') return 'done';
  let made = noise();
  if (pin !== undefined) {
    const its = await fromPin(pin, found.salt);
    const inner = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: found.outerIv }, found.outer, found.wrapped);
    if (await opens(its, { iv: found.iv, data: inner })) return 'same';
    const iv = random(12);
    made = { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, its, new TextEncoder().encode(MARK)) };
  }
  if (!(await note({ ...found, second: made }))) return 'full';
  await put('second', pin !== undefined);
  return 'done';
}

/** Drops the key: nothing can be read any more until the PIN comes again. Staff have a key of their own. */
export function use(made?: CryptoKey): void {
  key = made;
}

/** Keeps a value, sealed. Says whether it is kept. */
export async function put(name: string, value: unknown): Promise<boolean> {
  if (!key) return false;
  try {
    const iv = random(12);
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
    await change('sealed', (on) => on.put({ iv, data } satisfies Sealed, name));
    return true;
  } catch {
    return false;
  }
}

/** Reads what was kept. */
export async function get<T>(name: string): Promise<T | undefined> {
  if (!key) return undefined;
  try {
    const sealed = (await read('sealed', name)) as Sealed | undefined;
    if (!sealed) return undefined;
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.data);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return undefined;
  }
}

/** What is kept under names that begin so, in their order; nothing where that cannot be read. */
export async function named(begin: string): Promise<string[] | undefined> {
  try {
    return (await names('sealed')).map(String).filter((name) => name.startsWith(begin));
  } catch {
    return undefined;
  }
}

export async function drop(name: string): Promise<void> {
  try {
    await change('sealed', (on) => on.delete(name));
  } catch {
    // Nothing was kept, so there is nothing to drop.
  }
}
