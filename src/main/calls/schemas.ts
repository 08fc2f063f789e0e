// What each call may be handed: one validator per call, everything bounded, nothing extra let through. Holds no logic.

import * as v from 'valibot';
import { conflictChoices } from '../../shared/archive.ts';
import type { CallName, Input } from '../../shared/contract.ts';
import { exportWays, exportWhats, LONGEST_EXPORT_NAME } from '../../shared/export.ts';
import { receiptParts } from '../../shared/correction-receipt.ts';
import { MOST_ENTRIES } from '../../shared/history.ts';
import { changeable, keyPattern, MOST_KEYS } from '../../shared/own-keys.ts';
import { MOST_PIECE_CHARACTERS } from '../../shared/handed-in.ts';
import { MOST_GZIP_CHARACTERS } from '../../shared/label-import.ts';
import { modelFormats } from '../../shared/model-export.ts';
import { MOST_PILES, TYPICAL_KEPT } from '../../shared/piles.ts';
import { presetIds } from '../../shared/presets.ts';
import { MOST_NAME, sortKeys, type SortKey } from '../../shared/search.ts';
import { isCommand, isDestination } from '../../shared/computers.ts';
import { inputRanges, LONGEST_NOTE } from '../../shared/training.ts';
import { classColours, classShapes, labelChoices, marks, screenChoices } from '../../shared/types.ts';
import type { ClassId, PhotoId, PileId, RunId } from '../../shared/types.ts';

const object = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, received }) => {
    if (expected === 'never') return 'is not known here';
    return received === 'undefined' ? 'is missing' : 'must be an object';
  });
const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, `must be one of ${options.join(', ')}`);

const isId = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
const photoId = v.custom<PhotoId>(isId, 'must be the number of a photo');
const photoIds = v.pipe(v.array(photoId, 'must be a list'), v.maxLength(200_000, 'must be at most 200,000 photos'));
const classId = v.custom<ClassId>(isId, 'must be the number of a class');
const runId = v.custom<RunId>(isId, 'must be the number of a run');
const pileId = v.custom<PileId>(isId, 'must be the number of a pile');
/** Of a picture that was handed in, or of a folder that was sorted. */
const handed = v.custom<number>(isId, 'must be a number that was given out');
const actionId = v.custom<number>(isId, 'must be the number of a step');

/** A place on a sheet; the largest has 64 pictures. */
const drawing = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(63, 'must be at most 63'),
);
/** The first eight bytes of every PNG, in base64, and what with the rest of the call the web host takes at most. */
const PNG_START = 'iVBORw0KGg';
const MOST_PNG_CHARACTERS = 4_000_000;

const atMost = (most: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(most, `must be at most ${most}`),
  );

// Over HTTP "no argument" may arrive as null.
const nothing = v.pipe(
  v.nullish(v.never('takes no input')),
  v.transform((): void => undefined),
);
const pathOf = (what: string) =>
  v.pipe(
    v.string(`must be a ${what} path`),
    v.minLength(1, 'must not be empty'),
    v.maxLength(4096, 'must be at most 4096 characters long'),
    v.check((path) => !path.includes('\0'), 'must not contain a NUL character'),
  );
const folder = pathOf('folder');
/** What a class may be called is the labels' own rule. */
const className = v.pipe(v.string('must be text'), v.maxLength(1000, 'must be at most 1,000 characters long'));
const colour = oneOf(classColours);
const shape = oneOf(classShapes);
const label = v.union([classId, v.picklist(marks), v.null()], `must be a class number, ${marks.join(', ')} or null`);

const share = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(1, 'must be at most 1'),
);
const filter = v.variant(
  'kind',
  [
    object({ kind: oneOf(['all', 'unlabelled', 'labelled', ...marks, 'audited']) }),
    object({ kind: oneOf(['class', 'predicted']), classId }),
    object({ kind: v.literal('confusion'), runId, truth: v.nullable(classId), predicted: v.nullable(classId) }),
    object({ kind: v.literal('confident'), runId, from: share, to: share }),
    object({ kind: v.literal('resorted'), earlier: runId, later: runId, from: classId, into: classId }),
  ],
  'must be a known kind of filter',
);

