// Which photos are worth a label next, and which look like a given one. What is alike is the engine's to say.

import { WhiskerError } from '../../shared/errors.ts';
import type { Suggestion } from '../../shared/live.ts';
import type { LabelledPhoto, PhotoId } from '../../shared/types.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { LibraryService } from '../library/library.ts';
import type { Learner } from './learner.ts';
import type { Lesson } from './lesson.ts';

export interface Suggester {
  /** The best first, `count` at most. Throws 'conflict' while the photos have not been looked at. */
  suggest(count: number): Promise<{ items: Suggestion[] }>;
  /** Photos like this one, itself first, `count` at most. Throws as `suggest`, also when only this one was not. */
  alike(id: PhotoId, count: number): Promise<{ ids: PhotoId[] }>;
  /** The labelled photos most like this one, three at most; none while one or the other has not been looked at. */
  alikeLabelled(id: PhotoId): Promise<LabelledPhoto[]>;
}

export interface SuggesterParts {
  library: Pick<LibraryService, 'require'>;
  learner: Pick<Learner, 'lesson' | 'learned'>;
  explorer: Pick<Explorer, 'ask'>;
}

const SHOWN_ALIKE = 3;

export function createSuggester({ library, learner, explorer }: SuggesterParts): Suggester {
  async function lookedAt(): Promise<Lesson> {
    library.require();
    const lesson = await learner.lesson();
    if (!lesson) throw notLookedAt('these photos');
    return lesson;
  }

  /** What was learned last, if it was of the same photos and classes; a label more or less changes little. */
  function probabilitiesFor({ ids, classIds }: Lesson): Float32Array | null {
    const { learned } = learner;
    const fits = learned?.lesson.ids === ids && learned.lesson.classIds.join() === classIds.join();
    return fits ? learned.probabilities : null;
  }

  return {
    async suggest(count) {
      const lesson = await lookedAt();
      const { ids, features, labels, bursts, classIds, labelled, aside } = lesson;
      const { positions, reasons } = await explorer.ask({
        kind: 'suggest',
        features,
        labels,
        bursts,
        classes: classIds.length,
        probabilities: probabilitiesFor(lesson),
        without: aside,
        count,
        // The same while nothing changes, so that a list that is asked for again is the same list.
        seed: 1 + labelled,
      });
      return {
        items: [...positions].flatMap((position, i) => {
          const [photoId, reason] = [ids[position], reasons[i]];
          return photoId === undefined || reason === undefined ? [] : [{ photoId, reason }];
        }),
      };
    },

    async alike(id, count) {
      const { ids, features } = await lookedAt();
      const position = ids.indexOf(id);
      if (position < 0) throw notLookedAt('this photo');
      if (count === 1) return { ids: [id] };
      const { positions } = await explorer.ask({ kind: 'find-alike', features, position, count: count - 1 });
      return { ids: [id, ...[...positions].flatMap((at) => ids[at] ?? [])] };
    },

    async alikeLabelled(id) {
      library.require();
      const lesson = await learner.lesson();
      const position = lesson?.ids.indexOf(id) ?? -1;
      if (!lesson || position < 0 || lesson.labelled === 0) return [];
      const { ids, features, labels, classIds } = lesson;
      const among = Int32Array.from([...labels.keys()].filter((i) => (labels[i] ?? -1) >= 0));
      const { positions } = await explorer.ask({ kind: 'find-alike', features, position, among, count: SHOWN_ALIKE });
      return [...positions].flatMap((at) => {
        const [photoId, classId] = [ids[at], classIds[labels[at] ?? -1]];
        return photoId === undefined || classId === undefined ? [] : [{ photoId, classId }];
      });
    },
  };
}

const notLookedAt = (what: string): WhiskerError =>
  new WhiskerError('conflict', `Whisker has not looked at ${what} yet.`, 'Wait until it has, then ask again.');
