// An in-memory main with a plausible little library: for component tests, and for a page to look at
// (test/renderer/dev). Keeps main's promises towards the screen: committed before the answer, an event for every
// change, undo for labels and classes.

import type {
  CallName,
  EventMessage,
  EventName,
  Events,
  Handlers,
  Input,
  LibraryState,
} from '../../src/shared/contract.ts';
import { toFailure, WhiskerError } from '../../src/shared/errors.ts';
import type { LiveState, Suggestion } from '../../src/shared/live.ts';
import { moved } from '../../src/shared/moved.ts';
import { eventsOf, type Outcome } from '../../src/shared/outcome.ts';
import type { OwnKeys } from '../../src/shared/own-keys.ts';
import { wordsOf, type SavedView } from '../../src/shared/search.ts';
import type { DeviceReport, RecommendedWay, WayToLearn } from '../../src/shared/training.ts';
import {
  classColours,
  classShapes,
  labelCode,
  type Mark,
  labelFromCode,
  type ClassId,
  type Counts,
  type FeatureState,
  type LabelCheck,
  type Label,
  type PhotoClass,
  type PhotoFilter,
  type PhotoId,
  type PhotoPage,
  type Problem,
  type RecentLibrary,
  type ScanProgress,
  type UndoState,
} from '../../src/shared/types.ts';
import type { HistoryEntry } from '../../src/shared/history.ts';
import type { Transport } from '../../src/renderer/api.ts';
import type { Connection } from '../../src/renderer/event-stream.ts';
import { fakeComputers } from './fake-computers.ts';
import { fakePiles, type FakePiles } from './fake-piles.ts';

export interface FakeOptions {
  /** How many photos the library holds. */
  photos?: number;
  /** Whether a library is open from the start. */
  open?: boolean;
  /** Photos that are not in the folder: every so manyth. */
  elsewhere?: number;
  /** Class names; the first photos carry them in turn. */
  classes?: string[];
  labelled?: number;
  problems?: Problem[];
  /** The way to learn that suits the photos; the pretrained network unless given. */
  recommended?: RecommendedWay;
  /** How far the network has looked at the photos; there is none unless given. */
  features?: FeatureState;
  recent?: RecentLibrary[];
  /** Width over height of photo number n. */
  aspect?: (n: number) => number;
  /** The piles that main has sorted; none is set up without. */
  piles?: FakePiles;
  /** Answers in place of the fake's own. */
  handlers?: Partial<Handlers>;
  host?: 'desktop' | 'web';
  /** What is guessed; `guess` of the bridge tells of a change. */
  live?: LiveState;
  /** Photos worth a label, in order; those that have one are left out of each answer. */
  suggestions?: Suggestion[];
  /** Which labels look wrong; those that were kept or changed are left out of each answer. None does unless given. */
  labelCheck?: LabelCheck;
  /** What every call waits before it answers. */
  delayMs?: number;
}

export interface FakeBridge extends Transport {
  emit<K extends EventName>(name: K, payload: Events[K]): void;
  /** Every call so far, for tests. */
  readonly calls: { name: CallName; input: unknown }[];
  setConnection(connection: Connection): void;
  /** Adds photos as a scan would. */
  addPhotos(count: number): void;
  /** `quiet`: only the next whole state tells of it. */
  setScan(scan: Partial<ScanProgress>, how?: { quiet: boolean }): void;
  setFeatures(features: FeatureState): void;
  /** Tells the whole state, as main does after a scan. */
  announce(): void;
  /** Something else is guessed from now on. */
  guess(live: LiveState): void;
  /** Another window closes the library; nobody is told. */
  closeElsewhere(): void;
  readonly state: { labels: number[]; classes: PhotoClass[] };
}

export const device: DeviceReport = {
  kind: 'cpu',
  name: 'AMD EPYC 7R13 (2 cores)',
  memoryMb: 16_384,
  tensorflow: '2.21.0',
  productMs: 21,
  gpuProblem: null,
  nativeProblem: null,
};

const aspects = [4 / 3, 3 / 2, 2 / 3, 1, 3 / 4, 16 / 9, 1.25, 0.8, 1.34, 1.5];

const unreachable = 'Whisker can’t be reached.';

/** File name of photo number n. */
export const nameOf = (n: number): string => `rose-${String(n).padStart(4, '0')}.jpg`;

const nothingGuessed: LiveState = {
  status: 'waiting',
  predictions: null,
  run: null,
  counts: {},
  estimate: null,
  labels: 0,
  problem: null,
};

