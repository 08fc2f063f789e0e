// The last resort of a composition root: what nobody caught ends the app with a sentence instead of a stack. Labels are
// on disk by then: each was committed before the screen said so.

import { toFailure } from '../shared/errors.ts';
import { framesOf, type Log } from './log.ts';

/** Also hears of promises that nobody waits for. `end` gets one sentence and must end the process. */
export function endOnUncaught(log: Log, end: (sentence: string) => void): void {
  process.on('uncaughtException', (error: unknown) => {
    const { message } = toFailure(error);
    try {
      log('error', `Nobody caught: ${framesOf(error)}`.trimEnd(), String(error));
    } finally {
      end(`Whisker met a fault that it did not expect, and ends: ${message}`);
    }
  });
}
