// What a person sends along when something goes wrong, as data and as text. Holds no name of a photo, folder or class
// unless asked.

import type { TrainingRuntime } from './training.ts';

export interface LogEntry {
  /** ISO 8601. */
  at: string;
  level: 'info' | 'warning' | 'error';
  text: string;
  /** The error's own words, which may name photos; null where names were not asked for. */
  detail: string | null;
}

export interface Diagnostics {
  version: string;
  host: 'desktop' | 'web';
  /** System, its release and the processor's architecture. */
  platform: string;
  node: string;
  /** Null outside Electron. */
  electron: string | null;
  processors: number;
  memoryBytes: number;
  runtime: TrainingRuntime;
  backbone: string;
  /** The library that is open. */
  library: { folder: string | null; photos: number; problems: number; labelled: number; classes: number } | null;
  /** Of all libraries together: databases, thumbnails, models and features. */
  dataBytes: number;
  /** The last warnings and failures, oldest first. */
  lastErrors: LogEntry[];
}

/** Plain text, to paste into a message. */
export function diagnosticsInWords(found: Diagnostics): string {
  const { library, runtime } = found;
  return [
    `Whisker ${found.version}, ${found.host}`,
    `${found.platform}, Node ${found.node}${found.electron === null ? '' : `, Electron ${found.electron}`}`,
    `${found.processors} processors, ${megabytes(found.memoryBytes)} of memory`,
    `Training: ${runtimeInWords(runtime)}`,
    `Backbone: ${found.backbone}`,
    library
      ? `Library: ${library.photos} photos, ${library.labelled} labelled, ${library.classes} classes, ` +
        `${library.problems} problems${library.folder === null ? '' : `, "${library.folder}"`}`
      : 'Library: none is open',
    `Data folder: ${megabytes(found.dataBytes)}`,
    found.lastErrors.length === 0 ? 'Last errors: none' : 'Last errors:',
    ...found.lastErrors.map(
      ({ at, level, text, detail }) => `  ${at} ${level}: ${text}${detail === null ? '' : `\n    ${indented(detail)}`}`,
    ),
  ].join('\n');
}

function runtimeInWords(runtime: TrainingRuntime): string {
  if (runtime.available === null) return 'still finding out';
  if (!runtime.available) return 'not possible';
  const { kind, name, tensorflow, nativeProblem } = runtime.device;
  if (nativeProblem === null) return `on ${kind}, ${name}, TensorFlow ${tensorflow}`;
  const missing = runtime.settingUp ? 'native TensorFlow is being set up' : 'no native TensorFlow';
  return `on features only, ${name}; ${missing}`;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
const indented = (text: string): string => text.trimEnd().replaceAll('\n', '\n    ');
