// What the whole window knows: the open library, its classes and counts, what is running, which view is shown.
// Photos and what is selected among them live in photos.svelte.ts; training and review have files of their own.

import { diagnosticsInWords } from '../../shared/diagnostics.ts';
import type { MenuCommand } from '../../shared/commands.ts';
import type { CallName, Input, LibraryState, Output } from '../../shared/contract.ts';
import { toFailure, type Failure, type Result } from '../../shared/errors.ts';
import type { ExportState, PhotoChoice } from '../../shared/export.ts';
import { markNames } from '../../shared/mark-words.ts';
import type { HistoryEntry } from '../../shared/history.ts';
import type { OwnKeys } from '../../shared/own-keys.ts';
import { asAdded } from '../../shared/search.ts';
import type { RunSummary, TrainingState } from '../../shared/training.ts';
import { isMark, labelCode, marks } from '../../shared/types.ts';
import type {
  AppInfo,
  ClassId,
  Counts,
  Label,
  Library,
  PhotoClass,
  PhotoId,
  ScanProgress,
  UndoState,
} from '../../shared/types.ts';
import { createApi, type Api, type Transport } from '../api.ts';
import type { Connection } from '../event-stream.ts';
import { nothing, type Selection } from '../grid/selection.ts';
import { Exporting } from '../screens/export/exporting.svelte.ts';
import { reportInWords } from '../screens/export/export-words.ts';
import { shownChoice } from '../screens/export/which-photos.ts';
import { History } from '../screens/history/history.svelte.ts';
import { AutoAdvance } from '../screens/label/auto-advance.svelte.ts';
import { Hand } from '../screens/label/hand.svelte.ts';
import { Guesses } from '../screens/label/guesses.svelte.ts';
import { Views } from '../screens/label/find/views.svelte.ts';
import { Photos } from '../screens/label/photos.svelte.ts';
import { RestOffer } from '../screens/label/rest-offer.ts';
import { Imports } from '../screens/label/import/imports.svelte.ts';
import { PhotoMap } from '../screens/label/map/photo-map.svelte.ts';
import { Piles } from '../screens/label/piles/piles.svelte.ts';
import { keyMap } from '../ui/own-keys.svelte.ts';
import { DoubtfulLabels } from '../screens/review/doubtful-labels.svelte.ts';
import { Review } from '../screens/review/review.svelte.ts';
import { Features } from './features.svelte.ts';
import { whenInFront } from './front.ts';
import { tellNews } from './news.ts';
import { Offers } from './offers.ts';
import { Scan } from './scan.svelte.ts';
import type { Shown, View } from './shown.ts';
import { Theme } from './theme.svelte.ts';
import { Toasts } from './toasts.svelte.ts';
import { Training } from '../screens/train/training.svelte.ts';
import { labelledInWords } from './words.ts';
import { plural } from '../../shared/words.ts';

const noCounts: Counts = {
  photos: 0,
  labelled: 0,
  unlabelled: 0,
  excluded: 0,
  none: 0,
  unsure: 0,
  audited: 0,
  problems: 0,
  byClass: {},
  acceptedByClass: {},
  predictedByClass: {},
};

export class App {
  readonly transport: Transport;
  readonly api: Api;
  readonly toasts = new Toasts();
  readonly theme = new Theme();
  readonly autoAdvance = new AutoAdvance();
  /** What the screens can carry out. */
  readonly offers = new Offers();
  readonly scan: Scan;
  readonly features: Features;
  readonly photos: Photos;
  readonly views: Views;
  readonly guesses: Guesses;
  readonly piles: Piles;
  /** Of what is nearly the same as the photos that were labelled last. */
  readonly restOffer: RestOffer;
  readonly map: PhotoMap;
  readonly hand: Hand;
  /** Labels that are there already. */
  readonly imports: Imports;
  readonly exporting: Exporting;
  readonly history: History;
  readonly trainer: Training;
  readonly reviewer: Review;
  readonly doubtfulLabels: DoubtfulLabels;

