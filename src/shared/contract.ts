// Every call and every event between the renderer and main, once. Hosts, preload, handlers, schemas and renderer are
// typed from here.

import type { Surest } from './accept-top.ts';
import type { ArchivePreview, ArchiveSizes, ConflictChoice } from './archive.ts';
import type { MenuCommand } from './commands.ts';
import type { CorrectionReceipt, ReceiptPart } from './correction-receipt.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { DrawnMoment, NearestToDrawing, Pictures } from './drawings.ts';
import type { Result } from './errors.ts';
import type { PhotoExif } from './exif.ts';
import type { CheckedPhoto, ErrorsLeft } from './errors-left.ts';
import type { MeasuredPhotos } from './figures.ts';
import type { HistoryPage } from './history.ts';
import type { FoundLabels, HandedIn, ImportPreview, ImportWish } from './label-import.ts';
import type { LearningCurve } from './learning-curve.ts';
import type { LiveChange, LiveState, Suggestion } from './live.ts';
import type { MapState, Suspicions } from './map.ts';
import type { Outcome, OutcomeEvents } from './outcome.ts';
import type { OwnKeys } from './own-keys.ts';
import type { PilesState } from './piles.ts';
import type { Preset } from './presets.ts';
import type { QueueEnd } from './queue-end.ts';
import type { SavedView, Search, SearchChoices, Sort } from './search.ts';
import type {
  BackboneOffer,
  BackboneState,
  Features,
  GeneratedSamples,
  InputRange,
  ListedOffer,
  RunComparison,
  RunDetail,
  RunEdit,
  RunSummary,
  RuntimeState,
  TrainingMetrics,
  TrainingOptions,
  TrainingRuntime,
  TrainingState,
  WayToLearn,
} from './training.ts';
import type {
  AppInfo,
  BurstList,
  ClassColour,
  ClassId,
  ClassShape,
  Counts,
  FeatureState,
  FolderListing,
  Label,
  LabelCheck,
  LabelledPhoto,
  LabelSource,
  PhotoClass,
  PhotoDetail,
  PhotoFilter,
  PhotoId,
  PhotoPage,
  PhotoSpan,
  PileId,
  Problem,
  RecentLibrary,
  ReviewItem,
  RunId,
  ScanProgress,
  ScreenChoice,
  UndoState,
  Library,
} from './types.ts';

/** Everything a screen needs on opening: the library, its classes, how much is labelled, what is running. */
export interface LibraryState {
  library: Library;
  classes: PhotoClass[];
  counts: Counts;
  scan: ScanProgress;
  training: TrainingState;
  /** The run whose predictions are shown; null before the first one finishes. */
  activeRun: RunSummary | null;
  undo: UndoState;
}

/** A file that the person chose to save, once it is written or could not be. */
export interface SavedFile {
  /** For `showSaved`. */
  number: number;
  /** Name of the file, and of the folder it is in. */
  name: string;
  folder: string;
  written: boolean;
}

/** Call name -> what goes in, what comes out. `void` input means: no argument. */
export interface Calls {
  'app.info': { input: void; output: AppInfo };
  /** What to send along when something goes wrong; without `names` it names no folder and no photo. */
  'app.diagnostics': { input: { names: boolean }; output: Diagnostics };
  /** Subfolders of a folder for the in-app folder picker; the home folder when no path is given. */
  'folders.list': { input: { path: string | null }; output: FolderListing };

