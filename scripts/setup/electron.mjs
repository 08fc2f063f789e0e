// Electron's own binary, which its package downloads on demand from a host that may be out of reach. A refusal is
// remembered for a day, because without it Whisker opens in the browser just as well.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, readJson, recentNo, rememberNo, withLock } from './cache.mjs';
import { tryRun } from './command.mjs';
import { reportProgress } from './progress.mjs';
import { describeFailure, say, SetupError, step } from './steps.mjs';

const INSTALL = fileURLToPath(new URL('electron-install.mjs', import.meta.url));
const SILENCE_MS = 30_000;

/**
 * The path of Electron's binary, or undefined when it can't be had. `retry` asks again in spite of a remembered no. The
 * download may take as long as it likes while bytes come; `silenceMs` without one end it.
 */
export async function ensureElectron(root, node, { retry = false, silenceMs = SILENCE_MS, env = process.env } = {}) {
  const folder = join(root, 'node_modules', 'electron');
  const version = readJson(join(folder, 'package.json'))?.version;
  const answer = join(cacheDir(), `electron-${version}-${process.platform}-${process.arch}.json`);
  if (env.ELECTRON_OVERRIDE_DIST_PATH || electronBinary(folder, env)) return electronBinary(folder, env);
  if (!version || (!retry && recentNo(answer))) return undefined;
  try {
    await withLock('electron', () => electronBinary(folder, env) || download(folder, node, version, silenceMs, env));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(describeFailure(error));
    if (error instanceof Refused) rememberNo(answer, { reason: error.message });
  }
  return electronBinary(folder, env);
}

/**
 * The binary of an installed Electron package, or undefined while it has none. ELECTRON_OVERRIDE_DIST_PATH names
 * another folder that has one, as it does for the package itself.
 */
export function electronBinary(folder, env = process.env) {
  const program = PROGRAMS[process.platform] ?? PROGRAMS.linux;
  const binary = join(electronFolder(folder, env), program);
  // The package writes path.txt when it has unpacked everything.
  const isWhole = env.ELECTRON_OVERRIDE_DIST_PATH || existsSync(join(folder, 'path.txt'));
  return isWhole && existsSync(binary) ? binary : undefined;
}

/** Where an installed Electron package has what it has downloaded, or the folder that is used in its stead. */
export const electronFolder = (folder, env = process.env) => env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist');

const PROGRAMS = {
  linux: 'electron',
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

class Refused extends SetupError {}

function download(folder, node, version, silenceMs, env) {
  return step(`Downloading Electron ${version}`, async () => {
    // A download that is cut off leaves its part behind; here it can be found and removed.
    const temporary = join(cacheDir(), 'electron-download');
    const clean = () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    clean();
    mkdirSync(temporary, { recursive: true });
    process.on('exit', clean);
    try {
      await runInstaller(folder, node, silenceMs, { ...proxyEnv(env), ...temporaryIn(temporary) });
    } finally {
      process.off('exit', clean);
      clean();
    }
  });
}

async function runInstaller(folder, node, silenceMs, env) {
  const silence = new AbortController();
  const giveUp = () => silence.abort();
  let timer = setTimeout(giveUp, silenceMs);
  let refused;
  const onMessage = (message) => {
    clearTimeout(timer);
    refused ??= message.refused;
    if (!refused) reportProgress(message);
    // Unpacking is silent.
    const isUnpacking = message.done > 0 && message.done === message.total;
    if (!isUnpacking) timer = setTimeout(giveUp, silenceMs);
  };
  const how = { cwd: folder, env, onMessage, signal: silence.signal, killSignal: 'SIGKILL' };
  const { code, output } = await tryRun(node, [INSTALL, folder], how);
  clearTimeout(timer);
  if (code === 0 && electronBinary(folder, env)) return;
  if (refused) throw new Refused(`Electron can't be had here: ${refused}`);
  const why = silence.signal.aborted ? `no byte came for ${silenceMs / 1000} s` : firstError(output);
  throw new SetupError(`Electron can't be had here: ${why}`);
}

const firstError = (output) => /^\s*(?:\w*Error): .*$/m.exec(output)?.[0].trim() ?? 'it failed';

const temporaryIn = (folder) => ({ TMPDIR: folder, TEMP: folder, TMP: folder });

/**
 * The environment for Electron's installer, which heeds a proxy only when it is told to: that of the usual variables,
 * else npm's own.
 */
export function proxyEnv(env) {
  const http = env.http_proxy ?? env.HTTP_PROXY ?? env.npm_config_proxy;
  const https = env.https_proxy ?? env.HTTPS_PROXY ?? env.npm_config_https_proxy ?? http;
  if (!https) return env;
  const none = env.no_proxy ?? env.NO_PROXY ?? env.npm_config_noproxy ?? '';
  return { ...env, ELECTRON_GET_USE_PROXY: '1', http_proxy: http ?? '', https_proxy: https, no_proxy: none };
}

/** Whether a window could be shown at all. */
export const hasDisplay = (env = process.env, platform = process.platform) =>
  platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
