// The domain in types: what a photo, a class, a label, a run and a prediction are. Pure data, safe on both sides of any wire.

declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** Row id of a photo, that is of one distinct file content (SHA-256). */
export type PhotoId = Id<'photo'>;
/** Row id of a class the person made. Ids are never reused. */
export type ClassId = Id<'class'>;
/** Row id of a training run. */
export type RunId = Id<'run'>;

/** What a person can say of a photo: one of the classes, "leave it out", or nothing yet. */
export type Label = ClassId | 'excluded' | null;

/** Where a label came from. A prediction becomes a label only when a person accepts it ('suggestion'). */
export type LabelSource = 'person' | 'import' | 'suggestion';

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
  unlabelled: number;
  excluded: number;
  problems: number;
  /** Labelled photos of each class. */
  byClass: Record<number, number>;
  /** Unlabelled photos that the active run puts into each class. */
  predictedByClass: Record<number, number>;
}

export interface ScanProgress {
  phase: 'idle' | 'listing' | 'reading' | 'done' | 'cancelled' | 'failed';
  /** Files found so far; final once the phase is 'reading'. */
  found: number;
  /** Files that are settled: a photo, or a problem. */
  settled: number;
  photos: number;
  problems: number;
  /** Seconds since the scan began, and the estimate of what is left (null while unknown). */
  seconds: number;
  etaSeconds: number | null;
  /** One sentence, when the phase is 'failed'. */
  error: string | null;
}

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
  | { kind: 'excluded' }
  | { kind: 'predicted'; classId: ClassId }
  | { kind: 'confusion'; runId: RunId; truth: ClassId; predicted: ClassId };

/** Columns, not rows: a library of 100,000 photos crosses the wire as five flat arrays. */
export interface PhotoPage {
  ids: PhotoId[];
  /** Oriented pixel sizes, for the justified layout. */
  widths: number[];
  heights: number[];
  /** Class id, -1 for excluded, 0 for none. See `labelCode`. */
  labels: number[];
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
  /** What the active run says of it, if anything. */
  prediction: { classId: ClassId; confidence: number } | null;
}

/** Why a file in the folder is not a photo we can use. */
export type ProblemCode =
  | 'not-an-image'
  | 'unsupported-format'
  | 'damaged'
  | 'truncated'
  | 'too-large'
  | 'empty'
  | 'unreadable'
  | 'timed-out'
  | 'crashed';

export interface Problem {
  /** Relative to the library's folder. */
  path: string;
  code: ProblemCode;
  /** One sentence a person can read. */
  reason: string;
}

export type Device = 'auto' | 'gpu' | 'cpu';

export interface DeviceInfo {
  kind: 'gpu' | 'cpu';
  /** As the device calls itself, for example "NVIDIA H100 80GB HBM3" or "AMD EPYC 7R13 (2 cores)". */
  name: string;
}

/** A device with what shows that it works. */
export interface DeviceReport extends DeviceInfo {
  /** Memory it can use, in MB; null when it doesn't say. */
  memoryMb: number | null;
  /** Milliseconds that one product of two 1024 × 1024 matrices took just now. */
  productMs: number;
  /** Why a GPU that is in the machine is not used, and the command that helps; null when nothing is wrong. */
  gpuProblem: { reason: string; remedy: string } | null;
}

/** Can this machine train, and on what? */
export type TrainingRuntime =
  | { available: true; device: DeviceReport }
  | { available: false; reason: string; remedy: string }
  | { available: null };

/** What a backbone's pixels are scaled to. */
export type InputRange = 'minus-one-to-one' | 'zero-to-one';

/** A frozen image network that turns a photo into a feature vector. */
export interface BackboneInfo {
  name: string;
  format: 'layers' | 'graph';
  /** Of model.json and all weights: the version under which features are cached. */
  sha256: string;
  inputRange: InputRange;
  /** Side of the square colour picture it takes, in pixels. */
  inputPx: number;
  /** Length of a feature vector. */
  features: number;
  /** Bytes of its weights. */
  bytes: number;
  /** Name of the layer or node whose output is taken. */
  takenFrom: string;
}

/** A backbone that Whisker can download when asked to. */
export interface BackboneOffer {
  id: string;
  name: string;
  /** One sentence: what it is and how much it asks of the machine. */
  summary: string;
  /** Address that model.json and its weights come from. */
  source: string;
  licence: string;
  /** Bytes of all files together. */
  bytes: number;
  /** What `BackboneInfo.sha256` of the downloaded files must be. */
  sha256: string;
}

/** The one backbone that is set up on this machine, for all libraries. */
export type BackboneState =
  | { status: 'none' }
  | { status: 'ready'; folder: string; info: BackboneInfo }
  /** It was set up, and its files are gone or damaged. */
  | { status: 'unusable'; folder: string; reason: string; remedy: string | null }
  | { status: 'downloading'; offer: BackboneOffer['id']; doneBytes: number; totalBytes: number };

/** Three ways to learn from the same labels: the SSGAN, the same network on the labels alone, logistic regression on a backbone. */
export type Head = 'ssgan' | 'labels-only' | 'logistic';

export type PresetId = 'quick' | 'standard' | 'paper';

export interface Preset {
  id: PresetId;
  name: string;
  /** One sentence: what it is for. */
  summary: string;
  /** Side of the square training picture in pixels: of photos in colour, and of grey ones such as scans and digits. */
  sizePx: 48 | 64 | 224;
  greySizePx: 32 | 64 | 224;
  minutes: number;
}