const span = <Value>(value: v.GenericSchema<Value>) => object({ from: v.nullable(value), to: v.nullable(value) });
const shortText = v.pipe(
  v.string('must be text'),
  v.nonEmpty('must not be empty'),
  v.maxLength(MOST_NAME, `must be at most ${MOST_NAME} characters long`),
);
const wholeNumber = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be at least 0'),
);
const search = object({
  name: v.exactOptional(shortText),
  folder: v.exactOptional(folder),
  label: v.exactOptional(label),
  predicted: v.exactOptional(classId),
  chosen: v.exactOptional(oneOf(labelChoices)),
  confidence: v.exactOptional(span(share)),
  run: v.exactOptional(runId),
  taken: v.exactOptional(span(v.pipe(v.string('must be a day'), v.isoDate('must be a day as YYYY-MM-DD')))),
  type: v.exactOptional(shortText),
  bytes: v.exactOptional(span(wholeNumber)),
  damaged: v.exactOptional(v.literal(true, 'must be true')),
  action: v.exactOptional(actionId),
});
const descending = v.boolean('must be true or false');
const ownSorts = sortKeys.filter((key): key is Exclude<SortKey, 'alike'> => key !== 'alike');
const sort = v.variant(
  'by',
  [object({ by: oneOf(ownSorts), descending }), object({ by: v.literal('alike'), id: photoId, descending })],
  'must be a known order',
);

const viewId = v.custom<number>(isId, 'must be the number of a view');
/** What a view may be called is the views' own rule. */
const viewName = className;

const importSource = v.variant(
  'from',
  [
    object({ from: oneOf(['folders', 'keywords']) }),
    object({ from: v.literal('file'), path: pathOf('file') }),
    object({ from: v.literal('table'), number: v.custom<number>(isId, 'must be the number of a table') }),
  ],
  'must be a known source',
);
const importWish = object({
  source: importSource,
  leftOut: v.nullable(
    v.pipe(v.array(className, 'must be a list'), v.maxLength(10_000, 'must be at most 10,000 classes')),
  ),
  replace: v.boolean('must be true or false'),
});

const destination = v.pipe(v.string('must be text'), v.check(isDestination, 'must be a computer that ssh can reach'));
const computer = object({
  destination,
  command: v.pipe(v.string('must be text'), v.check(isCommand, 'must be plain words without quotes')),
});

/** Also what the command line's options must pass. */
export const exportWish = object({
  format: shortText,
  what: oneOf(exportWhats),
  least: share,
  photos: v.variant(
    'of',
    [
      object({ of: v.literal('all') }),
      object({ of: v.literal('found'), filter, search }),
      object({ of: v.literal('these'), photoIds }),
    ],
    'must be a known choice of photos',
  ),
  how: oneOf(exportWays),
});

/** Also what the command line's options must pass. */
export const trainingOptions = object({
  features: oneOf(['pixels', 'backbone']),
  preset: oneOf(presetIds),
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
  device: oneOf(['auto', 'gpu', 'cpu']),
  startFrom: oneOf(['scratch', 'last-model']),
  colour: oneOf(['auto', 'grey', 'rgb']),
  mirror: v.boolean('must be true or false'),
  accepted: oneOf(['learn', 'leave-out']),
  computer: v.optional(destination),
});
const inputRange = oneOf(inputRanges);

const place = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be at least 0'),
);
const key = v.pipe(v.string('must be text'), v.regex(keyPattern, 'must be a key'));
const ownKeys = v.record(
  oneOf(changeable.map(({ id }) => id)),
  v.pipe(v.array(key, 'must be a list'), v.maxLength(MOST_KEYS, `must be at most ${MOST_KEYS} keys`)),
  'must be an object',
);

