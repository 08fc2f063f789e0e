// The domain in types: what a photo, a class, a label, a run and a prediction are. Pure data, safe on both sides of any
// wire.

declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** Row id of a photo, that is of one distinct file content (SHA-256). */
export type PhotoId = Id<'photo'>;
/** Row id of a class the person made. Ids are never reused. */
export type ClassId = Id<'class'>;
/** Row id of a training run. */
export type RunId = Id<'run'>;
/** Number of a pile; each sorting makes new ones, none is used again while the app runs. */
export type PileId = Id<'pile'>;

/**
 * What a person can say of a photo in place of a class: it is not to be used for anything; it shows none of the
 * classes; or they are unsure, and it comes back when everything else has been looked at.
 */
export const marks = ['excluded', 'none', 'unsure'] as const;
export type Mark = (typeof marks)[number];
/** One of the classes, a mark, or nothing yet. */
export type Label = ClassId | Mark | null;

/** Where a label came from. A prediction becomes a label only when a person accepts it ('suggestion'). */
export type LabelSource = 'person' | 'import' | 'suggestion';

/**
 * How the photo came to be labelled: picked by hand, met in review (the most doubtful first), from a list that the
 * model made (accepted in bulk from a class's list, or worth a label), drawn at random, shown as typical of a pile that
 * was named, or named by a table or a folder. 'unknown': labelled before this was kept.
 */
export const labelChoices = ['hand', 'review', 'suggested', 'audit', 'pile', 'import', 'unknown'] as const;
export type LabelChoice = (typeof labelChoices)[number];
/** What a label that a person sets on a screen can say. */
export const screenChoices = ['hand', 'review', 'suggested', 'audit'] as const satisfies readonly LabelChoice[];
export type ScreenChoice = (typeof screenChoices)[number];

/** Who said it, and how the photo was chosen for it. */
export interface LabelOrigin {
  source: LabelSource;
  chosen: LabelChoice;
}

/**
 * Accepted with many others, without a look at each: such a label never measures a model, and is learned from only when
 * that is asked for.
 */
export const acceptedUnseen = { source: 'suggestion', chosen: 'suggested' } as const satisfies LabelOrigin;

/** Okabe–Ito colours without black, by name; the renderer owns their values in light and dark. */
export const classColours = ['blue', 'orange', 'green', 'vermillion', 'purple', 'sky', 'yellow'] as const;
export type ClassColour = (typeof classColours)[number];

export const classShapes = [
  'circle',
  'square',
  'triangle',
  'diamond',
  'star',
  'hexagon',
  'cross',
  'drop',
  'heart',
] as const;
export type ClassShape = (typeof classShapes)[number];

export interface PhotoClass {
  id: ClassId;
  /** Unique without regard to case; 1 to 60 characters. */
  name: string;
  colour: ClassColour;
  shape: ClassShape;
  /** The letter, a capital, that labels with it beside the digit of its place; null for none. */
  key: string | null;
}

export interface Library {
  /** Name of the folder, for titles and the list of recent libraries. */
  name: string;
  /** Absolute path of the folder of photos. Only shown; photos are fetched by id. */
  folder: string;
}

export interface RecentLibrary extends Library {
  photos: number;
  labelled: number;
  /** ISO 8601. */
  openedAt: string;
  /** False when the folder is not there now (an unplugged drive, say). */
  available: boolean;
}

export interface Counts {
  photos: number;
  /** Photos with a class. */
  labelled: number;
  /** Photos of which nothing was said, not even that somebody is unsure. */
  unlabelled: number;
  excluded: number;
  /** Said to be of none of the classes. */
  none: number;
  unsure: number;
  /** Labelled or excluded as a random check. */
  audited: number;
  problems: number;
  /** Labelled photos of each class. */
  byClass: Record<number, number>;
  /** Those of them that were accepted without a look at each, see `acceptedUnseen`; no entry for none. */
  acceptedByClass: Record<number, number>;
  /** Unlabelled photos that the active run puts into each class. */
  predictedByClass: Record<number, number>;
}