  connection = $state<'connecting' | Connection>('connecting');
  info = $state.raw<AppInfo | null>(null);
  /** False until main has said whether a library is open. */
  ready = $state(false);
  /** Why main could not say so. */
  failure = $state.raw<Failure | null>(null);
  /** True while a library is being opened. */
  opening = $state(false);

  library = $state.raw<Library | null>(null);
  /** The library shown here until another window closed it or opened another one; null once that is settled. */
  takenAway = $state.raw<Library | null>(null);
  classes = $state.raw<PhotoClass[]>([]);
  counts = $state.raw<Counts>(noCounts);
  /** The run whose predictions are shown. */
  activeRun = $state.raw<RunSummary | null>(null);
  undoState = $state.raw<UndoState>({ undo: null, redo: null });
  /** The sheet of keyboard shortcuts lies over everything. */
  shortcutsShown = $state(false);
  /** So does the command palette. */
  paletteShown = $state(false);
  /** "How it learns" takes the place of everything else. */
  howShown = $state(false);
  /** What a screen reader is told of the last labelling. */
  announcement = $state('');

  view = $state<View>('label');
  shown = $state.raw<Shown>({ kind: 'all' });

  /** Goes up by one whenever the whole state came anew: a connection came back, a scan or a run ended. */
  refreshes = $state(0);

  /** Calls under way that open or close a library: what comes of them is the doing of this window. */
  #switching = 0;
  /** The message that offers to take back the last action. */
  #undoOffer: number | null = null;
  /** Presses wait for each other: each acts on what the one before it left selected. */
  #turn: Promise<void> = Promise.resolve();

