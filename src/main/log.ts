// What is told to whoever looks for a fault: slow work, warnings, what engines said at their end, failures. Knows no
// file; services get the function handed in.

export type LogLevel = 'info' | 'warning' | 'error';

/**
 * `text` never holds names of photos, folders or classes; what may hold them, such as an error's own words, is
 * `detail`, which diagnostics leave out unless asked.
 */
export type Log = (level: LogLevel, text: string, detail?: string) => void;

/** Of the app's own code: where an error came from, without its words. */
export const framesOf = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .flatMap((line) => /^\s+at .*?([^\\/()\s]+:\d+):\d+\)?$/.exec(line)?.[1] ?? [])
        .slice(0, 4)
        .join(' < ')
    : '';
