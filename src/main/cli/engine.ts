// whisker engine: trains for a Whisker on another computer, which starts it by ssh. stdout is the protocol's.

import type { Command } from 'commander';
import { WhiskerError } from '../../shared/errors.ts';
import type { Places } from '../places.ts';
import { serveEngine } from '../remote/serve-engine.ts';

export function addEngine(program: Command, { engineEntry }: Places): void {
  program
    .command('engine')
    .description('train for a Whisker on another computer, which starts this by ssh')
    .addHelpText('after', '\nSpeaks through stdin and stdout and ends with them. See docs/another-computer.md.')
    .action(async () => {
      if (process.stdin.isTTY) {
        throw new WhiskerError(
          'wrong-usage',
          'An engine is started by Whisker on another computer, through ssh.',
          'There: whisker train FOLDER --on HOST.',
        );
      }
      const ending = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
      await serveEngine({
        input: process.stdin,
        output: process.stdout,
        engine: { node: process.execPath, entry: engineEntry },
        ending: ending.signal,
      });
      // A pipe that nobody reads any more would keep the process.
      process.exit();
    });
}