  'libraries.recent': { input: void; output: RecentLibrary[] };
  /**
   * Removes a library from the list of recent ones; its labels stay on disk and come back when the folder is opened
   * again.
   */
  'libraries.forget': { input: { folder: string }; output: void };
  /** Opens a folder and starts scanning it; returns as soon as what is already known can be shown. */
  'library.open': { input: { folder: string }; output: LibraryState };
  /**
   * Says where the library of the folder `from` lies now, and opens it there: a recent one's, or the open one's. Throws
   * 'bad-input' when `from` is still there or `folder` doesn't hold that library's photos, and 'folder-unavailable'
   * when `folder` can't be read.
   */
  'library.locate': { input: { from: string; folder: string }; output: LibraryState };
  /**
   * Opens a folder whose library is damaged or lost ('restorable') as it was when its newest backup was made; what
   * could not be opened is kept beside it. Throws 'conflict' when the library is whole.
   */
  'library.restore': { input: { folder: string }; output: LibraryState };
  /** Draws the sample library if it isn't there yet and opens it. */
  'library.openSample': { input: void; output: LibraryState };
  /** The open library, or null. */
  'library.state': { input: void; output: LibraryState | null };
  'library.close': { input: void; output: void };
  'library.rescan': { input: void; output: void };
  /**
   * The window came to the front: looks whether the folder has changed, unless it did a moment ago. Only what is
   * otherwise is told, by 'scan.progress'.
   */
  'library.lookAgain': { input: void; output: void };
  /** Where the open library's folder, which isn't there, seems to be by its content; null where that isn't known. */
  'library.findMoved': { input: void; output: { folder: string | null } };
  'library.cancelScan': { input: void; output: void };

  /** Without a span, all of them. */
  'photos.list': { input: { filter: PhotoFilter; span?: PhotoSpan }; output: PhotoPage };
  'photos.get': { input: { id: PhotoId }; output: PhotoDetail };
  'problems.list': { input: void; output: Problem[] };

  'classes.create': { input: { name: string; colour?: ClassColour; shape?: ClassShape }; output: PhotoClass };
  'classes.update': {
    input: { id: ClassId; name?: string; colour?: ClassColour; shape?: ClassShape; key?: string | null };
    output: PhotoClass;
  };
  /** Moves every label of `from` to `into` and removes `from`. */
  'classes.merge': { input: { from: ClassId; into: ClassId }; output: Outcome };
  /** Removes a class; its photos become unlabelled. */
  'classes.delete': { input: { id: ClassId }; output: Outcome };

  /**
   * Labels photos; one event each, committed together before this returns. Unknown ids or class: nothing is written.
   */
  'labels.set': {
    input: {
      photoIds: PhotoId[];
      label: Label;
      source: Exclude<LabelSource, 'import'>;
      chosen: ScreenChoice;
      /** Those of the photos that were drawn at random: they carry 'audit' in place of `chosen`. */
      audited?: PhotoId[];
      /** They are nearly the same as others, which were given the label before; the history says so. */
      alike?: true;
    };
    output: Outcome;
  };
  /** Takes back the last action of any kind (labels, classes, what was said in review). */
  'history.undo': { input: void; output: Outcome };
  'history.redo': { input: void; output: Outcome };
  /** What was done, from the `from`th newest on. */
  'history.list': { input: { from: number; count: number }; output: HistoryPage };
  /**
   * Undoes or redoes all between, so that this action is the newest that is done; null: none is. Throws 'not-found'.
   */
  'history.jump': { input: { to: number | null }; output: Outcome };
  /**
   * Takes back one earlier action by itself, as an action of its own. Throws 'conflict' when a later one is about the
   * same photos or classes, and says which.
   */
  'history.takeBack': { input: { id: number }; output: Outcome };

