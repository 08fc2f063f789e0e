// node scripts/run-ts.mjs FILE.ts [arguments]: runs a TypeScript file of this repository under the pinned Node.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, runCommand } from './setup/prepare.mjs';

await runCommand(async () => {
  await prepare();
  const [file, ...rest] = process.argv.slice(2);
  const script = resolve(file);
  process.argv = [process.execPath, script, ...rest];
  await import(pathToFileURL(script).href);
});
