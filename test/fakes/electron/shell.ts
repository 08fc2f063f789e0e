/** Remembers what would have been opened outside. */
export class FakeShell {
  readonly test = { opened: [] as string[] };

  async openExternal(url: string): Promise<void> {
    this.test.opened.push(url);
  }
}
