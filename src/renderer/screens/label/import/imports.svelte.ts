// Labels that are there already: what is offered over the grid, and the dialog in which they are looked at and taken.

import type { Api } from '../../../api.ts';
import { toFailure, type Failure } from '../../../../shared/errors.ts';
import type { FoundLabels, FoundSource, ImportPreview, ImportSource } from '../../../../shared/label-import.ts';
import { packTable } from './table-file.ts';

export interface ImportsParts {
  /** Whether nothing has a label or a class yet, so that what is found is worth an offer. */
  isFresh(): boolean;
  report(error: unknown): void;
  /** Says that so many photos got a label, with a way to take it back. */
  done(photos: number): void;
}

export class Imports {
  found = $state.raw<FoundLabels | null>(null);
  /** The dialog is open. */
  shown = $state(false);
  source = $state.raw<ImportSource | null>(null);
  /** A table is meant, and which one is still to be chosen. */
  lacksTable = $state(false);
  /** Name of the table that was chosen or dropped. */
  tableName = $state<string | null>(null);
  preview = $state.raw<ImportPreview | null>(null);
  /** Why there is no preview. */
  failure = $state.raw<Failure | null>(null);
  replace = $state(false);
  /** Reading keywords; null while nothing is known of it. */
  progress = $state.raw<{ done: number; total: number } | null>(null);
  busy = $state(false);

  readonly #api: Api;
  readonly #parts: ImportsParts;
  #declined = $state(false);
  #request = 0;
  /** The library's folder was looked at for offers. */
  #lookedAt: string | null = null;

  constructor(api: Api, parts: ImportsParts) {
    this.#api = api;
    this.#parts = parts;
    api.on('imports.progress', (progress) => (this.progress = progress));
  }

  /** What is offered by itself; null for nothing. */
  get offer(): FoundSource | null {
    if (!this.found || this.found.declined || this.#declined || !this.#parts.isFresh()) return null;
    return this.found.offers[0] ?? null;
  }

  reset(): void {
    this.#request++;
    this.found = null;
    this.shown = false;
    this.#declined = false;
    this.#lookedAt = null;
    this.#forget();
  }

  /** Once a folder is known whole: what is there of labels, as long as there are none here. */
  async lookOnce(folder: string): Promise<void> {
    if (this.#lookedAt === folder || !this.#parts.isFresh()) return;
    this.#lookedAt = folder;
    await this.#look();
  }

  async decline(): Promise<void> {
    this.#declined = true;
    await this.#api.call('imports.decline').catch(this.#parts.report);
  }

  /** Opens the dialog with what was offered, or with what is likeliest. */
  async open(source: ImportSource | null = null): Promise<void> {
    this.#forget();
    this.shown = true;
    const request = ++this.#request;
    await this.#look();
    if (request !== this.#request) return;
    const [offered] = this.found?.offers ?? [];
    const [table] = this.found?.tables ?? [];
    await this.choose(source ?? offered?.source ?? (table ? { from: 'file', path: table } : { from: 'folders' }));
  }

  /** Opens the dialog with a table that was chosen or dropped. */
  async openFile(file: File): Promise<void> {
    const isOpen = this.shown;
    if (!isOpen) this.#forget();
    this.shown = true;
    if (!isOpen) void this.#look();
    const request = ++this.#request;
    this.#ask({ from: 'table', number: 0 });
    this.tableName = file.name;
    try {
      const { number } = await this.#api.call('imports.handIn', { name: file.name, gzip: await packTable(file) });
      if (request === this.#request) await this.choose({ from: 'table', number });
    } catch (error) {
      if (request === this.#request) this.#fail(error);
    }
  }

  /** Waits for a table to be chosen or dropped. */
  awaitTable(): void {
    this.#request++;
    this.#ask(null);
    this.lacksTable = true;
    this.tableName = null;
  }

  choose(source: ImportSource): Promise<void> {
    this.#ask(source);
    if (source.from !== 'table') this.tableName = null;
    return this.#foresee(null);
  }

  /** Takes a class in or leaves it out. */
  async toggle(name: string): Promise<void> {
    const out = this.preview?.leftOut ?? [];
    await this.#foresee(out.includes(name) ? out.filter((one) => one !== name) : [...out, name]);
  }

  async toggleAll(isIn: boolean): Promise<void> {
    await this.#foresee(isIn ? [] : (this.preview?.classes ?? []).map(({ name }) => name));
  }

  async setReplace(replace: boolean): Promise<void> {
    this.replace = replace;
    await this.#foresee(this.preview?.leftOut ?? null);
  }

  async carryOut(): Promise<void> {
    const { source, preview, replace } = this;
    if (!source || !preview) return;
    this.busy = true;
    try {
      const { ids } = await this.#api.call('imports.carryOut', { source, leftOut: preview.leftOut, replace });
      this.close();
      this.#parts.done(ids.length);
    } catch (error) {
      this.failure = toFailure(error);
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.#request++;
    this.shown = false;
    this.#forget();
    void this.#api.call('imports.end').catch(this.#parts.report);
  }

  async #look(): Promise<void> {
    try {
      this.found = await this.#api.call('imports.found');
    } catch (error) {
      if (toFailure(error).code !== 'cancelled' && toFailure(error).code !== 'no-library') this.#parts.report(error);
    }
  }

  /** Has main look what an import without these classes would do. */
  async #foresee(leftOut: string[] | null): Promise<void> {
    const { source, replace } = this;
    if (!source) return;
    const request = ++this.#request;
    this.failure = null;
    try {
      const preview = await this.#api.call('imports.preview', { source, leftOut, replace });
      if (request === this.#request) this.preview = preview;
    } catch (error) {
      if (request === this.#request) this.#fail(error);
    }
  }

  #ask(source: ImportSource | null): void {
    this.source = source;
    this.lacksTable = false;
    this.preview = null;
    this.failure = null;
    this.progress = null;
  }

  #fail(error: unknown): void {
    this.preview = null;
    this.failure = toFailure(error);
  }

  #forget(): void {
    this.#ask(null);
    this.tableName = null;
    this.replace = false;
    this.busy = false;
  }
}
