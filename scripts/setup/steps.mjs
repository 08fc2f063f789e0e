// How every set-up step is announced: one calm line on stderr, "what … how long", and for a failed one what to do.
// stdout stays free for the program that set-up prepares.

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

/** Runs `work` as one announced step and returns what it returns. A failure is announced here, then thrown on. */
export async function step(title, work) {
  const started = Date.now();
  process.stderr.write(`  ${title} … `);
  try {
    const result = await work();
    say(duration(Date.now() - started));
    return result;
  } catch (error) {
    say(`failed after ${duration(Date.now() - started)}`);
    throw error;
  }
}

/** The lines a person reads when a step failed; unexpected errors keep their stack, for they are ours to mend. */
export function describeFailure(error) {
  if (!(error instanceof SetupError)) return String(error?.stack ?? error);
  const { message, detail, remedy } = error;
  return [message, detail, remedy && `What to do: ${remedy}`]
    .filter(Boolean)
    .map((part) => part.replaceAll(/^/gm, '  '))
    .join('\n');
}
