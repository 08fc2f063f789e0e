import { EventEmitter } from 'node:events';
import type { SaveDialogOptions } from 'electron';

/** Something that is being saved; the test says where to, and how it ends. */
export class FakeDownloadItem extends EventEmitter {
  readonly test = { dialog: {} as SaveDialogOptions, path: '' };
  readonly #url: string;

  constructor(url: string) {
    super();
    this.#url = url;
  }

  getURL(): string {
    return this.#url;
  }

  getFilename(): string {
    return new URL(this.#url).pathname.split('/').at(-1) ?? '';
  }

  getSavePath(): string {
    return this.test.path;
  }

  setSaveDialogOptions(options: SaveDialogOptions): void {
    this.test.dialog = options;
  }

  end(state: 'completed' | 'cancelled' | 'interrupted', path = ''): void {
    this.test.path = path;
    this.emit('done', {}, state);
  }
}
