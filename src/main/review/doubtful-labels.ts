// The person's own labels that look wrong: the engine says which, and those that the person has kept are left out.

import type { DoubtfulLabels } from '../../engine/messages.ts';
import { fileNameOf } from '../../shared/elsewhere.ts';
import { keptLabels } from '../db/actions.ts';
import { labelCodes } from '../db/labels.ts';
import { transact } from '../db/open.ts';
import type { Db } from '../db/open.ts';
import { getPhoto } from '../db/photos.ts';
import type { Explorer } from '../explorer/explorer.ts';
import type { FeatureService } from '../features/feature-service.ts';
import { requireClass } from '../labels/set-labels.ts';
import { act } from '../labels/undo.ts';
import type { Touched } from '../labels/undo.ts';
import type { LibraryService } from '../library/library.ts';
import { takeLesson, type Lesson } from '../live/lesson.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { whyNotDoubt } from '../../shared/rules.ts';
import type { ClassId, DoubtfulLabel, LabelCheck, PhotoId } from '../../shared/types.ts';

export interface LabelChecker {
  /** Throws 'no-library', and what the engine throws. */
  check(): Promise<LabelCheck>;
}

export interface LabelCheckerParts {
  library: Pick<LibraryService, 'require'>;
  features: Pick<FeatureService, 'now'>;
  explorer: Pick<Explorer, 'ask'>;
}

/** Neighbours that are shown. */
const SHOWN = 3;
const SEED = 1;

export function createLabelChecker({ library, features, explorer }: LabelCheckerParts): LabelChecker {
  return {
    async check() {
      const { db } = library.require();
      const looked = await features.now();
      if (!looked) return notLookedAt;
      // Whoever accepted many at once may have been wrong of some.
      const lesson = takeLesson(db, looked, { accepted: 'learn' });
      const { classIds, labels } = lesson;
      const obstacle = whyNotDoubt(classIds.map((_, k) => ({ labels: labels.filter((label) => label === k).length })));
      if (obstacle) return { status: 'unknown', ...obstacle };
      const found = await explorer.ask({
        kind: 'find-doubtful-labels',
        features: lesson.features,
        labels,
        classes: classIds.length,
        seed: SEED,
      });
      const kept = new Set(keptLabels(db).map(keyOf));
      const items = doubtfulIn(db, lesson, found).filter(({ photoId, label }) => {
        return !kept.has(keyOf({ photoId, classId: label }));
      });
      return { status: 'checked', looked: found.looked, items };
    },
  };
}

const notLookedAt: LabelCheck = {
  status: 'unknown',
  reason: 'No pretrained network has looked at these photos yet, so they can’t be compared.',
  remedy: 'Set one up under Train, or wait until it has looked at them.',
};

const keyOf = ({ photoId, classId }: { photoId: PhotoId; classId: ClassId }): string => `${photoId} ${classId}`;

function doubtfulIn(db: Db, { ids, labels, classIds }: Lesson, found: DoubtfulLabels): DoubtfulLabel[] {
  const { positions, looksLike, neighbours, each } = found;
  const labelAt = (position: number): ClassId => classAt(classIds, labels[position]);
  return Array.from(positions, (position, i) => {
    const like = Array.from(neighbours.subarray(i * each, (i + 1) * each), (at) => ({
      photoId: photoAt(ids, at),
      classId: labelAt(at),
    }));
    const [label, other] = [labelAt(position), classAt(classIds, looksLike[i])];
    const having = (classId: ClassId) => like.filter((one) => one.classId === classId).length;
    const { id, width, height, paths } = getPhoto(db, photoAt(ids, position), null);
    return {
      ...{ photoId: id, name: fileNameOf(paths[0] ?? ''), width, height, label, looksLike: other },
      alike: { of: like.length, looksLike: having(other), label: having(label) },
      nearest: like.slice(0, SHOWN),
    };
  });
}

/** The engine speaks of the positions that it was told of. */
function classAt(classIds: readonly ClassId[], k: number | undefined): ClassId {
  const id = classIds[k ?? -1];
  if (id === undefined) throw new RangeError(`There is no class at ${k}.`);
  return id;
}

function photoAt(ids: readonly PhotoId[], position: number): PhotoId {
  const id = ids[position];
  if (id === undefined) throw new RangeError(`There is no photo at ${position}.`);
  return id;
}

/** Remembers that the label of a photo is right, as one undoable action. Throws 'not-found' and 'conflict'. */
export function keepLabel(db: Db, { photoId, classId }: { photoId: PhotoId; classId: ClassId }): Touched {
  return transact(db, () => {
    const { name } = requireClass(db, classId);
    if (labelCodes(db, [photoId])[0] !== classId) {
      throw new WhiskerError(
        'conflict',
        `Photo number ${photoId} is not labelled ${name}.`,
        'Look at its label again.',
      );
    }
    return act(db, {
      kind: 'label.keep',
      description: `Keep 1 photo as ${name}`,
      change: { keep: { photoId, classId } },
    });
  });
}
