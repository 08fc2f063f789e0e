// The scan of the open library: how far it is, what is said when it ends, and whether it found the folder at all.

import { noScan } from '../../shared/defaults.ts';
import type { ScanProgress } from '../../shared/types.ts';
import type { Toasts } from './toasts.svelte.ts';
import { hasFound, scanInWords, together } from './words.ts';

export class Scan {
  progress = $state.raw<ScanProgress>(noScan);
  /** The last scan found the library's folder away; so it stays until one finds it. */
  folderMissing = $state(false);
  readonly running = $derived(this.progress.phase === 'listing' || this.progress.phase === 'reading');

  readonly #toasts: Toasts;
  readonly #rescan: () => Promise<{ ok: boolean }>;
  /** Shows the photos that came last. */
  readonly #showNew: () => void;
  /** The line that told last what was found. */
  #told: { toast: number; found: ScanProgress } | null = null;
  /** The person asked for the scan that runs or is about to. */
  #asked = false;

  constructor(toasts: Toasts, rescan: () => Promise<{ ok: boolean }>, showNew: () => void) {
    this.#toasts = toasts;
    this.#rescan = rescan;
    this.#showNew = showNew;
  }

  /** Looks for new, changed and deleted photos; what it found is said at the end, even when it is nothing. */
  async again(): Promise<void> {
    this.#asked = true;
    const begun = await this.#rescan();
    if (!begun.ok) this.#asked = false;
  }

  /** Another library, or none: what its last scan came to is no news. */
  reset(progress = noScan): void {
    this.progress = progress;
    this.folderMissing = progress.phase === 'missing';
    this.#asked = false;
    this.#told = null;
  }

  /** The end of a scan comes twice, in any order: by itself and with the whole state. It is told once. */
  hear(progress: ScanProgress): void {
    const was = this.progress.phase;
    this.progress = progress;
    if (this.running || progress.phase === was || progress.phase === 'idle') return;
    this.#tellEnd(progress);
    this.folderMissing = progress.phase === 'missing';
    this.#asked = false;
  }

  /** While a line still stands, the next one takes it in: photos that are copied come in several scans. */
  #tellFound(progress: ScanProgress): void {
    const before = this.#toasts.list.some(({ id }) => id === this.#told?.toast) ? this.#told : null;
    if (before) this.#toasts.close(before.toast);
    const found = before && !this.#asked ? together(before.found, progress) : progress;
    const action = { label: 'Show', run: this.#showNew };
    const kind = this.#asked ? 'done' : 'info';
    const toast = this.#toasts.show({ kind, message: scanInWords(found), ...(found.added > 0 && { action }) });
    this.#told = { toast, found };
  }

  #tellEnd(progress: ScanProgress): void {
    const action = { label: 'Scan again', run: () => void this.again() };
    switch (progress.phase) {
      case 'done':
        if (this.#asked || (progress.isNews && hasFound(progress))) this.#tellFound(progress);
        break;
      case 'missing':
        // The banner says so from the first time on.
        if (this.folderMissing) this.#toasts.show({ kind: 'info', message: 'The folder still isn’t there.' });
        break;
      case 'failed':
        this.#toasts.show({ kind: 'error', message: progress.error ?? 'The scan failed.', action });
        break;
      case 'cancelled':
        this.#toasts.show({ kind: 'info', message: 'The scan was stopped before its end.', action });
    }
  }
}
