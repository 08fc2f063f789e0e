// The export dialog: what is chosen in it, what main says would come of it, and the export that goes on.

import type { Api } from '../../api.ts';
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type {
  ExportPreview,
  ExportState,
  ExportWay,
  ExportWhat,
  ExportWish,
  ListedFormat,
  ListedMove,
  PhotoChoice,
} from '../../../shared/export.ts';
import type { PhotoId } from '../../../shared/types.ts';

export interface ExportingParts {
  /** The photos of the grid, and how many; null while these are all. */
  shown(): { choice: PhotoChoice; photos: number } | null;
  selected(): PhotoId[];
  /** Whether a run is in use, so that there is a prediction to be taken away. */
  hasPredictions(): boolean;
  /** Says how an export has ended while the dialog is closed. */
  tell(end: Extract<ExportState, { status: 'done' | 'failed' }>): void;
}

export type Which = 'all' | 'shown' | 'selected';

const SETTLE_MS = 120;

export class Exporting {
  /** The dialog is open. */
  isOpen = $state(false);
  formats = $state.raw<ListedFormat[]>([]);
  moves = $state.raw<ListedMove[]>([]);
  /** What goes on, or has ended and is still shown. */
  state = $state.raw<ExportState>({ status: 'idle' });
  preview = $state.raw<ExportPreview | null>(null);
  /** Why there is no preview, or why nothing was begun. */
  failure = $state.raw<Failure | null>(null);

  formatId = $state('');
  what = $state<ExportWhat>('both');
  least = $state(0);
  which = $state<Which>('all');
  how = $state<ExportWay>('copy');
  /** Absolute path; null until one is chosen. */
  folder = $state<string | null>(null);
  /** What the person calls the new file or folder; null as long as the suggestion is good enough. */
  ownName = $state<string | null>(null);

  readonly format = $derived(this.formats.find(({ id }) => id === this.formatId) ?? null);
  readonly name = $derived(this.ownName ?? this.preview?.name ?? '');

  readonly #api: Api;
  readonly #parts: ExportingParts;
  #request = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, parts: ExportingParts) {
    this.#api = api;
    this.#parts = parts;
    api.on('export.changed', (state) => this.#hear(state));
  }

  /** Whether it is written into a folder, and not where the photos lie. */
  get needsFolder(): boolean {
    return this.format?.kind !== 'in-place';
  }

  get hasPredictions(): boolean {
    return this.#parts.hasPredictions();
  }

  /** What the choice of photos offers beside all of them. */
  get shownPhotos(): number | null {
    return this.#parts.shown()?.photos ?? null;
  }

  get selectedPhotos(): number {
    return this.#parts.selected().length;
  }

  async open(): Promise<void> {
    if (this.isOpen) return;
    this.failure = null;
    this.preview = null;
    this.ownName = null;
    if (!this.hasPredictions) this.what = 'labels';
    this.which = this.shownPhotos === null ? 'all' : 'shown';
    try {
      const [formats, state, moves] = await Promise.all([
        this.#api.call('export.formats'),
        this.#api.call('export.state'),
        this.#api.call('export.moves'),
      ]);
      this.formats = formats;
      this.moves = moves;
      // What ended before is an old story.
      this.state = state.status === 'working' ? state : { status: 'idle' };
      if (this.format === null) this.formatId = formats[0]?.id ?? '';
      this.#keepToWays();
    } catch (error) {
      this.failure = toFailure(error);
    }
    this.isOpen = true;
    await this.#look();
  }

  close(): void {
    this.isOpen = false;
    if (this.state.status !== 'working') this.state = { status: 'idle' };
  }

  /** Another library is open. */
  reset(): void {
    this.close();
    this.state = { status: 'idle' };
    this.preview = null;
    this.moves = [];
    this.folder = null;
    this.which = 'all';
  }

  chooseFormat(id: string): void {
    this.formatId = id;
    this.ownName = null;
    this.#keepToWays();
    this.changed();
  }

  rename(name: string): void {
    this.ownName = name;
    this.#forgetFailure();
  }

  /** Something else is chosen: main is asked again once the hand rests. */
  changed(): void {
    this.#forgetFailure();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), SETTLE_MS);
  }

  /** Begins to write into the folder. */
  async start(): Promise<void> {
    const { folder, name } = this;
    if (folder === null && this.needsFolder) return;
    await this.#begin(() => this.#api.call('export.start', { wish: this.#wish(), folder, name: name.trim() }));
  }

  async revert(id: string): Promise<void> {
    await this.#begin(() => this.#api.call('export.revert', { id }));
  }

  async cancel(): Promise<void> {
    await this.#api.call('export.cancel').catch((error: unknown) => void (this.failure = toFailure(error)));
  }

  /** Back to the choices, with what came of the last export forgotten. */
  again(): void {
    this.state = { status: 'idle' };
    this.ownName = null;
    this.changed();
  }

  /** The address of a download of what is chosen; null where main refuses it, which is said. */
  async link(): Promise<string | null> {
    try {
      return (await this.#api.call('export.link', this.#wish())).url;
    } catch (error) {
      this.failure = toFailure(error);
      return null;
    }
  }

  async #begin(call: () => Promise<ExportState>): Promise<void> {
    this.failure = null;
    this.state = { status: 'idle' };
    try {
      const state = await call();
      // What it has told meanwhile is newer.
      if (this.state.status === 'idle') this.state = state;
    } catch (error) {
      this.failure = toFailure(error);
    }
  }

  /** Takes the format's first way where it does not know the one that is chosen. */
  #keepToWays(): void {
    const [first, ...others] = this.format?.ways ?? [];
    if (first !== undefined && ![first, ...others].includes(this.how)) this.how = first;
  }

  #forgetFailure(): void {
    if (this.state.status === 'failed') this.state = { status: 'idle' };
    this.failure = null;
  }

  #wish(): ExportWish {
    const { formatId: format, what, least, how } = this;
    return { format, what, least: what === 'labels' ? 0 : least, how, photos: this.#photos() };
  }

  #photos(): PhotoChoice {
    if (this.which === 'selected') return { of: 'these', photoIds: this.#parts.selected() };
    const shown = this.which === 'shown' ? this.#parts.shown() : null;
    return shown?.choice ?? { of: 'all' };
  }

  async #look(): Promise<void> {
    if (!this.isOpen || this.formatId === '') return;
    const mine = ++this.#request;
    try {
      const preview = await this.#api.call('export.preview', { wish: this.#wish(), folder: this.folder });
      if (mine !== this.#request) return;
      this.preview = preview;
      this.failure = null;
    } catch (error) {
      if (mine === this.#request) this.failure = toFailure(error);
    }
  }

  #hear(state: ExportState): void {
    this.state = state;
    if (state.status !== 'done' && state.status !== 'failed') return;
    if (!this.isOpen) this.#parts.tell(state);
    void this.#api
      .call('export.moves')
      .then((moves) => (this.moves = moves))
      .catch(() => {}); // The next opening asks again.
  }
}
