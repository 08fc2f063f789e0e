// The rests of one run: asked for and ended from outside, kept by the one who works. Their time does not count.

export class Pause {
  readonly #now: () => number;
  #asked: PromiseWithResolvers<void> | null = null;
  #rested = 0;

  /** `now`: the run's clock, in seconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds in all the rests that are over. */
  get rested(): number {
    return this.#rested;
  }

  ask(): void {
    this.#asked ??= Promise.withResolvers();
  }

  end(): void {
    this.#asked?.resolve();
    this.#asked = null;
  }

  /** Begins a rest when one is asked for; resolves when it is over. Null while there is none to keep. */
  rest(): Promise<void> | null {
    if (!this.#asked) return null;
    const began = this.#now();
    return this.#asked.promise.then(() => void (this.#rested += this.#now() - began));
  }
}