  /** Begins to sort the photos when that is possible and has not been done; 'piles.changed' tells when it is. */
  'piles.state': { input: void; output: PilesState };
  /**
   * Sorts the photos that have been looked at into so many piles, or as many as they suggest themselves. Throws
   * 'cancelled' when another number is asked for meanwhile.
   */
  'piles.arrange': { input: { piles: number | null }; output: PilesState };
  /** Into two. Throws 'bad-input' when there are not two to be told apart. */
  /** Leaves the piles as they lie: a sorting anew that is under way ends without a result. */
  'piles.keep': { input: void; output: PilesState };
  'piles.split': { input: { pile: PileId }; output: PilesState };
  'piles.merge': { input: { from: PileId; into: PileId }; output: PilesState };
  /** It is no pile: its photos are offered as one no more, until they are put back. */
  'piles.setAside': { input: { pile: PileId }; output: PilesState };
  'piles.putBack': { input: void; output: PilesState };
  /** Takes back the last split, merge, setting aside or putting back. Throws 'not-found' without any. */
  'piles.undo': { input: void; output: PilesState };
  /** All photos of a pile. */
  'piles.photos': { input: { pile: PileId }; output: PhotoId[] };
  /** Labels these photos of the pile with the class of that name, which is made unless there is one. */
  'piles.name': { input: { pile: PileId; name: string; photoIds: PhotoId[] }; output: Outcome };

  'training.presets': { input: void; output: Preset[] };
  /** `available: null` while the trainer is still finding out. */
  'training.runtime': { input: void; output: TrainingRuntime };
  'runtime.state': { input: void; output: RuntimeState };
  /**
   * Downloads the native TensorFlow that is offered, checks its SHA-256, unpacks it and lets it prove itself; returns
   * at once, 'runtime.changed' tells the rest. Throws 'not-found' when none is offered.
   */
  'runtime.download': { input: void; output: RuntimeState };
  /** What has come so far stays, and a later download goes on from there. */
  'runtime.cancelDownload': { input: void; output: RuntimeState };
  /** Looks at a sample of the photos when it has not yet. */
  'training.way': { input: void; output: WayToLearn };
  /** Null: as recommended. */
  'training.chooseWay': { input: { features: Features | null }; output: WayToLearn };
  'training.start': { input: TrainingOptions; output: RunSummary };
  /**
   * Ends the run: soon, and its best so far is kept; or at once, and nothing is. Asked to keep a second time, or not
   * heard for half a minute, the run ends at once with what was saved.
   */
  'training.stop': { input: { keep: boolean }; output: void };
  /** Lets the run rest after its current step, and its budget with it; nothing happens unless it is learning. */
  'training.pause': { input: void; output: void };
  'training.resume': { input: void; output: void };
  'backbone.state': { input: void; output: BackboneState };
  'backbone.offers': { input: void; output: ListedOffer[] };
  /**
   * Sets up the ONNX file, or the TensorFlow.js model in the folder, at a path; its pixels are scaled as its format
   * has it unless `inputRange` says otherwise. Throws 'bad-input' with the reason when it can't serve.
   */
  'backbone.choose': { input: { path: string; inputRange: InputRange | null }; output: BackboneState };
  /** Downloads an offer, checks its SHA-256 and sets it up; returns at once, 'backbone.changed' tells the rest. */
  'backbone.download': { input: { id: BackboneOffer['id'] }; output: BackboneState };
  'backbone.cancelDownload': { input: void; output: BackboneState };
  /** Learns from pixels again; the files stay where they are. */
  'backbone.remove': { input: void; output: BackboneState };
  'features.state': { input: void; output: FeatureState };
  /** Lets the network rest until it is resumed, or the library closed; a run that needs it is served all the same. */
  'features.pause': { input: void; output: FeatureState };
  'features.resume': { input: void; output: FeatureState };
  'runs.list': { input: void; output: RunSummary[] };
  'runs.get': { input: { id: RunId }; output: RunDetail };
  /** Which unlabelled photos the two put into different classes. */
  'runs.compare': { input: { earlier: RunId; later: RunId }; output: RunComparison };
  /** What came of the labels given since the run in use before; null without any, or when it is no longer known. */
  'runs.receipt': { input: { id: RunId }; output: CorrectionReceipt | null };
  /** The photos behind a number of that receipt. Throws 'not-found' without one. */
  'runs.receiptPhotos': { input: { id: RunId; part: ReceiptPart }; output: PhotoId[] };
  /** Lets a run that was cut off go on with the time it has left. */
  'runs.resume': { input: { id: RunId }; output: RunSummary };
  /** Puts a run's model in use; returns when it has judged every photo. */
  'runs.use': { input: { id: RunId }; output: void };
  /** Keeps a person's words about a run, and whether its model is kept. */
  'runs.edit': { input: { id: RunId } & RunEdit; output: RunSummary };
  /** Frees what a run takes on disk; until the app closes it can be restored. */
  'runs.delete': { input: { id: RunId }; output: void };
  'runs.restore': { input: { id: RunId }; output: void };
  /** The sheets of drawings that a run, and those it goes on from, have kept; in order. */
  'runs.drawings': { input: { id: RunId }; output: { moments: DrawnMoment[] } };
  /**
   * `WALK_FRAMES` pictures from one of the run's last sheet to another. Throws 'not-found' without a generator or such
   * a picture, 'training-running' while the run learns.
   */
  'drawings.walk': { input: { id: RunId; from: number; to: number }; output: Pictures };
  /** The photos nearest to a picture of the run's last sheet. Throws as 'drawings.walk'. */
  'drawings.nearest': { input: { id: RunId; picture: number }; output: NearestToDrawing };
  /** Takes a PNG in base64 that a page has drawn, to be saved under `name` from the address that comes back. */
  'export.picture': { input: { name: string; png: string }; output: { url: string } };
  /** The photos that measured a run, and what it said of them: its figures. Empty when nothing was measured. */
  'runs.measured': { input: { id: RunId }; output: MeasuredPhotos };
  /**
   * Trains as a run did: its seed, its options, its labels of then. Throws 'not-found' when these, or the model that it
   * began with, are no longer kept, and as 'training.start' does.
   */
  'runs.repeat': { input: { id: RunId }; output: RunSummary };

