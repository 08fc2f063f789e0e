// Electron's own binary, which its package downloads on demand from a host that may be out of reach. Tried once with a
// short limit; the answer is remembered, because without it Whisker opens in the browser just as well.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, readJson, writeJson } from './cache.mjs';
import { tryRun } from './command.mjs';
import { describeFailure, say, SetupError, step } from './steps.mjs';

/**
 * The path of Electron's binary, or undefined when it can't be had. `retry` asks again in spite of a remembered no.
 */
export async function ensureElectron(root, node, { retry = false, limitMs = 60_000 } = {}) {
  const folder = join(root, 'node_modules', 'electron');
  const version = readJson(join(folder, 'package.json'))?.version;
  const answer = join(cacheDir(), `electron-${version}-${process.platform}-${process.arch}.json`);
  if (!version || electronBinary(folder) || (!retry && readJson(answer)?.ok === false)) return electronBinary(folder);
  try {
    await step(`Downloading Electron ${version}`, async () => {
      const { code, output } = await tryRun(node, [join(folder, 'install.js')], { cwd: folder, timeoutMs: limitMs });
      if (code !== 0 || !electronBinary(folder))
        throw new SetupError(`Electron can't be had here: ${whyNot(code, output, limitMs)}`);
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(describeFailure(error));
    writeJson(answer, { ok: false, reason: error.message });
  }
  return electronBinary(folder);
}

/** Where an installed Electron package keeps its binary, or undefined while it has none. */
export function electronBinary(folder) {
  const name = join(folder, 'path.txt');
  if (!existsSync(name)) return undefined;
  const binary = join(folder, 'dist', readFileSync(name, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

const whyNot = (code, output, limitMs) =>
  code === null
    ? `not there after ${limitMs / 1000} s`
    : (/^\s*(?:\w*Error): .*$/m.exec(output)?.[0].trim() ?? 'it failed');

/** Whether a window could be shown at all. */
export const hasDisplay = (env = process.env, platform = process.platform) =>
  platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
