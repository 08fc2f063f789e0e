// The browser that the end-to-end tests drive: one that is there, or Debian's, installed through apt when we are root.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram, isProgram, run } from './command.mjs';
import { SetupError, step } from './steps.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
];
const REMEDY = 'install Chromium, Chrome or Edge, or set WHISKER_CHROMIUM to the path of one';

/** The path of a Chromium-family browser; a SetupError says how to get one. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  const apt = findProgram('apt-get');
  if (!apt || process.getuid?.() !== 0) throw new SetupError('No Chromium was found for the browser tests', REMEDY);
  await step('Installing Chromium through apt', async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run(apt, ['update'], { env, failure: 'Chromium could not be installed through apt', remedy: REMEDY });
    await run(apt, ['install', '-y', '--no-install-recommends', 'chromium'], {
      env,
      failure: 'Chromium could not be installed through apt',
      remedy: REMEDY,
    });
  });
  const installed = findChromium();
  if (!installed) throw new SetupError('apt installed Chromium, but no program of that name is there', REMEDY);
  return installed;
}

export function findChromium(env = process.env, platform = process.platform, home = homedir()) {
  if (env.WHISKER_CHROMIUM) {
    if (isProgram(env.WHISKER_CHROMIUM)) return env.WHISKER_CHROMIUM;
    throw new SetupError(`WHISKER_CHROMIUM is not a program: ${env.WHISKER_CHROMIUM}`, REMEDY);
  }
  return NAMES.map((name) => findProgram(name, env)).find(Boolean) ?? usualPlaces(env, platform, home).find(isProgram);
}

function usualPlaces(env, platform, home) {
  if (platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((app) =>
      ['/Applications', join(home, 'Applications')].map((folder) =>
        join(folder, `${app}.app`, 'Contents', 'MacOS', app),
      ),
    );
  if (platform === 'win32')
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter(Boolean)
      .flatMap((folder) => [
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]);
  const playwright = join(home, '.cache', 'ms-playwright');
  const downloads = existsSync(playwright)
    ? readdirSync(playwright).filter((name) => name.startsWith('chromium-'))
    : [];
  return downloads.map((name) => join(playwright, name, 'chrome-linux', 'chrome'));
}