  /**
   * Unlabelled photos by how likely the active run's prediction is wrong: all of them, one in eight a random check, and
   * those that are nearly the same apart, once 'review.regrouped' has told; or those of one predicted class. By
   * suspicion those of which somebody is unsure come back when no other waits.
   */
  'review.list': {
    input: { order: 'suspicion' } | { order: 'class'; classId: ClassId };
    output: ReviewItem[];
  };
  /** How many of the photos that wait under the active run are wrong, by its random checks; null without a run. */
  'review.errorsLeft': { input: void; output: ErrorsLeft | null };

  /**
   * Labels of this moment that look wrong, the most doubtful first, without those that were kept; needs features, and
   * no run.
   */
  'review.doubtfulLabels': { input: void; output: LabelCheck };
  /**
   * The label of a photo is right: it is not asked about again as long as it is this class. Undoable. Throws 'conflict'
   * when the photo is labelled otherwise.
   */
  'review.keepLabel': { input: { photoId: PhotoId; classId: ClassId }; output: Outcome };
  /**
   * Remembers that photos are not of a class, for which nothing takes them again; undoable like a label. Throws
   * 'not-found' for an unknown photo or class.
   */
  'review.refuse': { input: { photoIds: PhotoId[]; classId: ClassId }; output: Outcome };

  /** Up to three labelled photos that look most like one, the most alike first; none while that can't be told. */
  'review.alike': { input: { photoId: PhotoId }; output: LabelledPhoto[] };
  /** Where the list may end, by the chances of all photos in it; null where these were not checked against labels. */
  'review.end': { input: void; output: QueueEnd | null };
  /** What is known of the errors among the surest photos of a class under the active run; null without a run. */
  'review.surest': { input: { classId: ClassId }; output: Surest | null };
  /**
   * Accepts the surest `count` photos of a class as one action, see `acceptedUnseen`. Throws 'conflict' when another
   * run is in use by now, or fewer photos wait.
   */
  'review.acceptTop': { input: { runId: RunId; classId: ClassId; count: number }; output: Outcome };
  /** The random checks of the active run that are decided, those that were wrong first; none without a run. */
  'review.checks': { input: void; output: CheckedPhoto[] };

