import type { MessageBoxOptions, OpenDialogOptions } from 'electron';

/** Dialogs that the test answers beforehand. */
export class FakeDialog {
  readonly test = {
    /** Empty: the person changes their mind. */
    filePaths: [] as string[],
    /** Index of the button pressed. */
    response: 0,
    asked: [] as (OpenDialogOptions | MessageBoxOptions)[],
    errors: [] as { title: string; content: string }[],
  };

  async showOpenDialog(_window: unknown, options: OpenDialogOptions) {
    this.test.asked.push(options);
    return { canceled: this.test.filePaths.length === 0, filePaths: this.test.filePaths };
  }

  async showMessageBox(_window: unknown, options: MessageBoxOptions) {
    this.test.asked.push(options);
    return { response: this.test.response, checkboxChecked: false };
  }

  showErrorBox(title: string, content: string): void {
    this.test.errors.push({ title, content });
  }
}
