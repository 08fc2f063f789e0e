// Archives in the window: what one of the open library would take, and the way from an archive's file by way of a
// folder of photos to what would become of both.

import { archiveParts, type ArchivePart, type ArchivePreview, type ArchiveSizes } from '../../../shared/archive.ts';
import type { ConflictChoice } from '../../../shared/archive.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import { archiveUrl } from '../../../shared/urls.ts';
import type { Api } from '../../api.ts';
import { mergedInWords } from './archive-words.ts';

export interface ArchiveHost {
  /** Opens a library in this window; false when that failed, which was said. */
  open(order: { path: string; folder: string; conflicts: ConflictChoice | null }): Promise<boolean>;
  report(error: unknown): void;
  tell(message: string): void;
}

export class Archives {
  /** Of the dialog that makes one; null while it is closed. */
  sizes = $state.raw<ArchiveSizes | null>(null);
  with = $state<Record<ArchivePart, boolean>>({ thumbs: false, features: false });

  /** The file is being chosen. */
  choosing = $state(false);
  /** The file that was chosen, and the folder; null until then. */
  path = $state<string | null>(null);
  folder = $state<string | null>(null);
  /** What opening it there would do. */
  preview = $state.raw<ArchivePreview | null>(null);
  failure = $state.raw<Failure | null>(null);
  conflicts = $state<ConflictChoice>('mine');
  opening = $state(false);

  readonly #api: Api;
  readonly #host: ArchiveHost;
  #request = 0;

  constructor(api: Api, host: ArchiveHost) {
    this.#api = api;
    this.#host = host;
  }

  /** Opens the dialog that makes one, with what it would take. */
  async offer(): Promise<void> {
    this.with = { thumbs: false, features: false };
    try {
      this.sizes = await this.#api.call('archive.sizes');
    } catch (error) {
      this.#host.report(error);
    }
  }

  get parts(): ArchivePart[] {
    return archiveParts.filter((part) => this.with[part]);
  }

  get url(): string {
    return archiveUrl(this.parts);
  }

  choose(): boolean {
    this.choosing = true;
    return true;
  }

  /** Looks what the archive would do to this folder. */
  async look(path: string, folder: string): Promise<void> {
    const request = ++this.#request;
    [this.path, this.folder, this.preview, this.failure] = [path, folder, null, null];
    this.conflicts = 'mine';
    try {
      const preview = await this.#api.call('archive.preview', { path, folder });
      if (request === this.#request) this.preview = preview;
    } catch (error) {
      if (request === this.#request) this.failure = toFailure(error);
    }
  }

  close(): void {
    this.#request++;
    [this.path, this.folder, this.preview, this.failure] = [null, null, null, null];
  }

  async open(): Promise<void> {
    const { path, folder, preview } = this;
    if (path === null || folder === null || !preview || this.opening) return;
    this.opening = true;
    const done = await this.#host.open({ path, folder, conflicts: preview.merge ? this.conflicts : null });
    this.opening = false;
    if (!done) return;
    this.close();
    if (preview.merge) this.#host.tell(mergedInWords(preview.merge, this.conflicts));
  }
}