let outcomes = 0;
/** As main numbers them: ever greater. */
export const nextOutcome = (): number => ++outcomes;

export function createFakeBridge(options: FakeOptions = {}): FakeBridge {
  const listeners = new Set<(event: EventMessage) => void>();
  const watchers = new Set<(connection: Connection) => void>();
  const calls: FakeBridge['calls'] = [];
  const aspect = options.aspect ?? ((n: number) => aspects[n % aspects.length]!);
  let connection: Connection = 'online';
  let open = options.open ?? true;
  let library = { name: 'Garden 2026', folder: '/home/ada/Pictures/Garden 2026' };
  let recent = options.recent ?? [];
  const problems = options.problems ?? [];
  const isElsewhere = (i: number) => options.elsewhere !== undefined && i % options.elsewhere === 1;
  let live = options.live ?? nothingGuessed;
  let scan: ScanProgress = {
    phase: 'done',
    found: 0,
    settled: 0,
    photos: 0,
    problems: problems.length,
    added: 0,
    removed: 0,
    changed: 0,
    moved: 0,
    isNews: false,
    seconds: 4,
    etaSeconds: null,
    error: null,
  };

  let features: FeatureState =
    options.features ??
    (options.piles ? { status: 'ready', photos: options.photos ?? 40 } : { status: 'none', reason: 'no-network' });

  let way: WayToLearn = {
    recommended: options.recommended ?? {
      features: 'backbone',
      reason: 'For photos a few labels are enough this way.',
    },
    chosen: null,
  };

  let keys: OwnKeys = {};
  let watching = { on: true };
  let views: SavedView[] = [];
  function changeViews(next: SavedView[]) {
    views = next;
    emit('views.changed', null);
    return views;
  }

  const heights: number[] = [];
  const widths: number[] = [];
  let labels: number[] = [];
  let classes: PhotoClass[] = (options.classes ?? []).map((name, i) => newClass(name, i + 1));
  let nextClass = classes.length + 1;
  let kept: PhotoId[] = [];
  type State = { labels: number[]; classes: PhotoClass[]; kept: PhotoId[] };
  type Snapshot = State & { phrase: string };
  let undone: Snapshot[] = [];
  const done: Snapshot[] = [];
  grow(options.photos ?? 40);
  for (let i = 0; i < (options.labelled ?? 0) && classes.length > 0; i++) labels[i] = classes[i % classes.length]!.id;

  function grow(count: number): void {
    for (let i = 0; i < count; i++) {
      const ratio = aspect(widths.length);
      widths.push(ratio >= 1 ? 1600 : Math.round(1600 * ratio));
      heights.push(ratio >= 1 ? Math.round(1600 / ratio) : 1600);
      labels.push(0);
    }
  }

  function newClass(name: string, id: number): PhotoClass {
    const i = id - 1;
    return {
      id: id as ClassId,
      name,
      colour: classColours[i % classColours.length]!,
      shape: classShapes[i % classShapes.length]!,
      key: null,
    };
  }

  function counts(): Counts {
    const byClass: Record<number, number> = {};
    for (const code of labels) if (code > 0) byClass[code] = (byClass[code] ?? 0) + 1;
    const labelled = labels.filter((code) => code > 0).length;
    const [excluded = 0, none = 0, unsure = 0] = [-1, -2, -3].map(
      (one) => labels.filter((code) => code === one).length,
    );
    return {
      photos: labels.length,
      labelled,
      excluded,
      none,
      unsure,
      unlabelled: labels.filter((code) => code === 0).length,
      problems: problems.length,
      byClass,
      acceptedByClass: {},
      audited: 0,
      predictedByClass: {},
    };
  }

  const undo = (): UndoState => ({ undo: done.at(-1)?.phrase ?? null, redo: undone.at(-1)?.phrase ?? null });

  function libraryState(): LibraryState {
    return { library, classes, counts: counts(), scan, training: { status: 'idle' }, activeRun: null, undo: undo() };
  }

  function page(wanted: (code: number) => boolean, from = 0, most = Infinity): PhotoPage {
    const at: number[] = [];
    for (let i = from; i < labels.length && at.length < most; i++) if (wanted(labels[i]!)) at.push(i);
    return {
      ids: at.map((i) => (i + 1) as PhotoId),
      names: at.map((i) => (isElsewhere(i) ? `s3://far/${nameOf(i + 1)}` : nameOf(i + 1))),
      widths: at.map((i) => widths[i]!),
      heights: at.map((i) => heights[i]!),
      labels: at.map((i) => labels[i]!),
    };
  }

  function matches(filter: PhotoFilter): (code: number) => boolean {
    if (filter.kind === 'unlabelled') return (code) => code === 0;
    if (filter.kind === 'labelled') return (code) => code > 0;
    if (filter.kind === 'class') return (code) => code === filter.classId;
    if (filter.kind === 'excluded' || filter.kind === 'none' || filter.kind === 'unsure')
      return (code) => code === labelCode(filter.kind as Mark);
    return () => true;
  }

  function emit<K extends EventName>(name: K, payload: Events[K]): void {
    for (const listener of listeners) listener({ name, payload } as EventMessage);
  }

  function labelCheck(): LabelCheck {
    const { labelCheck: check = { status: 'checked', looked: counts().labelled, items: [] } } = options;
    if (check.status === 'unknown') return check;
    const items = check.items.filter(({ photoId, label }) => {
      return labels[photoId - 1] === label && !kept.includes(photoId);
    });
    return { ...check, items };
  }

  /** Swaps labels, classes and what was kept for new ones and says what changed. */
  function become(next: State): Outcome {
    const changed = labels.map((_, i) => i).filter((i) => labels[i] !== next.labels[i]);
    const classesChanged = classes !== next.classes;
    const taken = kept.filter((id) => !next.kept.includes(id));
    const given = next.kept.filter((id) => !kept.includes(id));
    kept = next.kept;
    labels = next.labels;
    classes = next.classes;
    const outcome: Outcome = {
      number: nextOutcome(),
      ids: changed.map((i) => (i + 1) as PhotoId),
      labels: changed.map((i) => labels[i]!),
      classes: classesChanged ? classes : null,
      refusals: [],
      keeps: taken.length + given.length > 0 ? [{ ids: [...taken, ...given], undone: taken.length > 0 }] : [],
      counts: counts(),
      undo: undo(),
    };
    for (const { name, payload } of eventsOf(outcome)) emit(name, payload);
    return outcome;
  }

  function act(phrase: string, next: Partial<State>): Outcome {
    done.push({ labels, classes, kept, phrase });
    undone = [];
    return become({ labels, classes, kept, ...next });
  }

  function swap(from: Snapshot[], to: Snapshot[], kind: string): Outcome {
    const last = from.pop();
    if (!last) throw new WhiskerError('conflict', `There is nothing to ${kind}.`);
    to.push({ labels, classes, kept, phrase: last.phrase });
    return become(last);
  }

  function nameTaken(name: string, except?: ClassId): void {
    const taken = classes.find((entry) => entry.id !== except && entry.name.toLowerCase() === name.toLowerCase());
    if (taken)
      throw new WhiskerError('conflict', `There is already a class named “${taken.name}”.`, 'Choose another name.');
  }

  function find(id: ClassId): PhotoClass {
    const found = classes.find((entry) => entry.id === id);
    if (!found) throw new WhiskerError('not-found', 'That class is gone.');
    return found;
  }

  const phraseOf = (ids: PhotoId[], label: Label): string => {
    const photos = ids.length === 1 ? '1 photo' : `${ids.length} photos`;
    if (label === null) return `Remove the label of ${photos}`;
    if (label === 'none') return `Label ${photos} as none of these`;
    if (label === 'unsure') return `Mark ${photos} as unsure`;
    return label === 'excluded' ? `Exclude ${photos}` : `Label ${photos} as ${find(label).name}`;
  };

  const handlers: Partial<Handlers> = {
    'app.info': () => ({ version: '0.1.0', host: options.host ?? 'web', platform: 'linux' }),
    'app.diagnostics': () => ({
      version: '0.1.0',
      host: options.host ?? 'web',
      platform: 'Linux 6.1 x64',
      node: '26.10.0',
      electron: null,
      processors: 2,
      memoryBytes: 8e9,
      runtime: { available: null },
      backbone: 'none',
      library: null,
      dataBytes: 2e6,
      lastErrors: [],
    }),
    'folders.list': ({ path }) => folders(path),
    'libraries.recent': () => recent,
    'libraries.forget': ({ folder }) => void (recent = recent.filter((entry) => entry.folder !== folder)),
    'library.state': () => (open ? libraryState() : null),
    'library.open': ({ folder }) => {
      if (folder.includes('missing')) {
        throw new WhiskerError('folder-unavailable', `${folder} can’t be found.`, 'Check that the drive is connected.');
      }
      library = { name: folder.split('/').at(-1) ?? folder, folder };
      open = true;
      return libraryState();
    },
    'library.locate': ({ from, folder }) => {
      if (folder.includes('Harbour')) {
        throw new WhiskerError(
          'bad-input',
          `"${folder}" doesn't hold the photos that "${from}" held.`,
          'Choose the folder in which they lie as they lay there.',
        );
      }
      recent = recent.map((entry) => (entry.folder === from ? { ...entry, folder, available: true } : entry));
      library = { name: folder.split('/').at(-1) ?? folder, folder };
      scan = { ...scan, phase: 'done', error: null };
      open = true;
      const state = libraryState();
      emit('library.changed', state);
      return state;
    },
    'library.restore': ({ folder }) => {
      library = { name: folder.split('/').at(-1) ?? folder, folder };
      open = true;
      return libraryState();
    },
    'library.openSample': () => {
      library = { name: 'Sample shapes', folder: '/home/ada/.local/share/whisker/sample' };
      open = true;
      return libraryState();
    },
    'library.close': () => {
      open = false;
      emit('library.changed', null);
    },
    'library.rescan': () => {},
    'library.lookAgain': () => {},
    'library.findMoved': () => ({ folder: null }),
    'library.cancelScan': () => setScan({ phase: 'cancelled' }),
    'photos.list': ({ filter, span }) => page(matches(filter), span?.after ?? 0, span?.most),
    'photos.get': ({ id }) => ({
      id,
      paths: [`beds/${nameOf(id)}`],
      width: widths[id - 1]!,
      height: heights[id - 1]!,
      format: 'jpeg',
      bytes: 2_400_000,
      sha256: 'f'.repeat(64),
      label: labelFromCode(labels[id - 1]!),
      source: labels[id - 1] === 0 ? null : 'person',
      prediction: classes[0] && id % 3 === 0 ? { classId: classes[0].id, confidence: 0.83 } : null,
    }),
    'problems.list': () => problems,
    'classes.create': ({ name, colour, shape }) => {
      nameTaken(name);
      const created = { ...newClass(name, nextClass++), ...(colour && { colour }), ...(shape && { shape }) };
      act(`Make class ${name}`, { classes: [...classes, created] });
      return created;
    },
    'classes.update': ({ id, ...changes }) => {
      if (changes.name !== undefined) nameTaken(changes.name, id);
      const updated = { ...find(id), ...changes };
      act(`Change class ${updated.name}`, { classes: classes.map((entry) => (entry.id === id ? updated : entry)) });
      return updated;
    },
    'classes.merge': ({ from, into }) => {
      return act(`Merge ${find(from).name} into ${find(into).name}`, {
        labels: labels.map((code) => (code === from ? into : code)),
        classes: classes.filter(({ id }) => id !== from),
      });
    },
    'classes.delete': ({ id }) => {
      return act(`Delete class ${find(id).name}`, {
        labels: labels.map((code) => (code === id ? 0 : code)),
        classes: classes.filter((entry) => entry.id !== id),
      });
    },
    'labels.set': ({ photoIds, label }) => {
      const changed = new Set(photoIds);
      const phrase = phraseOf(photoIds, label);
      return act(phrase, {
        labels: labels.map((code, i) => (changed.has((i + 1) as PhotoId) ? labelCode(label) : code)),
      });
    },
    'history.undo': () => swap(done, undone, 'undo'),
    'history.redo': () => swap(undone, done, 'redo'),
    'history.list': ({ from, count }) => {
      const steps = [...done.map(({ phrase }) => phrase), ...undone.toReversed().map(({ phrase }) => phrase)];
      const entries = steps.map((description, i): HistoryEntry => ({
        ...{ id: i + 1, description, author: 'hand', photos: 1, at: new Date().toISOString() },
        state: i < done.length ? 'done' : 'undone',
      }));
      return {
        total: steps.length,
        undone: undone.length,
        entries: entries.reverse().slice(from, from + count),
      };
    },
    'history.jump': ({ to }) => {
      while (done.length > (to ?? 0)) swap(done, undone, 'undo');
      while (done.length < (to ?? 0)) swap(undone, done, 'redo');
      return become({ labels, classes, kept });
    },
    'history.takeBack': ({ id }) => {
      const [step, last] = [done[id - 1], done.at(-1)];
      throw new WhiskerError('conflict', `“${step?.phrase}” can’t be taken back by itself: “${last?.phrase}”.`);
    },
    'training.presets': () => [],
    'training.way': () => way,
    'training.chooseWay': ({ features: chosen }) => (way = { ...way, chosen }),
    'training.runtime': () => ({ available: true, device }),
    'runtime.state': () => ({ status: 'none' }),
    ...fakeComputers(),
    'backbone.state': () => ({ status: 'none' }),
    'backbone.offers': () => [],
    'features.state': () => features,
    'features.pause': () => setFeatures({ ...features, ...(features.status === 'looking' && { paused: true }) }),
    'features.resume': () => setFeatures({ ...features, ...(features.status === 'looking' && { paused: false }) }),
    ...fakePiles(options.piles, {
      labels: () => labels,
      emit: () => emit('piles.changed', null),
      name(name, photoIds) {
        const known = classes.find((entry) => entry.name.toLowerCase() === name.toLowerCase());
        const given = known ?? newClass(name, nextClass++);
        return act(`Name a pile ${given.name} by ${photoIds.length} photos`, {
          classes: known ? classes : [...classes, given],
          labels: labels.map((code, i) => (photoIds.some((id) => id === i + 1) ? given.id : code)),
        });
      },
    }),
    'runs.list': () => [],
    'runs.drawings': () => ({ moments: [] }),
    'review.list': () => [],
    'review.errorsLeft': () => null,
    'review.doubtfulLabels': labelCheck,
    'review.keepLabel': ({ photoId, classId }) =>
      act(`Keep 1 photo as ${find(classId).name}`, { kept: [...kept, photoId] }),
    'live.state': () => live,
    'live.set': ({ on }) => {
      guess({ ...nothingGuessed, status: on ? 'waiting' : 'off' });
      return live;
    },
    'suggestions.list': ({ count }) => ({
      items: (options.suggestions ?? []).filter(({ photoId }) => labels[photoId - 1] === 0).slice(0, count),
    }),
    // The neighbours in the folder, as if photos taken one after the other were alike.
    'photos.alike': ({ id, count }) => ({
      ids: labels
        .map((_, i) => (i + 1) as PhotoId)
        .sort((one, other) => Math.abs(one - id) - Math.abs(other - id) || one - other)
        .slice(0, count),
    }),
    // Two clouds, the even numbers and the odd.
    'map.state': () => ({
      status: 'ready',
      ids: labels.map((_, i) => (i + 1) as PhotoId),
      places: labels.flatMap((_, i) => {
        const id = i + 1;
        const [turn, far] = [id * 2.4, 0.3 * Math.sqrt((id % 97) / 97)];
        return [(id % 2 === 0 ? 0.6 : -0.6) + far * Math.cos(turn), far * Math.sin(turn)];
      }),
      method: 'alike',
      fraction: null,
    }),
    'map.suspicions': () => ({ ids: [], suspicions: [] }),
    // Every photo is a JPEG in the folder "beds"; of a search the name and the type are answered.
    'photos.find': ({ search, sort }) => {
      const words = wordsOf((search.name ?? '').toLowerCase());
      const isMeant = (id: number) => words.every((word) => `beds/${nameOf(id)}`.includes(word));
      const ids = labels
        .map((_, i) => (i + 1) as PhotoId)
        .filter((id) => isMeant(id) && (search.type ?? 'jpeg') === 'jpeg');
      return sort.descending ? ids.reverse() : ids;
    },
    'photos.searchChoices': () => ({ folders: ['beds'], types: ['jpeg', 'png'] }),
    'views.list': () => views,
    'views.save': (view) => changeViews([...views, { ...view, id: views.length + 1, photos: 3 }]),
    'views.rename': ({ id, name }) => changeViews(views.map((view) => (view.id === id ? { ...view, name } : view))),
    'views.delete': ({ id }) => changeViews(views.filter((view) => view.id !== id)),
    'bursts.list': () => ({ photoIds: [], firsts: [] }),
    'classes.move': ({ id, to }) => {
      const from = classes.findIndex((entry) => entry.id === id);
      return act(`Move ${find(id).name} to place ${to + 1}`, { classes: moved(classes, from, to) });
    },
    'keys.state': () => keys,
    'keys.change': ({ own }) => {
      keys = own;
      emit('keys.changed', keys);
      return keys;
    },
    'photos.exif': () => ({ camera: 'Nikon D90', exposureS: 1 / 250, fNumber: 5.6, iso: 400 }),
    'imports.found': () => ({ offers: [], tables: [], declined: false }),
    'imports.decline': () => {},
    'imports.end': () => {},
    'archive.sizes': () => ({ library: 4_200_000, thumbs: 12_000_000, features: 31_000_000 }),
    'archive.preview': () => {
      throw new WhiskerError('bad-input', 'The file is no archive of Whisker.');
    },
    'archive.open': () => {
      throw new WhiskerError('bad-input', 'The file is no archive of Whisker.');
    },
    'watch.state': () => watching,
    'watch.set'(wanted) {
      watching = wanted;
      emit('watch.changed', watching);
      return watching;
    },
    'export.formats': () => [
      {
        ...{ id: 'folders', title: 'Folders by class', about: 'A folder for each class.', kind: 'folder' },
        ways: ['copy', 'move'],
      },
      { id: 'csv', title: 'CSV', about: 'A table.', kind: 'file', ways: [] },
    ],
    'export.preview': () => ({
      photos: counts().labelled,
      classes: classes.map(({ id, name }) => ({ name, photos: counts().byClass[id] ?? 0 })),
      leftOut: [],
      rows: [],
      name: 'Garden 2026 labels',
      notes: [],
    }),
    'export.state': () => ({ status: 'idle' }),
    'export.cancel': () => {},
    'export.moves': () => [],
    'models.cancel': () => {},
    ...options.handlers,
  };

  function setScan(next: Partial<ScanProgress>, { quiet } = { quiet: false }): void {
    scan = { ...scan, ...next };
    if (!quiet) emit('scan.progress', scan);
  }

  function guess(next: LiveState): void {
    live = next;
    emit('live.changed', live);
  }

  function setFeatures(next: FeatureState): FeatureState {
    features = next;
    emit('features.changed', features);
    return features;
  }

  async function answer<K extends CallName>(name: K, input: Input<K>) {
    const handler: Handlers[K] | undefined = handlers[name];
    if (!handler) throw new WhiskerError('internal', `${name} is not there in the fake.`);
    return handler(input);
  }

  return {
    async call(name, input) {
      calls.push({ name, input });
      if (options.delayMs) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
      if (connection !== 'online') return { ok: false, error: { code: 'internal', message: unreachable } };
      try {
        return { ok: true, value: await answer(name, input) };
      } catch (error) {
        return { ok: false, error: toFailure(error) };
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchConnection(watcher) {
      watchers.add(watcher);
      watcher(connection);
      return () => watchers.delete(watcher);
    },
    pathForFile: () => null,
    ...(options.host === 'desktop'
      ? {
          chooseFolder: async () => '/home/ada/Pictures/Harbour',
          chooseNetwork: async (kind) => `/home/ada/Pictures/${kind === 'file' ? 'harbour.onnx' : 'Harbour'}`,
          showSaved: async () => {},
          revealPhoto: async () => {},
        }
      : {}),
    emit,
    calls,
    setConnection(next) {
      connection = next;
      for (const watcher of watchers) watcher(next);
    },
    addPhotos(count) {
      const from = labels.length;
      grow(count);
      emit(
        'photos.added',
        page(() => true, from),
      );
    },
    setScan,
    setFeatures,
    guess,
    announce: () => emit('library.changed', open ? libraryState() : null),
    closeElsewhere: () => void (open = false),
    get state() {
      return { labels, classes };
    },
  };
}

function folders(path: string | null) {
  const here = path ?? '/home/ada/Pictures';
  if (here.includes('secret')) throw new WhiskerError('folder-unavailable', `${here} can’t be read.`);
  const names = ['Cats', 'Garden 2026', 'Harbour', 'Mushrooms of the north', 'Scans'];
  return {
    path: here,
    parent: here === '/' ? null : here.split('/').slice(0, -1).join('/') || '/',
    folders: here.split('/').length > 5 ? [] : names.map((name) => ({ name, path: `${here}/${name}` })),
    photos: here.endsWith('Pictures') ? 0 : 412,
    networks: [{ name: 'mobilenet_v4.onnx', path: `${here}/mobilenet_v4.onnx` }],
    archives: [{ name: 'pets.whisker', path: `${here}/pets.whisker` }],
    places: [
      { name: 'Home', path: '/home/ada' },
      { name: 'Pictures', path: '/home/ada/Pictures' },
      { name: 'Camera card', path: '/media/ada/NIKON' },
    ],
  };
}
