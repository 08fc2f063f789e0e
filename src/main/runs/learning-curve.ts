// How much more labels are worth, asked of the explorer with the labels of this moment; the last answer is kept as long
// as they stay.

import type { Explorer } from '../explorer/explorer.ts';
import type { FeatureService } from '../features/feature-service.ts';
import type { LibraryService } from '../library/library.ts';
import { takeLesson, teachTheSame } from '../live/lesson.ts';
import type { Lesson } from '../live/lesson.ts';
import type { LearningCurve } from '../../shared/learning-curve.ts';
import { whyNotDraw } from '../../shared/rules.ts';

export interface CurveService {
  /** Throws 'no-library', and what the engine throws. */
  measure(): Promise<LearningCurve>;
}

export interface CurveParts {
  library: Pick<LibraryService, 'require'>;
  features: Pick<FeatureService, 'now'>;
  explorer: Pick<Explorer, 'ask'>;
}

const SEED = 1;

export function createCurveService({ library, features, explorer }: CurveParts): CurveService {
  let last: { lesson: Lesson; curve: LearningCurve } | null = null;

  async function ask(lesson: Lesson): Promise<LearningCurve> {
    const { classIds, labels, bursts, labelled, ids } = lesson;
    const { draws, points, forecasts } = await explorer.ask({
      kind: 'measure-curve',
      features: lesson.features,
      labels,
      bursts,
      classes: classIds.length,
      seed: SEED,
    });
    return {
      status: 'measured',
      labelled,
      draws,
      points: points.map(({ learnedFrom, ...point }) => ({
        ...point,
        learnedFrom: Array.from(learnedFrom, (position) => ids[position]).filter((id) => id !== undefined),
      })),
      forecasts,
    };
  }

  return {
    async measure() {
      const { db } = library.require();
      const looked = await features.now();
      if (!looked) return notLookedAt;
      // Labels without a look at each measure nothing.
      const lesson = takeLesson(db, looked, { accepted: 'leave-out' });
      const counts = lesson.classIds.map((_, k) => countBursts(lesson, k));
      const obstacle = whyNotDraw(counts);
      if (obstacle) return { status: 'unknown', ...obstacle };
      if (last && teachTheSame(last.lesson, lesson)) return last.curve;
      const curve = await ask(lesson);
      last = { lesson, curve };
      return curve;
    },
  };
}

/** How many labels of class k are of photos that are not nearly the same. */
const countBursts = ({ labels, bursts }: Lesson, k: number): number =>
  new Set(bursts.filter((_, i) => labels[i] === k)).size;

const notLookedAt: LearningCurve = {
  status: 'unknown',
  reason: 'No pretrained network has looked at these photos, and from their pixels alone every point would be a run.',
  remedy: 'Set a pretrained network up below, or wait until it has looked at them.',
};