/** What the person may set in the advanced drawer; whatever is left out takes the preset's default. */
export interface TrainingOptions {
  /** What the networks see: the photos' own pixels, or the feature vectors of the backbone that is set up. */
  features: 'pixels' | 'backbone';
  /** Of the networks over pixels; a backbone has just one way to learn. */
  preset: PresetId;
  /** Time budget for the SSGAN and its labels-only companion together; 0.05 to 1440. */
  minutes: number;
  /** 0 to 2^31 - 1; the same seed on the same device gives the same run. */
  seed: number;
  device: Device;
  /** Start from the weights of the active run when it fits (same classes, size and colour). */
  startFrom: 'scratch' | 'last-model';
  colour: 'auto' | 'grey' | 'rgb';
  /** Mirror pictures at random: right for pets, wrong for digits and text. */
  mirror: boolean;
}

export type TrainingStage =
  'preparing' | 'packing' | 'extracting' | 'labels-only' | 'ssgan' | 'evaluating' | 'predicting';

/** The four losses and the accuracy on labels held out of training; NaN-free, null where a stage has none. */
export interface TrainingMetrics {
  stage: 'labels-only' | 'ssgan';
  step: number;
  /** Seconds since the run began. */
  seconds: number;
  classifierLoss: number;
  unlabelledLoss: number | null;
  generatedLoss: number | null;
  generatorLoss: number | null;
  heldOutAccuracy: number | null;
}

export interface TrainingProgress {
  runId: RunId;
  stage: TrainingStage;
  step: number;
  /** 0 to 1 over the whole run, by time where the budget rules. */
  fraction: number;
  photosPerSecond: number | null;
  /** How many photos are read of those that must be, while the stage is 'packing' or 'extracting'; null otherwise. */
  photos: { done: number; total: number } | null;
  seconds: number;
  etaSeconds: number | null;
  device: DeviceInfo | null;
  notices: string[];
}

/** Generated pictures, laid out row by row. */
export interface GeneratedSamples {
  runId: RunId;
  step: number;
  count: number;
  sizePx: number;
  channels: 1 | 3;
  /** base64 of count × sizePx × sizePx × channels bytes, 0 to 255. */
  pixels: string;
}

export type TrainingState =
  | { status: 'idle' }
  | { status: 'running'; progress: TrainingProgress }
  | { status: 'stopping'; progress: TrainingProgress };

/** A share with its 95 % Wilson score interval and the number of photos it was measured on. */
export interface Accuracy {
  accuracy: number;
  low: number;
  high: number;
  n: number;
}

/** How much more often one head is right than another on the same photos, in shares of 1, with its 95 % interval. */
export interface Difference {
  difference: number;
  low: number;
  high: number;
}

/** The same labels and the same photos to measure on, several ways of learning. */
export interface Receipt {
  labelsOnly: Accuracy | null;
  ssgan: Accuracy | null;
  /** Only on a backbone. */
  logistic: Accuracy | null;
  /** What the accuracies were measured on: labels held out of training, or each label in turn; null when nothing was. */
  measuredBy: 'held-out' | 'cross-validation' | null;
  /** SSGAN less labels-only: what the unlabelled photos added. */
  gain: Difference | null;
  /** The head in use: it made the predictions. */
  active: Head;
  /** What the logits were divided by so that confidences mean what they say; null when too few labels were there to find out. */
  temperature: number | null;
  /** What a person should know of these numbers, or why there are none, as a sentence. */
  note: string | null;
}

export type RunStatus = 'running' | 'finished' | 'stopped' | 'failed';

export interface RunSummary {
  id: RunId;
  status: RunStatus;
  options: TrainingOptions;
  /** ISO 8601. */
  startedAt: string;
  seconds: number;
  steps: number;
  device: DeviceInfo | null;
  labelled: number;
  photos: number;
  receipt: Receipt | null;
  /** The backbone it learned on; null when it learned from pixels. */
  backbone: BackboneInfo | null;
  /** What the person should know of: a breakdown that was mended, lopsided labels. */
  notices: string[];
  /** Run whose weights this one started from. */
  startedFrom: RunId | null;
  /** One sentence, when it failed. */
  error: string | null;
}

export interface RunDetail extends RunSummary {
  classes: PhotoClass[];
  metrics: TrainingMetrics[];
  samples: GeneratedSamples | null;
}

/** Why a photo is in the review list, strongest first. */
export type SuspectReason = 'uncertain' | 'models-disagree' | 'few-alike' | 'low-margin' | 'confident';

export interface ReviewItem {
  photoId: PhotoId;
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
}

export interface FolderListing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  /** Image files directly in this folder, counted by extension only. */
  photos: number;
  /** Places to start from: home, pictures, mounted drives. */
  places: { name: string; path: string }[];
}

export interface AppInfo {
  version: string;
  host: 'desktop' | 'web';
  platform: string;
}

export const EXCLUDED_CODE = -1;
export const NO_LABEL_CODE = 0;

/** A label as one number: class id, -1 for excluded, 0 for none. */
export const labelCode = (label: Label): number =>
  label === 'excluded' ? EXCLUDED_CODE : label === null ? NO_LABEL_CODE : label;

/** The label that a code stands for: the inverse of `labelCode`. */
export const labelFromCode = (code: number): Label =>
  code === EXCLUDED_CODE ? 'excluded' : code === NO_LABEL_CODE ? null : (code as ClassId);
