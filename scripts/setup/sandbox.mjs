// Can Electron make its sandbox on this Linux? Asked before it is started, because without one it aborts, and Whisker
// never runs it without. It needs user namespaces, or else its helper chrome-sandbox as a setuid program of root's.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HELPER = 'chrome-sandbox';

/**
 * Why Electron's `binary` can't make its sandbox here, as { reason, remedy }, or undefined when nothing speaks against
 * it. `proc` and `etc` are where the system keeps its own folders.
 */
export function sandboxTrouble(binary, { platform = process.platform, proc = '/proc', etc = '/etc' } = {}) {
  if (platform !== 'linux') return undefined;
  const why = namespaceRestriction(proc);
  if (!why || isSetuidRoot(helperOf(binary))) return undefined;
  if (why === APPARMOR && isProfiled(binary, etc)) return undefined;
  return noSandbox(binary, why);
}

/** The same answer where Electron itself said so. */
export function noSandbox(binary, why) {
  const helper = shellQuoted(helperOf(binary));
  return {
    reason: `Electron can't make its sandbox on this system${why ? ` (${why})` : ''}.`,
    remedy: [
      'for a window, run these two, then start again:',
      `sudo chown root:root ${helper}`,
      `sudo chmod 4755 ${helper}`,
    ].join('\n'),
  };
}

/** All that the answer depends on, in a word: another one wants another look. */
export function sandboxFacts(binary, { proc = '/proc', etc = '/etc' } = {}) {
  const why = namespaceRestriction(proc) ?? 'free';
  return [why, isSetuidRoot(helperOf(binary)), why === APPARMOR && isProfiled(binary, etc)].join(' ');
}

const APPARMOR = 'AppArmor restricts user namespaces';

function namespaceRestriction(proc) {
  const setting = (...path) => readText(join(proc, 'sys', ...path))?.trim();
  if (setting('kernel', 'apparmor_restrict_unprivileged_userns') === '1') return APPARMOR;
  if (setting('kernel', 'unprivileged_userns_clone') === '0') return 'the kernel keeps user namespaces to root';
  if (setting('user', 'max_user_namespaces') === '0') return 'the kernel allows no user namespaces';
  return undefined;
}

const helperOf = (binary) => join(dirname(binary), HELPER);

/** What Chromium itself asks of the helper. */
function isSetuidRoot(helper) {
  try {
    const { uid, mode } = statSync(helper);
    return uid === 0 && (mode & 0o4000) !== 0 && (mode & 0o001) !== 0;
  } catch {
    return false;
  }
}

/** Whether an AppArmor profile names the binary; such a profile may allow it what is restricted otherwise. */
function isProfiled(binary, etc) {
  const folder = join(etc, 'apparmor.d');
  const path = realpathSync(binary);
  return filesIn(folder).some((name) => readText(join(folder, name))?.includes(path));
}

function filesIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const shellQuoted = (path) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
