// The desktop window: whether this machine can have one, said in words where not, and its run from start to end.
import { rmSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { cacheDir, readJson, recentNo, rememberNo } from './cache.mjs';
import { exitCodeOf, handOver } from './command.mjs';
import { ensureElectron, hasDisplay } from './electron.mjs';
import { sandboxFacts, sandboxTrouble } from './sandbox.mjs';
import { inWords, say } from './steps.mjs';
import { windowTrouble } from './electron-end.mjs';

/** Variables of the terminal that turn Electron into plain Node or load code into it that was meant for Node. */
const NOT_FOR_ELECTRON = ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_V8_COVERAGE'];
/** What the app sends us when its window is there. */
const SHOWN = 'window shown';
const KEPT_CHARACTERS = 4_000;

/**
 * The path of an Electron that can open a window here, or undefined after saying why there is none. `system` says where
 * the system keeps its folders, `uid` who we are.
 */
export async function findWindow({ root, node, env = process.env, uid = process.getuid?.(), system = {} }) {
  if (!hasDisplay(env)) return undefined;
  const found = await electronOrTrouble({ root, node, env, uid, system });
  if (!found.binary) sayInBrowser(found);
  return found.binary;
}

async function electronOrTrouble({ root, node, env, uid, system }) {
  if (uid === 0) return { reason: 'Electron does not run its sandbox as root.' };
  const binary = await ensureElectron(root, node, { env });
  if (!binary) return { reason: 'Electron is not here (npm run setup tries again to get it).' };
  return sandboxTrouble(binary, system) ?? rememberedTrouble(root, binary, env, system) ?? { binary };
}

/** Runs the built app in Electron to its end and sets the exit code; false when its window never came. */
export async function openWindow({ root, binary, folders, env = process.env, system = {} }) {
  const end = await runElectron(binary, [root, ...folders], windowEnv(env));
  const trouble = windowTrouble(end, { binary, env });
  if (!trouble) {
    process.exitCode = exitCodeOf(end);
    return true;
  }
  const { reason, remedy, isLasting } = trouble;
  if (isLasting) rememberNo(noteFile(root), { reason, remedy, machine: machineOf(binary, env, system) });
  sayInBrowser(trouble);
  return false;
}

/** Lets the next start try a window again, whatever became of the last one. */
export const forgetWindowTrouble = (root) => rmSync(noteFile(root), { force: true });

/** The environment for Electron: ours, less what would keep it from being Electron. */
export const windowEnv = (env) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_FOR_ELECTRON.includes(name.toUpperCase())));

function sayInBrowser(trouble) {
  say(`Opening in the browser: ${inWords(trouble)}`);
}

async function runElectron(binary, args, env) {
  const started = Date.now();
  let stderr = '';
  let isShown = false;
  const onStart = (child) => {
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk);
      stderr = (stderr + chunk).slice(-KEPT_CHARACTERS);
    });
    child.on('message', (message) => {
      isShown ||= message === SHOWN;
    });
  };
  const how = { env, stdio: ['inherit', 'inherit', 'pipe', 'ipc'], onStart };
  try {
    const end = await handOver(binary, args, how);
    return { ...end, stderr, isShown, lastedMs: Date.now() - started };
  } catch (error) {
    // What can't be started at all ends as the shell would have it.
    return { code: 127, signal: null, asked: null, stderr: error.message, isShown, lastedMs: 0 };
  }
}

const noteFile = (root) => {
  const { version } = readJson(join(root, 'node_modules', 'electron', 'package.json'));
  return join(cacheDir(), `window-${version}-${process.platform}-${process.arch}.json`);
};

/** What went wrong the last time, on this same machine, within a day. */
function rememberedTrouble(root, binary, env, system) {
  const no = recentNo(noteFile(root));
  if (no?.machine !== machineOf(binary, env, system)) return undefined;
  const when = new Date(no.at).toLocaleString();
  return { ...no, reason: `${no.reason} (Tried at ${when}; npm run setup lets it try again.)` };
}

/** All that decides whether Electron runs here, as far as a file read can tell: a change asks again. */
function machineOf(binary, env, system) {
  const { DISPLAY, WAYLAND_DISPLAY } = env;
  return JSON.stringify([binary, release(), libraries(system), sandboxFacts(binary, system), DISPLAY, WAYLAND_DISPLAY]);
}

/** Changes when a shared library is installed or removed on Linux. */
function libraries({ etc = '/etc' }) {
  try {
    return statSync(join(etc, 'ld.so.cache')).mtimeMs;
  } catch {
    return null;
  }
}
