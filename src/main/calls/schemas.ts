// What each call may be handed: one validator per call, everything bounded, nothing extra let through. Holds no logic.

import * as v from 'valibot';
import type { CallName, Input } from '../../shared/contract.ts';
import { classColours, classShapes } from '../../shared/types.ts';
import type { ClassId, PhotoId, RunId } from '../../shared/types.ts';

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
const photoId = v.custom<PhotoId>(isId, 'must be the number of a photo');
const classId = v.custom<ClassId>(isId, 'must be the number of a class');
const runId = v.custom<RunId>(isId, 'must be the number of a run');

// Over HTTP "no argument" may arrive as null.
const nothing = v.pipe(
  v.nullish(v.never('takes no input')),
  v.transform((): void => undefined),
);
const folder = v.pipe(
  v.string('must be a folder path'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(4096, 'must be at most 4096 characters long'),
  v.check((path) => !path.includes('\0'), 'must not contain a NUL character'),
);
const className = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(60, 'must be at most 60 characters long'),
);
const colour = v.picklist(classColours);
const shape = v.picklist(classShapes);
const label = v.union([classId, v.literal('excluded'), v.null()], 'must be a class number, "excluded" or null');

const filter = v.variant('kind', [
  v.strictObject({ kind: v.picklist(['all', 'unlabelled', 'labelled', 'excluded']) }),
  v.strictObject({ kind: v.picklist(['class', 'predicted']), classId }),
  v.strictObject({ kind: v.literal('confusion'), runId, truth: classId, predicted: classId }),
]);

/** Also what the command line's options must pass. */
export const trainingOptions = v.strictObject({
  preset: v.picklist(['quick', 'standard']),
  minutes: v.pipe(
    v.number('must be a number'),
    v.minValue(0.05, 'must be at least 0.05'),
    v.maxValue(1440, 'must be at most 1440'),
  ),
  seed: v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(0, 'must be at least 0'),
    v.maxValue(2 ** 31 - 1, 'must be at most 2147483647'),
  ),
  device: v.picklist(['auto', 'gpu', 'cpu']),
  startFrom: v.picklist(['scratch', 'last-model']),
  colour: v.picklist(['auto', 'grey', 'rgb']),
  mirror: v.boolean('must be true or false'),
});

export const schemas = {
  'app.info': nothing,
  'folders.list': v.strictObject({ path: v.nullable(folder) }),

  'libraries.recent': nothing,
  'libraries.forget': v.strictObject({ folder }),
  'library.open': v.strictObject({ folder }),
  'library.openSample': nothing,
  'library.state': nothing,
  'library.close': nothing,
  'library.rescan': nothing,
  'library.cancelScan': nothing,

  'photos.list': v.strictObject({ filter }),
  'photos.get': v.strictObject({ id: photoId }),
  'problems.list': nothing,

  'classes.create': v.strictObject({
    name: className,
    colour: v.exactOptional(colour),
    shape: v.exactOptional(shape),
  }),
  'classes.update': v.strictObject({
    id: classId,
    name: v.exactOptional(className),
    colour: v.exactOptional(colour),
    shape: v.exactOptional(shape),
  }),
  'classes.merge': v.strictObject({ from: classId, into: classId }),
  'classes.delete': v.strictObject({ id: classId }),

  'labels.set': v.strictObject({
    photoIds: v.pipe(v.array(photoId), v.maxLength(200_000, 'must be at most 200,000 photos')),
    label,
    source: v.picklist(['person', 'suggestion']),
  }),
  'history.undo': nothing,
  'history.redo': nothing,

  'training.presets': nothing,
  'training.runtime': nothing,
  'training.start': trainingOptions,
  'training.stop': nothing,
  'runs.list': nothing,
  'runs.get': v.strictObject({ id: runId }),

  'review.list': v.variant('order', [
    v.strictObject({ order: v.literal('suspicion') }),
    v.strictObject({ order: v.literal('confidence'), classId, descending: v.boolean('must be true or false') }),
  ]),
  'review.skip': v.strictObject({ photoId }),
} as const satisfies { [K in CallName]: v.GenericSchema<unknown, Input<K>> };
