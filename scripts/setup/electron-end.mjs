// What the end of Electron means: the person's own wish, or that no window can be had, and then why and what mends it.
import { constants } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { noSandbox } from './sandbox.mjs';

const SOON_MS = 5_000;
/** A window is there by then, or the person has long given up. */
const UP_WITHIN_MS = 60_000;
const PERSONS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const WINDOWS_CRASH = 0x8000_0000;
const WINDOWS_DLL_NOT_FOUND = 0xc000_0135;
const LIBRARY = /error while loading shared libraries: ([^:\s]+)|Library not loaded: (\S+)/;

/**
 * Why there was no window, or undefined when Electron ended as the person or the app wished. `end` is how it ended:
 * { code, signal, asked } as handOver tells it, `stderr` its last words, `lastedMs`, and `isShown`: the window was
 * there. `isLasting` says that the machine is the cause, so that it would be the same next time.
 *
 * @typedef {{ reason: string, remedy: string, isLasting: boolean }} Trouble
 * @returns {Trouble | undefined}
 */
export function windowTrouble(end, { binary, env = process.env, platform = process.platform }) {
  const signal = signalOf(end, platform);
  if (end.code === 0 || end.asked || PERSONS.includes(signal)) return undefined;
  const isCrash = signal !== undefined || (platform === 'win32' && end.code >= WINDOWS_CRASH);
  const isEarly = end.lastedMs < SOON_MS || (isCrash && !end.isShown && end.lastedMs < UP_WITHIN_MS);
  if (!isEarly) return undefined;
  const isLasting = !end.isShown && (isCrash || cannotRun(end));
  return { ...explain(end, signal, binary, env), isLasting };
}

/** A signal, also where a shell around the program reports it as 128 + n. */
function signalOf({ code, signal }, platform) {
  if (signal) return signal;
  if (platform === 'win32' || code <= 128) return undefined;
  return Object.keys(constants.signals).find((name) => constants.signals[name] === code - 128);
}

/** 126 and 127 are the loader's own. */
const cannotRun = ({ code, stderr }) => code === 126 || code === 127 || LIBRARY.test(stderr);

function explain({ code, stderr }, signal, binary, env) {
  const ending = signal ?? `code ${code}`;
  if (/No usable sandbox|SUID sandbox|Failed to move to new namespace/i.test(stderr)) return noSandbox(binary);
  const library = LIBRARY.exec(stderr)?.slice(1).find(Boolean);
  if (library)
    return {
      reason: `Electron needs ${library}, which this system lacks.`,
      remedy: [
        'for a window, install it, then start again. On Debian and Ubuntu this brings most of what Electron needs:',
        'sudo apt install libnss3 libgtk-3-0 libgbm1',
      ].join('\n'),
    };
  if (code === WINDOWS_DLL_NOT_FOUND)
    return {
      reason: 'Electron needs a library (DLL) that this system lacks.',
      remedy: 'install the updates of Windows, then start again',
    };
  if (/Missing X server|cannot open display|platform failed to initialize/i.test(stderr))
    return {
      reason: `no display answers at ${env.WAYLAND_DISPLAY || env.DISPLAY}.`,
      remedy: 'for a window, start in a terminal of the desktop itself',
    };
  if (/GPU process isn't usable/i.test(stderr))
    return {
      reason: `Electron could not use the graphics card (${ending}).`,
      remedy: 'for a window, update its driver; npm run setup lets Electron try again',
    };
  const words = lastLine(stderr);
  return {
    reason: `Electron ended with ${ending} before its window was there${words ? `: ${words}` : '.'}`,
    remedy: 'npm run setup lets it try again',
  };
}

const lastLine = (text) => stripVTControlCharacters(text).trim().split('\n').at(-1).trim().slice(0, 200);
