// The drawings of one run as its page shows them: which moment, which pictures were picked, what lies between them.

import type { Api } from '../../api.ts';
import type { DrawnMoment, NearestToDrawing } from '../../../shared/drawings.ts';
import { toFailure } from '../../../shared/errors.ts';
import type { GeneratedSamples } from '../../../shared/training.ts';
import type { RunId } from '../../../shared/types.ts';
import { keptSheet, sheetOf, type Sheet } from './sheet.ts';

const PLAYED_EVERY_MS = 220;

export class Drawings {
  #kept = $state.raw<readonly DrawnMoment[]>([]);
  #newest = $state.raw<GeneratedSamples | null>(null);
  /** Null follows the newest. */
  #at = $state<number | null>(null);
  sheet = $state.raw<Sheet | null>(null);
  playing = $state(false);
  picked = $state<number | null>(null);
  /** The next picture that is picked is where a walk ends. */
  picksEnd = $state(false);
  walkEnd = $state<number | null>(null);
  walk = $state.raw<Sheet | null>(null);
  nearest = $state.raw<NearestToDrawing | null>(null);
  /** Why the last question has no answer, in a sentence. */
  problem = $state<string | null>(null);
  readonly #api: Api;
  #asked = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Kept sheets in order, and the newest at the end. */
  readonly moments: readonly DrawnMoment[] = $derived.by(() => {
    const newest = this.#newest;
    if (!newest) return this.#kept;
    const before = this.#kept.filter(({ runId, step }) => runId !== newest.runId || step < newest.step);
    return [...before, { runId: newest.runId, step: newest.step }];
  });
  readonly last: number = $derived(Math.max(0, this.moments.length - 1));
  readonly at: number = $derived(Math.min(this.#at ?? this.last, this.last));
  readonly moment: DrawnMoment | undefined = $derived(this.moments[this.at]);

  constructor(api: Api) {
    this.#api = api;
  }

  /** A sheet has come, or another run is shown. */
  async follow(runId: RunId, newest: GeneratedSamples | null): Promise<void> {
    if (this.#newest?.runId !== newest?.runId) this.#forget();
    this.#newest = newest;
    try {
      this.#kept = (await this.#api.call('runs.drawings', { id: runId })).moments;
    } catch {
      this.#kept = []; // The newest is still shown, and the next one asks again.
    }
  }

  show(at: number): void {
    this.#at = at >= this.last ? null : at;
  }

  /** Shows the sheets one after the other to the newest; from the first when that is already shown. */
  play(): void {
    if (this.playing) return this.stop();
    if (this.at === this.last) this.show(0);
    this.playing = true;
    this.#timer = setInterval(() => {
      this.show(this.at + 1);
      if (this.at === this.last) this.stop();
    }, PLAYED_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.playing = false;
  }

  /** Loads the sheet of the moment that is shown; the one before stays until it has come. */
  async load(moment: DrawnMoment | undefined): Promise<void> {
    const newest = this.#newest;
    const isNewest = newest && moment && newest.runId === moment.runId && newest.step === moment.step;
    const asked = isNewest ? sheetOf(newest) : moment ? keptSheet(moment) : null;
    const sheet = await asked?.catch(() => null); // What can't be had, the sheet before stays for.
    const { moment: now } = this;
    if (sheet && now?.runId === moment?.runId && now?.step === moment?.step) this.sheet = sheet;
  }

  /** Today's generator answers, so its own sheet is shown. */
  async pick(runId: RunId, picture: number): Promise<void> {
    this.stop();
    this.show(this.last);
    if (this.picksEnd && this.picked !== null) {
      this.picksEnd = false;
      this.walkEnd = picture;
      const ends = { from: this.picked, to: picture };
      await this.#ask(async () => {
        const walk = await sheetOf(await this.#api.call('drawings.walk', { id: runId, ...ends }));
        return () => (this.walk = walk);
      });
      return;
    }
    this.#forgetPick();
    this.picked = picture;
    await this.#ask(async () => {
      const nearest = await this.#api.call('drawings.nearest', { id: runId, picture });
      return () => (this.nearest = nearest);
    });
  }

  /** Takes an answer unless something else was asked meanwhile. */
  async #ask(question: () => Promise<() => void>): Promise<void> {
    const mine = ++this.#asked;
    this.problem = null;
    try {
      const take = await question();
      if (mine === this.#asked) take();
    } catch (error) {
      const { message, remedy } = toFailure(error);
      if (mine === this.#asked) this.problem = [message, remedy].filter(Boolean).join(' ');
    }
  }

  #forgetPick(): void {
    this.#asked++;
    this.picked = this.walkEnd = this.walk = this.nearest = this.problem = null;
    this.picksEnd = false;
  }

  #forget(): void {
    this.stop();
    this.#forgetPick();
    this.#at = null;
    this.#kept = [];
    this.sheet = null;
  }
}
