// npm start [-- FOLDER]: the app, in Electron's window where that can be had, else in the browser on a loopback port.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { handOver } from './setup/command.mjs';
import { ensureElectron, hasDisplay } from './setup/electron.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { say } from './setup/steps.mjs';

const SOON_MS = 5_000;

await runCommand(async () => {
  const { node, tensorflow } = await prepare();
  if (!tensorflow.ok) say(`Training is not possible yet. ${tensorflow.reason}\n  What to do: ${tensorflow.remedy}`);
  // npm runs us in the repository; the person's folder is relative to where they called npm.
  const folders = process.argv.slice(2).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder));
  if (await openWindow(node, folders)) return;
  const cli = join(root, 'out', 'main', 'cli.js');
  process.argv = [process.execPath, cli, 'serve', ...folders];
  await import(pathToFileURL(cli).href);
});

/** Runs the desktop app to its end; false when there is no display or Electron can't run here. */
async function openWindow(node, folders) {
  if (!hasDisplay()) return false;
  if (process.getuid?.() === 0) {
    say('Opening in the browser: Electron does not run its sandbox as root.');
    return false;
  }
  const electron = await ensureElectron(root, node);
  if (!electron) {
    say('Opening in the browser: Electron could not be downloaded (npm run setup tries again).');
    return false;
  }
  const started = Date.now();
  const code = await handOver(electron, [root, ...folders]);
  if (code !== 0 && code < 128 && Date.now() - started < SOON_MS) {
    say(`Opening in the browser: Electron ended at once with code ${code}.`);
    return false;
  }
  process.exitCode = code;
  return true;
}
