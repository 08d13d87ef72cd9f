// A part that comes when somebody goes there.

/** One part; it is fetched when it is first asked for, and again where that failed. */
export class Later<C> {
  part = $state.raw<C | undefined>();
  failed = $state(false);
  readonly #load: () => Promise<{ default: C }>;

  constructor(load: () => Promise<{ default: C }>) {
    this.#load = load;
  }

  async get(): Promise<void> {
    if (this.part) return;
    this.failed = false;
    const found = await this.#load().catch(() => undefined);
    this.part = found?.default;
    this.failed = found === undefined;
  }
}
