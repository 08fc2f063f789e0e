import type { MessageBoxOptions, OpenDialogOptions } from 'electron';

/** Dialogs that the test answers beforehand, or later. */
export class FakeDialog {
  readonly test = {
    /** Empty: the person changes their mind. */
    filePaths: [] as string[],
    /** Index of the button pressed; a promise is a person who takes their time. */
    response: 0 as number | Promise<number>,
    asked: [] as (OpenDialogOptions | MessageBoxOptions)[],
    errors: [] as { title: string; content: string }[],
  };

  async showOpenDialog(_window: unknown, options: OpenDialogOptions) {
    this.test.asked.push(options);
    return { canceled: this.test.filePaths.length === 0, filePaths: this.test.filePaths };
  }

  /** With or without a window before the options. A signal ends it as if it had been cancelled. */
  async showMessageBox(...given: [MessageBoxOptions] | [window: unknown, options: MessageBoxOptions]) {
    const options = given.length === 1 ? given[0] : given[1];
    this.test.asked.push(options);
    const { signal, cancelId = 0 } = options;
    const aborted = new Promise<number>((done) => signal?.addEventListener('abort', () => done(cancelId)));
    return { response: await Promise.race([this.test.response, aborted]), checkboxChecked: false };
  }

  showErrorBox(title: string, content: string): void {
    this.test.errors.push({ title, content });
  }
}