  /** What is guessed while labelling. */
  'live.state': { input: void; output: LiveState };
  /** Switches guessing on or off, on this machine. */
  'live.set': { input: { on: boolean }; output: LiveState };
  /**
   * The unlabelled photos that are most worth a label now, the best first; at most one of a burst. Throws 'conflict'
   * while the photos have not been looked at.
   */
  'suggestions.list': { input: { count: number }; output: { items: Suggestion[] } };
  /** The photos that look most like one, the most alike first, itself at the head. Throws as 'suggestions.list'. */
  'photos.alike': { input: { id: PhotoId; count: number }; output: { ids: PhotoId[] } };
  /** How right a quick head is by how many of the labels it has learned from, and what more of them would bring. */
  'labels.curve': { input: void; output: LearningCurve };

  /** Begins to lay the photos out when that is possible and has not been done; 'map.changed' tells the rest. */
  'map.state': { input: void; output: MapState };
  /** Of the run in use; none without one. */
  'map.suspicions': { input: void; output: Suspicions };

  /** The photos that meet every condition, in that order. Throws as 'photos.alike' for an order by likeness. */
  'photos.find': { input: { search: Search; sort: Sort }; output: PhotoId[] };
  'photos.searchChoices': { input: void; output: SearchChoices };
  'views.list': { input: void; output: SavedView[] };
  /** Keeps a search and an order under a name. Throws 'conflict' when the name is taken. */
  'views.save': { input: { name: string; search: Search; sort: Sort }; output: SavedView[] };
  'views.rename': { input: { id: number; name: string }; output: SavedView[] };
  'views.delete': { input: { id: number }; output: SavedView[] };
  /** Which photos are nearly the same, as they were grouped last; 'bursts.changed' tells when they are otherwise. */
  'bursts.list': { input: void; output: BurstList };
  /** Moves a class to a place among all, 0 for the first; undoable. Throws 'not-found'. */
  'classes.move': { input: { id: ClassId; to: number }; output: Outcome };
  /** The keys that the person has given to commands, for all libraries. */
  'keys.state': { input: void; output: OwnKeys };
  'keys.change': { input: { own: OwnKeys }; output: OwnKeys };
  /** What its camera wrote into the photo's file. Throws 'not-found' while no file holds the photo. */
  'photos.exif': { input: { id: PhotoId }; output: PhotoExif };

  /** What says already which class photos are: folders, keywords, tables in the folder. */
  'imports.found': { input: void; output: FoundLabels };
  /** They are not offered by themselves any more. */
  'imports.decline': { input: void; output: void };
  /** Takes a table of labels, compressed with gzip and in base64. Throws 'bad-input' for what is no such table. */
  'imports.handIn': { input: { name: string; gzip: string }; output: HandedIn };
  /** Writes nothing. Keywords are read when they are first asked for, which 'imports.progress' tells. */
  'imports.preview': { input: ImportWish; output: ImportPreview };
  /** Labels what the preview of the same wish promised, as one action. */
  'imports.carryOut': { input: ImportWish; output: Outcome };
  /** Nobody asks any more: reading ends, and tables are forgotten. */
  'imports.end': { input: void; output: void };

  /** Whether the open library's folder is watched for changes. */
  'watch.state': { input: void; output: { on: boolean } };
  /** Switches watching on or off, for all libraries; off, the folder is looked at as by 'library.lookAgain' alone. */
  'watch.set': { input: { on: boolean }; output: { on: boolean } };