export const schemas = {
  'app.info': nothing,
  'app.diagnostics': object({ names: v.boolean('must be true or false') }),
  'folders.list': object({ path: v.nullable(folder) }),

  'libraries.recent': nothing,
  'libraries.forget': object({ folder }),
  'library.open': object({ folder }),
  'library.locate': object({ from: folder, folder }),
  'library.restore': object({ folder }),
  'library.openSample': nothing,
  'library.state': nothing,
  'library.close': nothing,
  'library.rescan': nothing,
  'library.lookAgain': nothing,
  'library.findMoved': nothing,
  'library.cancelScan': nothing,

  'photos.list': object({
    filter,
    span: v.exactOptional(object({ after: v.nullable(photoId), most: atMost(200_000) })),
  }),
  'photos.get': object({ id: photoId }),
  'problems.list': nothing,

  'classes.create': object({
    name: className,
    colour: v.exactOptional(colour),
    shape: v.exactOptional(shape),
  }),
  'classes.update': object({
    id: classId,
    name: v.exactOptional(className),
    colour: v.exactOptional(colour),
    shape: v.exactOptional(shape),
    key: v.exactOptional(
      v.nullable(v.pipe(v.string('must be text'), v.regex(/^\p{Lu}$/u, 'must be one capital letter'))),
    ),
  }),
  'classes.merge': object({ from: classId, into: classId }),
  'classes.delete': object({ id: classId }),

  'labels.set': object({
    photoIds,
    label,
    source: oneOf(['person', 'suggestion']),
    chosen: oneOf(screenChoices),
    audited: v.exactOptional(photoIds),
    alike: v.exactOptional(v.literal(true, 'must be true')),
  }),
  'history.undo': nothing,
  'history.redo': nothing,
  'history.list': object({ from: wholeNumber, count: atMost(MOST_ENTRIES) }),
  'history.jump': object({ to: v.nullable(actionId) }),
  'history.takeBack': object({ id: actionId }),

  'piles.state': nothing,
  'piles.arrange': object({
    piles: v.nullable(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(2, 'must be at least 2'),
        v.maxValue(MOST_PILES, `must be at most ${MOST_PILES}`),
      ),
    ),
  }),
  'piles.keep': nothing,
  'piles.split': object({ pile: pileId }),
  'piles.merge': object({ from: pileId, into: pileId }),
  'piles.setAside': object({ pile: pileId }),
  'piles.putBack': nothing,
  'piles.undo': nothing,
  'piles.photos': object({ pile: pileId }),
  'piles.name': object({
    pile: pileId,
    name: className,
    photoIds: v.pipe(
      v.array(photoId, 'must be a list'),
      v.maxLength(TYPICAL_KEPT, `must be at most ${TYPICAL_KEPT} photos`),
    ),
  }),

  'training.presets': nothing,
  'training.runtime': nothing,
  'runtime.state': nothing,
  'runtime.download': nothing,
  'runtime.cancelDownload': nothing,
  'training.way': nothing,
  'training.chooseWay': object({ features: v.nullable(oneOf(['pixels', 'backbone'])) }),
  'computers.list': nothing,
  'computers.save': computer,
  'computers.remove': object({ destination }),
  'computers.test': computer,
  'training.reconnect': nothing,
  'training.start': trainingOptions,
  'training.stop': object({ keep: v.boolean('must be true or false') }),
  'training.pause': nothing,
  'training.resume': nothing,
  'backbone.state': nothing,
  'backbone.offers': nothing,
  'backbone.choose': object({ path: pathOf('file or folder'), inputRange: v.nullable(inputRange) }),
  'backbone.download': object({
    id: v.pipe(v.string('must be the name of an offer'), v.maxLength(100, 'must be at most 100 characters long')),
  }),
  'backbone.cancelDownload': nothing,
  'backbone.remove': nothing,
  'features.state': nothing,
  'features.pause': nothing,
  'features.resume': nothing,
  'runs.list': nothing,
  'runs.get': object({ id: runId }),
  'runs.compare': object({ earlier: runId, later: runId }),
  'runs.receipt': object({ id: runId }),
  'runs.receiptPhotos': object({ id: runId, part: oneOf(receiptParts) }),
  'runs.resume': object({ id: runId, here: v.optional(v.literal(true, 'must be true')) }),
  'runs.use': object({ id: runId }),
  'runs.edit': object({
    id: runId,
    note: v.optional(
      v.pipe(v.string('must be text'), v.maxLength(LONGEST_NOTE, `must be at most ${LONGEST_NOTE} characters long`)),
    ),
    pinned: v.optional(v.boolean('must be true or false')),
  }),
  'runs.delete': object({ id: runId }),
  'runs.restore': object({ id: runId }),
  'runs.drawings': object({ id: runId }),
  'drawings.walk': object({ id: runId, from: drawing, to: drawing }),
  'drawings.nearest': object({ id: runId, picture: drawing }),
  'export.picture': object({
    name: v.pipe(
      v.string('must be text'),
      v.nonEmpty('must not be empty'),
      v.maxLength(120, 'must be at most 120 characters long'),
    ),
    png: v.pipe(
      v.string('must be text'),
      v.maxLength(MOST_PNG_CHARACTERS, 'must be at most 3 MB of picture'),
      v.startsWith(PNG_START, 'must be a PNG'),
      v.base64('must be base64'),
    ),
  }),
  'runs.measured': object({ id: runId }),
  'runs.repeat': object({ id: runId }),

  'review.list': v.variant(
    'order',
    [object({ order: v.literal('suspicion') }), object({ order: v.literal('class'), classId })],
    'must be a known order',
  ),
  'review.errorsLeft': nothing,
  'review.doubtfulLabels': nothing,
  'review.keepLabel': object({ photoId, classId }),
  'review.refuse': object({ photoIds, classId }),
  'review.alike': object({ photoId }),
  'review.end': nothing,
  'review.surest': object({ classId }),
  'review.acceptTop': object({ runId, classId, count: atMost(1_000_000) }),
  'review.checks': nothing,

  'live.state': nothing,
  'live.set': object({ on: v.boolean('must be true or false') }),
  'suggestions.list': object({ count: atMost(1000) }),
  'photos.alike': object({ id: photoId, count: atMost(1000) }),
  'labels.curve': nothing,

  'map.state': nothing,
  'map.suspicions': nothing,

  'photos.find': object({ search, sort }),
  'photos.searchChoices': nothing,
  'views.list': nothing,
  'views.save': object({ name: viewName, search, sort }),
  'views.rename': object({ id: viewId, name: viewName }),
  'views.delete': object({ id: viewId }),
  'bursts.list': nothing,
  'classes.move': object({ id: classId, to: place }),
  'keys.state': nothing,
  'keys.change': object({ own: ownKeys }),
  'photos.exif': object({ id: photoId }),

  'imports.found': nothing,
  'imports.decline': nothing,
  'imports.handIn': object({
    name: v.pipe(v.string('must be text'), v.maxLength(1000, 'must be at most 1,000 characters long')),
    gzip: v.pipe(
      v.string('must be text'),
      v.maxLength(MOST_GZIP_CHARACTERS, 'must be at most 3 MB compressed'),
      v.base64('must be base64'),
    ),
  }),
  'imports.preview': importWish,
  'imports.carryOut': importWish,
  'imports.end': nothing,

  'watch.state': nothing,
  'watch.set': object({ on: v.boolean('must be true or false') }),

  'archive.sizes': nothing,
  'archive.preview': object({ path: pathOf('file'), folder }),
  'archive.open': object({ path: pathOf('file'), folder, conflicts: v.nullable(oneOf(conflictChoices)) }),
  'pictures.handIn': object({
    number: v.nullable(handed),
    piece: v.pipe(
      v.string('must be text'),
      v.maxLength(MOST_PIECE_CHARACTERS, 'must be at most 3 MB of a picture'),
      v.base64('must be base64'),
    ),
  }),
  'pictures.predict': object({ number: handed }),
  'pictures.add': object({ number: handed, classId, mayMakeFolder: v.boolean('must be true or false') }),
  'sorting.start': object({ folder }),
  'sorting.state': nothing,
  'sorting.page': object({
    job: handed,
    class: v.nullable(v.pipe(v.string('must be text'), v.maxLength(200, 'must be at most 200 characters long'))),
    from: wholeNumber,
    count: atMost(1000),
  }),
  'sorting.problems': object({ job: handed }),
  'sorting.stop': nothing,
  'export.formats': nothing,
  'export.preview': object({ wish: exportWish, folder: v.nullable(folder) }),
  'export.start': object({
    wish: exportWish,
    folder: v.nullable(folder),
    name: v.pipe(
      v.string('must be text'),
      v.maxLength(LONGEST_EXPORT_NAME, `must be at most ${LONGEST_EXPORT_NAME} characters long`),
    ),
  }),
  'export.state': nothing,
  'export.cancel': nothing,
  'export.link': exportWish,
  'export.moves': nothing,
  'export.revert': object({ id: shortText }),
  'models.takeAway': object({ run: runId, format: oneOf(modelFormats), into: folder }),
  'models.cancel': nothing,
} as const satisfies { [K in CallName]: v.GenericSchema<unknown, Input<K>> };
