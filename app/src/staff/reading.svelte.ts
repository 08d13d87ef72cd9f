// What a staff screen has read: read anew whenever something changes, and honest about how old it is.

import { time } from '../lib/dates';
import { serverNow } from '../lib/session';
import type { Outcome, Refusal } from '../lib/session';

/** One thing that a screen shows. It lives in memory alone, as all that staff read. */
export class Reading<T> {
  value = $state.raw<T | undefined>();
  why = $state.raw<Refusal | undefined>();
  #at = 0;
  #turn = 0;
  readonly #call: () => Promise<Outcome<T>>;

  /** Reads at once. */
  constructor(call: () => Promise<Outcome<T>>) {
    this.#call = call;
    void this.again();
  }

  /** Reads anew. What was read before stays until there is something newer; an answer that was overtaken is dropped. */
  async again(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const found = await this.#call();
    if (turn !== this.#turn) return;
    if (found.ok) {
      this.value = found.value;
      this.why = undefined;
      this.#at = serverNow();
    } else this.why = found.why;
  }

  /** What to say where it could not be read: from when the words on the screen are, if there are any. */
  get trouble(): string {
    if (!this.why) return '';
    const said = this.why.kind === 'no-network' ? 'No signal.' : this.why.detail || 'Something went wrong.';
    return this.value === undefined ? `${said} Nothing could be read.` : `${said} This is from ${time(this.#at)}.`;
  }

  /** Whether the server asks why it must be read. */
  get asksWhy(): boolean {
    return this.why?.kind === 'not-valid' && this.why.field === 'reason';
  }
}

interface Listed<T> {
  items: T[];
  next?: string | number | null;
}

/** A list of which a screen shows the first page, and the next one when somebody asks for it. */
export class Pages<T> extends Reading<Listed<T>> {
  busy = $state(false);
  readonly #page: (after: string | undefined) => Promise<Outcome<Listed<T>>>;

  /** Reads the first page at once. */
  constructor(page: (after: string | undefined) => Promise<Outcome<Listed<T>>>) {
    super(() => page(undefined));
    this.#page = page;
  }

  get items(): T[] {
    return this.value?.items ?? [];
  }

  /** Reads the next page; one that comes after all was read anew is dropped. */
  async more(): Promise<void> {
    const known = this.value;
    if (!known || known.next == null || this.busy) return;
    this.busy = true;
    const found = await this.#page(String(known.next));
    this.busy = false;
    if (this.value !== known) return;
    if (found.ok) this.value = { items: [...known.items, ...found.value.items], next: found.value.next ?? null };
    this.why = found.ok ? undefined : found.why;
  }
}

/** All of a list, one page after another. */
export async function whole<T>(page: (after: string | undefined) => Promise<Outcome<Listed<T>>>): Promise<Outcome<T[]>> {
  const all: T[] = [];
  let after: string | undefined;
  for (;;) {
    const found = await page(after);
    if (!found.ok) return found;
    all.push(...found.value.items);
    if (found.value.next == null) return { ok: true, value: all, status: found.status };
    after = String(found.value.next);
  }
}