  /** What an archive of the open library would take; it is saved from `archiveUrl`. Throws 'training-running'. */
  'archive.sizes': { input: void; output: ArchiveSizes };
  /**
   * What opening the archive at `path` for a folder of photos would do; nothing is opened or written. Throws
   * 'bad-input' for what is no archive, a damaged or a newer one.
   */
  'archive.preview': { input: { path: string; folder: string }; output: ArchivePreview };
  /**
   * Opens the folder with what is in the archive. Where the folder's library is not empty, `conflicts` says what
   * becomes of photos that are labelled otherwise; the labels are one action. Throws as 'archive.preview', and
   * 'conflict' when `conflicts` is null then; nothing has changed.
   */
  'archive.open': {
    input: { path: string; folder: string; conflicts: ConflictChoice | null };
    output: LibraryState;
  };
}

/**
 * Event name -> payload. Events only say what changed; a screen that missed one can always ask again. Those of an
 * outcome also come with the reply of the call that caused them; `number` tells them apart.
 */
export interface Events extends OutcomeEvents {
  'library.changed': LibraryState | null;
  'scan.progress': ScanProgress;
  /** New photos, in the order in which the grid shows them. */
  'photos.added': PhotoPage;
  'photos.removed': { ids: PhotoId[] };
  'training.state': TrainingState;
  'training.metrics': { runId: RunId; points: TrainingMetrics[] };
  /** A stage went back to an earlier step: points of later ones no longer hold. */
  'training.rewound': { runId: RunId; stage: TrainingMetrics['stage']; step: number };
  'training.samples': GeneratedSamples;
  'training.runtime': TrainingRuntime;
  /** `error`: why the download has just failed, as one sentence; null otherwise. */
  'runtime.changed': { state: RuntimeState; error: string | null };
  /** `error`: why the download has just failed, as one sentence; null otherwise. */
  'backbone.changed': { state: BackboneState; error: string | null };
  'features.changed': FeatureState;
  /** Photos were sorted, or sorted otherwise: ask again. */
  'piles.changed': null;
  /** How far laying out is, 0 to 1, null when nothing is under way; `isNews`: photos lie elsewhere, so ask again. */
  'map.changed': { fraction: number | null; isNews: boolean };
  /** Which photos of the list by suspicion are nearly the same is known now: ask again. */
  'review.regrouped': null;
  /** Other photos are nearly the same now: ask again. */
  'bursts.changed': null;
  'run.ended': RunSummary;
  'live.changed': LiveChange;
  /** The list of 'libraries.recent' has changed. */
  'libraries.changed': null;
  /** Views were saved, renamed or deleted. */
  'views.changed': null;
  'keys.changed': OwnKeys;
  /** Of the desktop alone; a browser says so itself. */
  'file.saved': SavedFile;
  /** The open library's folder can't be watched; a sentence for the person. */
  'folder.unwatched': { message: string };
  /** How many photos' keywords have been read. */
  'imports.progress': { done: number; total: number };
  'watch.changed': { on: boolean };
  /** A command that the window carries out was chosen in the desktop's menu. */
  'menu.chosen': { command: MenuCommand };
}

export type CallName = keyof Calls;
export type Input<K extends CallName> = Calls[K]['input'];
export type Output<K extends CallName> = Calls[K]['output'];
export type EventName = keyof Events;

/** What main implements: one function a call. Inputs have already passed their schema. */
export type Handlers = { [K in CallName]: (input: Input<K>) => Promise<Output<K>> | Output<K> };

