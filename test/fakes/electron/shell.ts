/** Remembers what would have been opened outside. */
export class FakeShell {
  readonly test = {
    opened: [] as string[],
    files: [] as string[],
    shown: [] as string[],
    /** Why files can't be opened; empty when they can. */
    problem: '',
  };

  async openExternal(url: string): Promise<void> {
    this.test.opened.push(url);
  }

  async openPath(path: string): Promise<string> {
    this.test.files.push(path);
    return this.test.problem;
  }

  showItemInFolder(path: string): void {
    this.test.shown.push(path);
  }
}
