// Opens the desktop window where there is a display and Electron's binary can be had; says why where not.
import { handOver } from './command.mjs';
import { ensureElectron, hasDisplay } from './electron.mjs';
import { say } from './steps.mjs';

const SOON_MS = 5_000;

/** Runs the built desktop app to its end and sets the exit code; false when there is none to be had. */
export async function openWindow({ root, node, folders, env = process.env }) {
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
  const code = await handOver(electron, [root, ...folders], { env });
  if (code !== 0 && code < 128 && Date.now() - started < SOON_MS) {
    say(`Opening in the browser: Electron ended at once with code ${code}.`);
    return false;
  }
  process.exitCode = code;
  return true;
}
