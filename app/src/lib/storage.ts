// The phone's own storage, and what of it may be read while it is locked. Small: the first screen needs it.

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
  /** Something that the second PIN opens. Without a second PIN it is noise: nobody can tell whether there is one. */
  second: { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
}

let database: Promise<IDBDatabase> | undefined;

const done = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error('storage'));
  });

function db(): Promise<IDBDatabase> {
  if (!database) {
    const asked = indexedDB.open('daybook', 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('plain');
      asked.result.createObjectStore('sealed');
    };
    database = done(asked);
    void database.then(
      (open) => (open.onclose = () => (database = undefined)),
      () => (database = undefined),
    );
  }
  return database;
}

type Store = 'plain' | 'sealed';
const store = async (name: Store, mode: IDBTransactionMode) => (await db()).transaction(name, mode).objectStore(name);
export const names = async (name: Store): Promise<IDBValidKey[]> => done((await store(name, 'readonly')).getAllKeys());
export const read = async (name: Store, which: string): Promise<unknown> => done((await store(name, 'readonly')).get(which));

/** Is done when the disk has it. */
export async function change(name: Store, act: (on: IDBObjectStore) => void): Promise<void> {
  const on = await store(name, 'readwrite');
  act(on);
  await new Promise<void>((resolve, reject) => {
    on.transaction.oncomplete = () => resolve();
    on.transaction.onabort = on.transaction.onerror = () => reject(on.transaction.error ?? new Error('storage'));
  });
}

export async function setup(): Promise<Setup | undefined> {
  try {
    return (await read('plain', 'setup')) as Setup | undefined;
  } catch {
    // A browser that keeps nothing (private window, full disk): the app works, and starts over each time.
    return undefined;
  }
}

/** Forgets everything that this phone holds. */
export async function forget(): Promise<void> {
  try {
    await change('sealed', (on) => on.clear());
    await change('plain', (on) => on.clear());
  } catch {
    // As above.
  }
}
