// How every set-up step is announced: one calm line on stderr, "what … how long", and for a failed one what to do.
// stdout stays free for the program that set-up prepares.
import { followProgress, reportProgress } from './progress.mjs';

/**
 * A set-up step that can't be done: one sentence for the person, what to do about it, and what the failing program
 * said, for whoever has to look closer.
 */
export class SetupError extends Error {
  constructor(message, remedy, detail) {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
    this.detail = detail;
  }
}

export const say = (line) => process.stderr.write(`${line}\n`);

/** 3200 -> "3.2 s", 93000 -> "1 min 33 s". */
export function duration(ms) {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Runs `work` as one announced step and returns what it returns. A failure is announced here, then thrown on. Bytes
 * that are reported meanwhile show on the step's line.
 */
export async function step(title, work) {
  const started = Date.now();
  const line = progressLine(`  ${title} … `);
  reportProgress({ step: title });
  const stopFollowing = followProgress(({ done, total }) => line.show(done, total));
  const end = (words) => {
    stopFollowing();
    line.end(`${words}${duration(Date.now() - started)}`);
  };
  try {
    const result = await work();
    end('');
    return result;
  } catch (error) {
    end('failed after ');
    throw error;
  }
}

const REDRAW_MS = 200;
const APPEND_MS = 10_000;

/**
 * A line that begins with `start`. In a terminal it is drawn again as bytes come; in a log it grows now and then.
 *
 * @param {string} start
 * @param {{ stream?: { write(text: string): unknown }, isTerminal?: boolean }} [how]
 */
export function progressLine(start, { stream = process.stderr, isTerminal = process.stderr.isTTY } = {}) {
  stream.write(start);
  let shownAt = Date.now();
  let isDrawnOver = false;
  return {
    show(done, total) {
      const now = Date.now();
      if (done === null || now - shownAt < (isTerminal ? REDRAW_MS : APPEND_MS)) return;
      shownAt = now;
      isDrawnOver = isTerminal;
      stream.write(isTerminal ? `\r\u001b[K${start}${amount(done, total)}` : `${amount(done, total)} … `);
    },
    end: (words) => stream.write(`${isDrawnOver ? `\r\u001b[K${start}` : ''}${words}\n`),
  };
}

/** 34e6 of 110e6 bytes -> "34 of 110 MB (30 %)"; without a total, "34 MB". */
function amount(done, total) {
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  if (!total) return `${megabytes(done)} MB`;
  return `${megabytes(done)} of ${megabytes(total)} MB (${Math.floor((100 * done) / total)} %)`;
}

/** Why something is not there, and below it what to do; the lines of a remedy after its first are commands to type. */
export const inWords = ({ reason, remedy }) =>
  remedy ? `${reason}\n  What to do: ${remedy.replaceAll('\n', '\n    ')}` : reason;

/** The lines a person reads when a step failed; unexpected errors keep their stack, for they are ours to mend. */
export function describeFailure(error) {
  if (!(error instanceof SetupError)) return String(error?.stack ?? error);
  const { message, detail, remedy } = error;
  return [message, detail, remedy && `What to do: ${remedy}`]
    .filter(Boolean)
    .map((part) => part.replaceAll(/^/gm, '  '))
    .join('\n');
}
