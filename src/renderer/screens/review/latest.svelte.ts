// An answer of main that is asked for again after every change, one question at a time.

export class Latest<Answer> {
  /** Null until it is known, and where there is none. */
  now = $state.raw<Answer | null>(null);

  readonly #ask: () => Promise<Answer | null>;
  #asking = false;
  #stale = false;

  constructor(ask: () => Promise<Answer | null>) {
    this.#ask = ask;
  }

  /** Ends without news when main can't be reached: the review list says so itself. */
  async refresh(): Promise<void> {
    this.#stale = true;
    if (this.#asking) return;
    this.#asking = true;
    try {
      while (this.#stale) {
        this.#stale = false;
        this.now = await this.#ask();
      }
    } catch {
      this.now = null;
    } finally {
      this.#asking = false;
    }
  }
}