export interface ScanProgress {
  /** 'missing': the library's folder was away, or went away meanwhile; nothing in it is recorded as gone. */
  phase: 'idle' | 'listing' | 'reading' | 'done' | 'cancelled' | 'failed' | 'missing';
  /** Files found so far; final once the phase is 'reading'. */
  found: number;
  /** Files that are settled: a photo, or a problem. */
  settled: number;
  photos: number;
  problems: number;
  /**
   * Photos that this scan brought into the grid, and took out of it because no file holds them any more. A moved file
   * is neither; a file with another picture in it is both.
   */
  added: number;
  removed: number;
  /** Files known before whose size or time of change was another, so that they were read again. */
  changed: number;
  /** Files that lie elsewhere in the folder than before; counted at the end. */
  moved: number;
  /** Nobody waits for what it finds, so that is told in a line: the folder was known, and looked at again by itself. */
  isNews: boolean;
  /** Seconds since the scan began, and the estimate of what is left (null while unknown). */
  seconds: number;
  etaSeconds: number | null;
  /** What happened, when the phase is 'failed' or 'missing'. */
  error: string | null;
}

/**
 * How far the pretrained network has looked at the open library's photos. `done` of `total`: looked at, also those that
 * can't be; `etaSeconds` is null until the speed is known, and while it waits for something else.
 */
export type FeatureState =
  | { status: 'none'; reason: 'no-library' | 'no-network' }
  | { status: 'looking'; done: number; total: number; etaSeconds: number | null; paused: boolean }
  /** `photos`: those that it could look at. */
  | { status: 'ready'; photos: number }
  /** `reason`: why the network gives nothing, as a sentence. */
  | { status: 'failed'; reason: string };

export interface UndoState {
  /** What undo would take back, as a phrase ("Label 3 photos as Cat"); null when there is nothing. */
  undo: string | null;
  redo: string | null;
}

/** Which photos, in the words of the side bar and of every number that can be clicked. */
export type PhotoFilter =
  | { kind: 'all' }
  | { kind: 'unlabelled' }
  | { kind: 'labelled' }
  | { kind: 'class'; classId: ClassId }
  | { kind: Mark }
  /** Labelled or excluded as a random check. */
  | { kind: 'audited' }
  | { kind: 'predicted'; classId: ClassId }
  /** Photos that measured a run, by what they are and what it takes them for; null: whatever it is. */
  | { kind: 'confusion'; runId: RunId; truth: ClassId | null; predicted: ClassId | null }
  /** Those of which it was so sure: from `from` up to but not including `to`, or 1. */
  | { kind: 'confident'; runId: RunId; from: number; to: number }
  | { kind: 'resorted'; earlier: RunId; later: RunId; from: ClassId; into: ClassId };

/** Of what a filter means the first `most` photos after one of them, or from the start. */
export interface PhotoSpan {
  after: PhotoId | null;
  most: number;
}

/** Columns, not rows: a library of 100,000 photos crosses the wire as five flat arrays. */
export interface PhotoPage {
  ids: PhotoId[];
  /** File name of each, of the first place where it lies; the URI of one that lies elsewhere. */
  names: string[];
  /** Oriented pixel sizes, for the justified layout. */
  widths: number[];
  heights: number[];
  /** See `labelCode`. */
  labels: number[];
}

/** Photos that are nearly the same, without those that are like no other: photo `photoIds[i]` goes with `firsts[i]`. */
export interface BurstList {
  /** In the order of the grid. */
  photoIds: PhotoId[];
  /** The first photo of the group of each; its own number for that one. */
  firsts: PhotoId[];
}

export interface PhotoDetail {
  id: PhotoId;
  /** Every place the same content was found, relative to the library's folder. */
  paths: string[];
  width: number;
  height: number;
  format: string;
  bytes: number;
  sha256: string;
  label: Label;
  source: LabelSource | null;
  /** What the active run says of it, or what was learned while labelling where that is newer, if anything. */
  prediction: { classId: ClassId; confidence: number } | null;
}

