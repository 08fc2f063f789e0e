// npm run -s whisker -- COMMAND …: the command line. stdout belongs to the command; set-up speaks on stderr alone.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, runCommand } from './setup/prepare.mjs';

// The command line's own exit code for a runtime that is missing.
const MISSING_RUNTIME = 4;

await runCommand(async () => {
  await prepare();
  // npm runs us in the repository; paths on the command line are relative to where the person called npm.
  if (process.env.npm_lifecycle_event === 'whisker' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const cli = join(root, 'out', 'main', 'cli.js');
  process.argv = [process.execPath, cli, ...process.argv.slice(2)];
  await import(pathToFileURL(cli).href);
}, MISSING_RUNTIME);
