// Words of staff that the server has not got yet: sealed on this device until it has, or until whoever wrote them
// signs out. The key is made from the password. While the session lives it stays in this browser, which cannot
// export it; when the session ends, by itself or because the device was removed, the key goes. Then the words open
// for the same person with the same password, and for nobody else.

import * as keep from '../lib/keep';
import { renew } from '../lib/session';
import { change, forget, setup } from '../lib/storage';

/** What is read before anybody signs in: that staff use this browser, and nothing that names anybody. */
interface Mine {
  who: 'staff';
  of: string;
  salt: Uint8Array<ArrayBuffer>;
  key?: CryptoKey;
}

let ready: Promise<unknown> = Promise.resolve();
// One after the other: the last words are those that stay.
let last: Promise<unknown> = Promise.resolve();

const note = (mine: Mine) => change('plain', (on) => on.put(mine, 'setup'));

/** Opens what this person left here, now or with the password that was just typed; what somebody else left is forgotten. */
export function begin(of: string, password?: string): void {
  ready = open(of, password).catch(() => undefined);
}

async function open(of: string, password?: string): Promise<void> {
  keep.use();
  const found = (await setup()) as Mine | undefined;
  const mine = found?.who === 'staff' && found.of === of ? found : undefined;
  if (password === undefined) {
    keep.use(mine?.key);
    return;
  }
  const salt = mine?.salt ?? crypto.getRandomValues(new Uint8Array(16));
  if (!mine) await forget();
  // At once, so that whoever opens this again meets the sign-in of staff.
  await note({ who: 'staff', of, salt });
  const key = await keep.fromPin(password, salt);
  keep.use(key);
  await note({ who: 'staff', of, salt, key });
}

/** The session is over: without the password nothing is read any more. */
export async function shut(): Promise<void> {
  await ready;
  keep.use();
  const found = (await setup()) as Mine | undefined;
  if (found?.who === 'staff') await note({ who: 'staff', of: found.of, salt: found.salt }).catch(() => undefined);
}

/** Nobody is signed in here, and yet there is a key: whether the session is over the server says, and no lost signal. */
export async function look(): Promise<void> {
  if (((await setup()) as Mine | undefined)?.key) await renew();
}

/** A full disk, or a browser that keeps nothing: it is said above every screen. */
export const drafts = $state({ kept: true });

/** Keeps words that are being written. */
export function keepDraft(name: string, words: unknown): void {
  last = last.then(() => ready).then(async () => (drafts.kept = await keep.put(name, words)));
}

/** The words that were left here. */
export async function draft<T>(name: string): Promise<T | undefined> {
  await last;
  await ready;
  return keep.get<T>(name);
}

/** Gives a form the words that were left here, and hands back what keeps those that are written now. */
export function resumed<T>(name: string, written: () => T, take: (left: T) => void): () => void {
  void draft<T>(name).then((left) => left && take(left));
  return () => keepDraft(name, written());
}

/** Forgets words: they are sent, or thrown away. */
export function dropDraft(name: string): void {
  last = last.then(() => keep.drop(name));
}
