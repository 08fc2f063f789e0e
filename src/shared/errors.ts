// Every way a call can fail, as a code the program acts on and a sentence a person can read.

export const errorCodes = [
  'wrong-usage',
  'bad-input',
  'not-found',
  'no-library',
  'conflict',
  'folder-unavailable',
  'training-unavailable',
  'training-running',
  'too-few-labels',
  'training-failed',
  // Of the device that was used: a run on a GPU can go on as one on the CPU, in a fresh process.
  'out-of-memory',
  'engine-crashed',
  // Another computer that trains can't be reached, or no longer; asking again may help.
  'connection-lost',
  'cancelled',
  'forbidden',
  'storage-failed',
  // A library's database is damaged or lost, and 'library.restore' can put its backup in its place.
  'restorable',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The wire form of an error. */
export interface Failure {
  code: ErrorCode;
  /** What was wrong and with which file or field: one sentence. */
  message: string;
  /** What to do about it: one sentence, where there is something to do. */
  remedy?: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export class WhiskerError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, remedy?: string) {
    super(message);
    this.name = 'WhiskerError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** Turns anything thrown into a sentence fit to be shown; unknown errors keep their own message. */
export function toFailure(error: unknown): Failure {
  if (error instanceof WhiskerError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

/** What happened and what to do about it, one after the other. */
export const inSentences = ({ message, remedy }: Failure): string =>
  remedy === undefined ? message : `${message} ${remedy}`;