  constructor(transport: Transport) {
    this.transport = transport;
    this.api = createApi(transport);
    this.scan = new Scan(
      this.toasts,
      () => this.call('library.rescan'),
      () => this.showNewest(),
    );
    this.features = new Features(this.api, this.toasts);
    this.photos = new Photos(this.api, () => this.shown);
    this.views = new Views(this.api);
    this.guesses = new Guesses(this.api, () => this.#askAgain('predicted'));
    this.piles = new Piles(this.api, {
      isLooking: () => this.features.state.status === 'looking',
      report: (error) => void this.#report(error),
      save: (act) => this.#saveInTurn(act),
    });
    this.restOffer = new RestOffer({
      toasts: this.toasts,
      label: (photoIds, label) => this.#saveInTurn(() => this.photos.labelRest(photoIds, label)),
      nameOf: (label) => (isMark(label) ? markNames[label] : (this.classOf(label)?.name ?? '')),
    });
    this.map = new PhotoMap(this.api);
    this.hand = new Hand((ids, classId) => this.labelPhotos(ids, classId));
    this.imports = new Imports(this.api, {
      isFresh: () =>
        this.classes.length === 0 && this.counts.labelled === 0 && marks.every((mark) => this.counts[mark] === 0),
      report: (error) => void this.#report(error),
      done: (photos) => this.offerUndo(`${plural(photos, 'photo')} labelled.`),
    });
    this.exporting = new Exporting(this.api, {
      shown: () => this.#shownPhotos(),
      selected: () => this.photos.selected,
      hasPredictions: () => this.activeRun !== null,
      tell: (end) => this.#tellExport(end),
    });
    this.history = new History(this.api);
    this.trainer = new Training(this.api);
    this.reviewer = new Review(this.api);
    this.doubtfulLabels = new DoubtfulLabels(this.api);
    this.#listen();
  }

  get training(): TrainingState {
    return this.trainer.state;
  }

  /** Starts by asking for the state; asks again after a lost connection. Returns the function that ends it. */
  start(): () => void {
    const unwatch = this.transport.watchConnection((connection) => {
      this.connection = connection;
      if (connection !== 'online') return;
      void this.#catchUp();
      void this.#readKeys();
    });
    const leave = whenInFront(() => {
      if (this.library && !this.takenAway && this.connection === 'online') void this.call('library.lookAgain');
    });
    return () => {
      unwatch();
      leave();
    };
  }

  /** Calls main and shows a failure as a toast. For calls that handle their failure themselves there is `api`. */
  async call<K extends CallName>(
    name: K,
    ...input: Input<K> extends void ? [] : [Input<K>]
  ): Promise<Result<Output<K>>> {
    try {
      return { ok: true, value: await this.api.call(name, ...input) };
    } catch (error) {
      return { ok: false, error: this.#report(error) };
    }
  }

  async refresh(): Promise<void> {
    try {
      this.info ??= await this.api.call('app.info');
      await this.api.snapshot('library.state', undefined, (state) => this.#take(state));
    } catch (error) {
      // Without a first answer there is no screen that a toast could lie over.
      if (this.ready) this.#report(error);
      else this.failure = toFailure(error);
      return;
    }
    this.failure = null;
    this.ready = true;
    this.#refreshed();
  }

  /** For a message to whoever can help; without names of photos or folders. */
  async copyDiagnostics(): Promise<void> {
    const found = await this.call('app.diagnostics', { names: false });
    if (!found.ok) return;
    try {
      await navigator.clipboard.writeText(diagnosticsInWords(found.value));
      this.toasts.show({ kind: 'done', message: 'Diagnostics copied. They name no photo and no folder.' });
    } catch {
      const remedy = 'Run "whisker diagnose" on the command line instead.';
      this.toasts.fail({ code: 'forbidden', message: 'The clipboard could not be written.', remedy });
    }
  }

  openFolder(folder: string): Promise<boolean> {
    return this.#open('library.open', { folder });
  }

  /** Opens the library whose folder `from` is not there any more where that folder lies now. */
  locate(from: string, folder: string): Promise<boolean> {
    return this.#open('library.locate', { from, folder });
  }

  openSample(): Promise<boolean> {
    return this.#open('library.openSample', undefined);
  }

  async closeLibrary(): Promise<void> {
    this.#switching++;
    const result = await this.call('library.close');
    if (result.ok) this.#take(null);
    this.#switching--;
  }

  /** Goes on with what is open now. */
  acceptTakenAway(): void {
    this.takenAway = null;
  }

  /** Does what a key or the menu asks for. False when it means nothing now. */
  carryOut(command: MenuCommand): boolean {
    if (command === 'palette' && this.isCovered) return false;
    if (command === 'palette') this.paletteShown = true;
    else if (command === 'shortcuts') this.shortcutsShown = true;
    else if (command === 'how-it-learns') this.howShown = true;
    else if (command === 'copy-diagnostics') void this.copyDiagnostics();
    else if (!this.library || this.takenAway || this.isCovered || this.howShown) return false;
    else if (command === 'history') this.toggleHistory();
    else if (command === 'export') void this.exporting.open();
    else void (command === 'undo' ? this.undo() : this.redo());
    return true;
  }

  /** Something of the whole window's own lies in front of every screen, photos shown large too. */
  get isCovered(): boolean {
    return this.shortcutsShown || this.paletteShown || this.exporting.isOpen;
  }

  /** Gives commands other keys, for all libraries; those that are not named have the table's. */
  async changeKeys(own: OwnKeys): Promise<void> {
    const changed = await this.call('keys.change', { own });
    if (changed.ok) keyMap.own = changed.value;
  }

  /** Moves a class to a place among all, 0 for the first. */
  async moveClass(id: ClassId, to: number): Promise<void> {
    const name = this.classOf(id)?.name ?? '';
    const answer = await this.call('classes.move', { id, to });
    if (!answer.ok) return;
    const place = this.classes.findIndex((entry) => entry.id === id) + 1;
    this.announcement = `${name} is class ${place} of ${this.classes.length}.`;
  }

  undo(): Promise<void> {
    return this.#timeTravel('history.undo', this.undoState.undo, 'Undone');
  }

  /** Says what was done, with a way to take it back for as long as it is what undo takes back. */
  offerUndo(message: string): void {
    const action = { label: 'Undo', run: () => void this.undo() };
    this.#undoOffer = this.toasts.show({ kind: 'done', message, action });
  }

  redo(): Promise<void> {
    return this.#timeTravel('history.redo', this.undoState.redo, 'Redone');
  }

  toggleHistory(): void {
    if (this.history.shown) this.history.close();
    else this.history.open();
  }

  /** Shows the photos of a step of the history, and no others. */
  showStep({ id }: HistoryEntry): void {
    this.show({ kind: 'all' }, { searching: true });
    this.photos.finder.ask({ search: { action: id }, sort: asAdded });
  }

  /** Undoes or redoes all that lies between, up to this step; null: up to the beginning. */
  jumpTo(entry: HistoryEntry | null): Promise<void> {
    return this.#saveInTurn(async () => {
      this.restOffer.withdraw();
      await this.api.call('history.jump', { to: entry?.id ?? null });
      const where = entry === null ? 'Everything is undone' : `Back at: ${entry.description}`;
      this.toasts.show({ kind: 'done', message: where });
    });
  }

  /** Takes back one earlier step by itself; what stands against it is said. */
  takeBack({ id, description }: HistoryEntry): Promise<void> {
    return this.#inTurn(async () => {
      this.restOffer.withdraw();
      if (this.view === 'label') this.photos.revealNextChange();
      await this.api.call('history.takeBack', { id });
      this.offerUndo(`Taken back: ${description}`);
    });
  }

  /** Labels what is selected when its turn comes; a mark takes itself back when all of it carries it already. */
  labelSelected(label: Label): Promise<void> {
    return this.#label(() => this.photos.selected, label);
  }

  /** The same, and goes on to the next photo without a label where that is wanted. */
  labelByKey(label: Label): Promise<void> {
    return this.#label(
      () => this.photos.selected,
      label,
      (before) => {
        if (label !== null && this.autoAdvance.on) this.photos.goOn(before);
      },
    );
  }

  /** The same for these photos, whatever is selected. */
  labelPhotos(ids: PhotoId[], label: Label): Promise<void> {
    return this.#label(() => ids, label);
  }

  #label(which: () => PhotoId[], label: Label, then: (before: Selection) => void = () => {}): Promise<void> {
    return this.#saveInTurn(async () => {
      const ids = which();
      const before = this.photos.selection;
      if (ids.length === 0) return;
      const again = isMark(label) && ids.every((id) => this.photos.codeOf(id) === labelCode(label));
      const rest = this.photos.restOf(ids);
      await this.photos.setLabel(ids, again ? null : label);
      this.restOffer.show(rest, again ? null : label);
      if (!again) then(before);
    });
  }

  /**
   * Opens exactly these photos (or the problems) in the Label view: what a click on any number does. `searching`: those
   * of them that are searched for.
   */
  show(shown: Shown, { searching = false } = {}): void {
    this.view = 'label';
    if (!searching) this.photos.finder.clear();
    if (sameShown(shown, this.shown)) return;
    this.shown = shown;
    this.photos.selection = nothing;
    void this.#inTurn(() => this.photos.ask(shown));
  }

  /** Opens all photos, those that came last first. */
  showNewest(): void {
    this.show({ kind: 'all' }, { searching: true });
    this.photos.finder.ask({ search: {}, sort: { by: 'added', descending: true } });
  }

  /** Whether photos can be told apart before anybody names them: which are alike, and which are worth a label. */
  get hasFeatures(): boolean {
    const { state } = this.features;
    return state.status === 'ready' || (state.status === 'looking' && state.done > 0);
  }

  /** Opens the photos that are selected, and no others. */
  showSelected(): void {
    this.photos.picked = this.photos.selected;
    this.show({ kind: 'picked' });
  }

  /** Opens the photos that look most like one. */
  showAlike(id: PhotoId): void {
    if (this.hasFeatures) return this.show({ kind: 'alike', id });
    const message = 'Which photos are alike is known once a pretrained network has looked at them.';
    this.toasts.show({ kind: 'info', message });
  }

  setGuessing(on: boolean): Promise<void> {
    return this.guesses.set(on).catch((error: unknown) => void this.#report(error));
  }

  classOf(id: ClassId): PhotoClass | null {
    return this.classes.find((entry) => entry.id === id) ?? null;
  }

  /** The photos of the grid, while the Label view shows them and they are not all. */
  #shownPhotos(): { choice: PhotoChoice; photos: number } | null {
    const { ids } = this.photos.shown;
    const choice = this.view === 'label' ? shownChoice(this.shown, this.photos.finder.search, ids) : null;
    return choice && { choice, photos: ids.length };
  }

  #tellExport(end: Extract<ExportState, { status: 'done' | 'failed' }>): void {
    if (end.status === 'failed') return this.toasts.fail(end.failure);
    const { showExported } = this.transport;
    const action = showExported && { label: 'Show in folder', run: () => void showExported() };
    this.toasts.show({ kind: 'done', message: reportInWords(end.report), ...(action && { action }) });
  }

  #refreshed(): void {
    this.refreshes++;
    void this.#inTurn(() => this.photos.ask(this.shown));
  }

  /** What main said of this kind of filter may be another thing now. */
  #askAgain(kind: Shown['kind']): void {
    const { shown } = this;
    if (shown.kind === kind) void this.photos.ask(shown).catch((error: unknown) => void this.#report(error));
  }

  /** Without an answer, which is said, the table's keys hold. */
  async #readKeys(): Promise<void> {
    const own = await this.call('keys.state');
    if (own.ok) keyMap.own = own.value;
  }

  /** Events may have been missed, so everything is asked again. */
  async #catchUp(): Promise<void> {
    const known = this.library?.folder;
    await this.refresh();
    if (known !== undefined && known === this.library?.folder) await this.#inTurn(() => this.photos.load());
  }

  #timeTravel(name: 'history.undo' | 'history.redo', phrase: string | null, word: string): Promise<void> {
    return this.#saveInTurn(async () => {
      this.restOffer.withdraw();
      if (this.view === 'label') this.photos.revealNextChange();
      await this.api.call(name);
      if (phrase !== null) this.toasts.show({ kind: 'done', message: `${word}: ${phrase}` });
    });
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act).catch((error: unknown) => void this.#report(error));
    return this.#turn;
  }

  /** What the person did and main did not store is said, whatever the connection. */
  #saveInTurn(act: () => Promise<void>): Promise<void> {
    return this.#inTurn(() =>
      act().catch((error: unknown) => {
        const failure = toFailure(error);
        this.#say({ ...failure, message: `Not saved. ${failure.message}` });
      }),
    );
  }

  /** While the connection is lost the banner already says so. `folder`: whose library is at fault, if one is. */
  #report(error: unknown, folder?: string | null): Failure {
    const failure = toFailure(error);
    if (this.connection === 'online') this.#say(failure, folder);
    return failure;
  }

  #say(failure: Failure, folder = this.library?.folder ?? null): void {
    const restore = { label: 'Restore', run: () => void (folder && this.#open('library.restore', { folder })) };
    this.toasts.fail(failure, failure.code === 'restorable' && folder !== null ? restore : undefined);
  }

  async #open<K extends 'library.open' | 'library.locate' | 'library.openSample' | 'library.restore'>(
    name: K,
    input: Input<K>,
  ): Promise<boolean> {
    this.opening = true;
    this.#switching++;
    try {
      await this.api.snapshot(name, input, (state) => this.#take(state));
      this.takenAway = null;
      return true;
    } catch (error) {
      this.#report(error, input ? input.folder : null);
      return false;
    } finally {
      this.opening = false;
      this.#switching--;
    }
  }

  #take(state: LibraryState | null): void {
    if (state?.library.folder !== this.library?.folder) {
      this.#noteTakenAway(state?.library.folder);
      this.howShown = false;
      this.view = 'label';
      this.shown = { kind: 'all' };
      this.trainer.reset();
      this.reviewer.reset();
      this.doubtfulLabels.reset();
      this.photos.reset();
      // What the address asks for on opening the page is meant for the library that is open then.
      if (this.ready || !state) this.photos.finder.reset();
      this.views.reset();
      this.restOffer.withdraw();
      this.guesses.reset();
      this.piles.reset();
      this.map.reset();
      this.hand.putDown();
      this.imports.reset();
      this.exporting.reset();
      this.history.reset();
      this.scan.reset(state?.scan);
      if (state) void this.#inTurn(() => this.photos.load());
    }
    this.library = state?.library ?? null;
    this.classes = state?.classes ?? [];
    this.counts = state?.counts ?? noCounts;
    if (state) this.scan.hear(state.scan);
    if (state) void this.trainer.refresh(state.training);
    if (state) void this.features.refresh();
    if (state) void this.guesses.refresh().catch((error: unknown) => void this.#report(error));
    this.activeRun = state?.activeRun ?? null;
    this.undoState = state?.undo ?? { undo: null, redo: null };
    if (state?.scan.phase === 'done' && state.counts.photos > 0) void this.imports.lookOnce(state.library.folder);
  }

  /** The desktop has one window, which knows what its own menu does. */
  #noteTakenAway(now: string | undefined): void {
    if (now !== undefined && now === this.takenAway?.folder) this.takenAway = null;
    else if (this.#switching === 0 && this.info?.host === 'web') this.takenAway ??= this.library;
  }

  /** Undo would take back something else now. */
  #withdrawUndo(): void {
    if (this.#undoOffer !== null) this.toasts.close(this.#undoOffer);
    this.#undoOffer = null;
  }

  /** Photos come and go without counts. */
  #count(): void {
    if (this.photos.loaded) this.counts = { ...this.counts, ...this.photos.tally() };
  }

  /** Problems are counted as they are met. */
  #scanned(progress: ScanProgress): void {
    this.scan.hear(progress);
    if (this.scan.running) {
      this.counts = { ...this.counts, problems: Math.max(this.counts.problems, progress.problems) };
    }
  }

  #listen(): void {
    const { api } = this;
    // Also comes after a scan and after a run: the answer to a filter by predictions may be another one then.
    api.on('library.changed', (state) => {
      this.#take(state);
      this.#refreshed();
    });
    tellNews(api, {
      toasts: this.toasts,
      isHost: (host) => this.info?.host === host,
      isAtTrain: () => this.view === 'train',
      goToTrain: () => void (this.view = 'train'),
      showSaved: this.transport.showSaved,
    });
    api.on('keys.changed', (own) => (keyMap.own = own));
    api.on('menu.chosen', ({ command }) => this.carryOut(command));
    api.on('scan.progress', (progress) => this.#scanned(progress));
    api.on('photos.added', () => this.#count());
    api.on('photos.removed', () => this.#count());
    for (const name of ['labels.changed', 'classes.changed', 'photos.refused', 'labels.kept'] as const) {
      api.on(name, () => this.#withdrawUndo());
    }
    api.on('labels.changed', ({ labels, counts, undo }) => {
      this.announcement = labelledInWords(labels, counts, (id) => this.classOf(id));
      this.counts = counts;
      this.undoState = undo;
      this.#askAgain('suggested');
    });
    api.on('photos.refused', ({ counts, undo }) => {
      this.counts = counts;
      this.undoState = undo;
    });
    api.on('labels.kept', ({ counts, undo }) => {
      this.counts = counts;
      this.undoState = undo;
    });
    api.on('classes.changed', ({ classes, counts, undo }) => {
      this.classes = classes;
      this.counts = counts;
      this.undoState = undo;
    });
  }
}

const sameShown = (a: Shown, b: Shown): boolean => JSON.stringify(a) === JSON.stringify(b);
