/** Remembers what a preload exposed; the same key can't be bound twice, and only plain values and functions cross. */
export class FakeContextBridge {
  readonly test = { exposed: new Map<string, unknown>() };

  exposeInMainWorld(key: string, api: Record<string, unknown>): void {
    if (this.test.exposed.has(key))
      throw new Error(`Cannot bind an API on top of an existing property on the window object: ${key}`);
    this.test.exposed.set(key, api);
  }
}
