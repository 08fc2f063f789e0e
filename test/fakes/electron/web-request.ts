type BeforeRequest = (details: { url: string }, callback: (response: { cancel?: boolean }) => void) => void;

/** Asks its one listener before every request; without one, everything goes through. */
export class FakeWebRequest {
  #listener: BeforeRequest | null = null;

  onBeforeRequest(listener: BeforeRequest | null): void {
    this.#listener = listener;
  }

  /** True when a request to the URL would leave. */
  async lets(url: string): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#listener) this.#listener({ url }, ({ cancel = false }) => resolve(!cancel));
      else resolve(true);
    });
  }
}