/** Why a file in the folder is not a photo we can use; 'partly-damaged': it is, as far as it can be read. */
export type ProblemCode =
  | 'not-an-image'
  | 'unsupported-format'
  | 'damaged'
  | 'truncated'
  | 'too-large'
  | 'empty'
  | 'unreadable'
  | 'timed-out'
  | 'crashed'
  | 'partly-damaged';

export interface Problem {
  /** Relative to the library's folder. */
  path: string;
  code: ProblemCode;
  /** One sentence a person can read. */
  reason: string;
}

/** Why a photo is in the review list, strongest first. */
export type SuspectReason = 'uncertain' | 'models-disagree' | 'few-alike' | 'low-margin' | 'confident';

export interface ReviewItem {
  photoId: PhotoId;
  /** File name, as in `PhotoPage`. */
  name: string;
  width: number;
  height: number;
  predicted: ClassId;
  /** Probability the active run gives to the predicted class, 0 to 1. */
  confidence: number;
  runnerUp: ClassId | null;
  /** Estimated probability that the prediction is wrong, 0 to 1; the list is ordered by it. */
  suspicion: number;
  /** One sentence for a person. */
  reason: string;
  reasonCode: SuspectReason;
  label: Label;
  /** Drawn at random, to learn how many are wrong; only in the order of suspicion. */
  isCheck?: true;
  /** Others that wait and are nearly the same, of which this one comes first; only in the order of suspicion. */
  burst?: PhotoId[];
}

/** A label that looks wrong, and what speaks against it. */
export interface DoubtfulLabel {
  photoId: PhotoId;
  /** File name, as in `PhotoPage`. */
  name: string;
  width: number;
  height: number;
  /** The label in doubt. */
  label: ClassId;
  looksLike: ClassId;
  /** Of the `of` labelled photos most like this one, how many have the class it looks like, and how many its label. */
  alike: { of: number; looksLike: number; label: number };
  /** The three of them that are most like it, and their labels. */
  nearest: { photoId: PhotoId; classId: ClassId }[];
}

/** What the labels say of one another; or why nothing can be said yet, and what to do about it. */
export type LabelCheck =
  { status: 'checked'; looked: number; items: DoubtfulLabel[] } | { status: 'unknown'; reason: string; remedy: string };

/** A photo and the class that somebody has given it. */
export interface LabelledPhoto {
  photoId: PhotoId;
  classId: ClassId;
}

export interface FolderListing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  /** Image files directly in this folder, counted by extension only. */
  photos: number;
  /** ONNX files directly in this folder, by extension only. */
  networks: { name: string; path: string }[];
  /** Archives of libraries, likewise. */
  archives: { name: string; path: string }[];
  /** Places to start from: home, pictures, mounted drives. */
  places: { name: string; path: string }[];
}

export interface AppInfo {
  version: string;
  host: 'desktop' | 'web';
  platform: string;
}

export const NO_LABEL_CODE = 0;
export const EXCLUDED_CODE = -1;
export const NONE_CODE = -2;
export const UNSURE_CODE = -3;
const markCodes = { excluded: EXCLUDED_CODE, none: NONE_CODE, unsure: UNSURE_CODE } as const satisfies Record<
  Mark,
  number
>;

export const isMark = (label: Label | undefined): label is Mark => typeof label === 'string';

/** A label as one number: class id, -1 for excluded, -2 for none of the classes, -3 for unsure, 0 without a label. */
export const labelCode = (label: Label): number => (isMark(label) ? markCodes[label] : (label ?? NO_LABEL_CODE));

/** The label that a code stands for: the inverse of `labelCode`. */
export const labelFromCode = (code: number): Label =>
  marks.find((mark) => markCodes[mark] === code) ?? (code === NO_LABEL_CODE ? null : (code as ClassId));
