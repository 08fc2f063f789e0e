// When the engine learns from the labels of now: at once after every change, and thoroughly when the hand rests. Knows
// nothing of what else may be known of the photos, and of who looks.

import type { LearnLiveRequest } from '../../engine/messages.ts';
import { inSentences, toFailure } from '../../shared/errors.ts';
import type { GuessChange, LivePredictions } from '../../shared/live.ts';
import type { Accuracy } from '../../shared/training.ts';
import { acceptedOption } from '../db/accepted.ts';
import type { Db } from '../db/open.ts';
import { sqliteError } from '../db/storage-error.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { PhotoFeatures } from '../features/feature-service.ts';
import { changeBetween, guessesFrom, takeLesson, teachTheSame, type Lesson } from './lesson.ts';

export interface Learned {
  lesson: Lesson;
  /** [count, classes] row-major, of the photos of the lesson. */
  probabilities: Float32Array;
  predictions: LivePredictions;
}

export interface Learner {
  /** A label, or what is known of the photos, is another one now. */
  changed(): void;
  /** Photos came or went: their features are looked up anew. */
  photosChanged(): void;
  /** Stops learning; what was learned stays. */
  rest(): void;
  /** Another library: stops, and forgets everything. */
  forget(): void;
  readonly learned: Learned | null;
  /** Whether a first answer to the labels of now is awaited. */
  readonly isLearning: boolean;
  /** The newest measurement; it may be of a few labels less than what was learned last. */
  readonly estimate: Accuracy | null;
  /** What the labels between the last two thorough answers changed; null without both. */
  readonly change: GuessChange | null;
  /** Why nothing could be learned from the labels of now, as a sentence. */
  readonly problem: string | null;
  /** The labels of now; null while no photo has been looked at. */
  lesson(): Promise<Lesson | null>;
}

export interface LearnerParts {
  /** Photos that have features; excluded ones may be among them, as long as nothing else has changed. */
  features: { now(): Promise<PhotoFeatures | null> };
  explorer: Pick<Explorer, 'ask'>;
  /** The open library's; asked for each lesson. */
  db: () => Db;
  /** What can be read here is another one. */
  onChange: () => void;
  /** Whether there is room for more than a quick answer. */
  mayBeThorough: () => boolean;
  /** How long the hand must rest. */
  restMs?: number;
}

const REST_MS = 2000;
const SEED = 1;

export function createLearner(parts: LearnerParts): Learner {
  const { features, explorer, db, onChange, mayBeThorough, restMs = REST_MS } = parts;
  /** Kept from one label to the next, so that the engine need not read the features again. */
  let photos: PhotoFeatures | null = null;
  let learned: Learned | null = null;
  let estimate: Accuracy | null = null;
  let problem: string | null = null;
  /** The last thorough answer, and what sets it apart from the one before. */
  let settled: Learned | null = null;
  let change: GuessChange | null = null;
  /** Counts changes, and says which of them the last quick question knew of. */
  let newest = 0;
  let answered = 0;
  let quick: AbortController | null = null;
  let thorough: AbortController | null = null;
  /** Of the quick answer that the engine is at. */
  let asked: AbortSignal | null = null;
  let resting: NodeJS.Timeout | undefined;

  function changed(): void {
    newest++;
    // What still learns thoroughly from older labels would come too late.
    thorough?.abort();
    clearTimeout(resting);
    resting = setTimeout(() => void learnThoroughly(), restMs);
    resting.unref();
    if (!quick) void learnQuickly();
  }

  /** One answer after the other, the last one from the labels of then. */
  async function learnQuickly(): Promise<void> {
    const mine = (quick = new AbortController());
    do await learn('quick', mine.signal);
    while (answered !== newest && !mine.signal.aborted);
    if (quick === mine) quick = null;
  }

  async function learnThoroughly(): Promise<void> {
    if (!mayBeThorough()) return;
    thorough = new AbortController();
    await learn('thorough', thorough.signal);
  }

  async function learn(effort: LearnLiveRequest['effort'], signal: AbortSignal): Promise<void> {
    try {
      if (effort === 'thorough' || !photos) await lookUp(signal);
      answered = newest;
      const lesson = photos && !signal.aborted ? lessonNow(photos) : null;
      if (!lesson || lesson.classIds.length < 2) {
        [learned, estimate, problem, settled, change] = [null, null, null, null, null];
        return;
      }
      // What only sets photos aside teaches nothing new.
      const last = effort === 'quick' ? learned : settled;
      const known = last && teachTheSame(last.lesson, lesson) ? { ...last, estimate } : null;
      if (effort === 'quick' && !known) asked = signal;
      onChange();
      const reply = known ?? (await explorer.ask(requestFor(lesson, effort), { signal }));
      const { probabilities } = reply;
      learned = { lesson, probabilities, predictions: guessesFrom(lesson, probabilities) };
      if (effort === 'thorough') {
        estimate = reply.estimate;
        // Answers of one kind: a quick one says otherwise for reasons of its own.
        change = settled && changeBetween(settled, learned);
        settled = learned;
      }
      problem = null;
    } catch (error) {
      const failure = toFailure(sqliteError(error, 'the library'));
      if (!signal.aborted && failure.code !== 'cancelled') problem = inSentences(failure);
    } finally {
      if (asked === signal) asked = null;
      if (!signal.aborted) onChange();
    }
  }

  /** Guesses are learned from what runs are learned from. */
  const lessonNow = (of: PhotoFeatures): Lesson => takeLesson(db(), of, { accepted: acceptedOption(db()) });

  async function lookUp(signal: AbortSignal): Promise<void> {
    answered = newest;
    const found = await features.now();
    if (!signal.aborted) photos = found;
  }

  function rest(): void {
    clearTimeout(resting);
    for (const work of [quick, thorough]) work?.abort();
    [quick, thorough, asked] = [null, null, null];
  }

  return {
    changed,
    photosChanged() {
      photos = null;
      changed();
    },
    rest,
    forget() {
      rest();
      [photos, learned, estimate, problem, settled, change] = [null, null, null, null, null, null];
    },
    get learned() {
      return learned;
    },
    get isLearning() {
      return asked !== null;
    },
    get estimate() {
      return estimate;
    },
    get change() {
      return change;
    },
    get problem() {
      return problem;
    },
    async lesson() {
      photos ??= await features.now();
      return photos && lessonNow(photos);
    },
  };
}

const requestFor = (
  { features, labels, bursts, classIds }: Lesson,
  effort: LearnLiveRequest['effort'],
): LearnLiveRequest => ({
  kind: 'learn-live',
  features,
  labels,
  bursts,
  classes: classIds.length,
  effort,
  seed: SEED,
});