/** The names at run time; `satisfies` and the type test in test/shared keep them complete. */
export const callNames = [
  'app.info',
  'app.diagnostics',
  'folders.list',
  'libraries.recent',
  'libraries.forget',
  'library.open',
  'library.locate',
  'library.restore',
  'library.openSample',
  'library.state',
  'library.close',
  'library.rescan',
  'library.lookAgain',
  'library.findMoved',
  'library.cancelScan',
  'photos.list',
  'photos.get',
  'problems.list',
  'classes.create',
  'classes.update',
  'classes.merge',
  'classes.delete',
  'labels.set',
  'history.undo',
  'history.redo',
  'history.list',
  'history.jump',
  'history.takeBack',
  'piles.state',
  'piles.arrange',
  'piles.keep',
  'piles.split',
  'piles.merge',
  'piles.setAside',
  'piles.putBack',
  'piles.undo',
  'piles.photos',
  'piles.name',
  'training.presets',
  'training.runtime',
  'runtime.state',
  'runtime.download',
  'runtime.cancelDownload',
  'training.way',
  'training.chooseWay',
  'training.start',
  'training.stop',
  'training.pause',
  'training.resume',
  'backbone.state',
  'backbone.offers',
  'backbone.choose',
  'backbone.download',
  'backbone.cancelDownload',
  'backbone.remove',
  'features.state',
  'features.pause',
  'features.resume',
  'runs.list',
  'runs.get',
  'runs.compare',
  'runs.receipt',
  'runs.receiptPhotos',
  'runs.resume',
  'runs.use',
  'runs.edit',
  'runs.delete',
  'runs.restore',
  'runs.drawings',
  'drawings.walk',
  'drawings.nearest',
  'export.picture',
  'runs.measured',
  'runs.repeat',
  'review.list',
  'review.errorsLeft',
  'review.doubtfulLabels',
  'review.keepLabel',
  'review.refuse',
  'review.alike',
  'review.end',
  'review.surest',
  'review.acceptTop',
  'review.checks',
  'live.state',
  'live.set',
  'suggestions.list',
  'photos.alike',
  'labels.curve',
  'map.state',
  'map.suspicions',
  'photos.find',
  'photos.searchChoices',
  'views.list',
  'views.save',
  'views.rename',
  'views.delete',
  'bursts.list',
  'classes.move',
  'keys.state',
  'keys.change',
  'photos.exif',
  'imports.found',
  'imports.decline',
  'imports.handIn',
  'imports.preview',
  'imports.carryOut',
  'imports.end',
  'watch.state',
  'watch.set',
  'archive.sizes',
  'archive.preview',
  'archive.open',
] as const satisfies readonly CallName[];

export const eventNames = [
  'library.changed',
  'scan.progress',
  'photos.added',
  'photos.removed',
  'labels.changed',
  'classes.changed',
  'photos.refused',
  'labels.kept',
  'training.state',
  'training.metrics',
  'training.rewound',
  'training.samples',
  'training.runtime',
  'runtime.changed',
  'backbone.changed',
  'features.changed',
  'piles.changed',
  'map.changed',
  'review.regrouped',
  'bursts.changed',
  'run.ended',
  'live.changed',
  'libraries.changed',
  'views.changed',
  'keys.changed',
  'file.saved',
  'folder.unwatched',
  'imports.progress',
  'watch.changed',
  'menu.chosen',
] as const satisfies readonly EventName[];

/** One event as it travels: `{ name, payload }`, discriminated by name. */
export type EventMessage = { [K in EventName]: { name: K; payload: Events[K] } }[EventName];

/** What holds an image network: one file, or several in a folder. */
export type NetworkPlace = 'file' | 'folder';

/** What the preload exposes as `window.whisker`, and what the renderer's HTTP transport implements for the web host. */
export interface WhiskerBridge {
  call<K extends CallName>(name: K, input: Input<K>): Promise<Result<Output<K>>>;
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: EventMessage) => void): () => void;
  /** Absolute path of a folder or file dropped on the window; null where the host can't know it (a browser). */
  pathForFile(file: File): string | null;
  /** The system's own folder dialog; undefined where there is none (the web host uses the in-app picker). */
  chooseFolder?(): Promise<string | null>;
  /** The same for an image network: the folder of a TensorFlow.js model, or an ONNX file. */
  chooseNetwork?(kind: NetworkPlace): Promise<string | null>;
  /** Shows a saved file in the system's file manager; undefined where there is no 'file.saved'. */
  showSaved?(number: number): Promise<void>;
  /** Shows a photo's file at one of its paths in the system's file manager; undefined where there is none. */
  revealPhoto?(id: PhotoId, path: string): Promise<void>;
}
