// The command line's composition root: `whisker COMMAND FOLDER [options]`. Each command is one file in cli/.

import { runCli } from './cli/program.ts';
import { writeLines } from './cli/terminal.ts';
import { endOnUncaught } from './last-resort.ts';
import { places } from './places.ts';

// What Whisker keeps of a person's photos is that person's alone, also on a shared machine.
process.umask(0o077);
endOnUncaught(
  () => {},
  (sentence) => {
    writeLines(process.stderr, `whisker: ${sentence}`);
    process.exit(1);
  },
);
process.exitCode = await runCli(process.argv.slice(2), places(import.meta.filename));
