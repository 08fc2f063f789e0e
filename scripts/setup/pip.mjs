// Fetches one pinned wheel through pip, tells how many bytes have come, and says in a sentence why when none do.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, tryRun } from './command.mjs';
import { reportProgress } from './progress.mjs';
import { SetupError } from './steps.mjs';

const WATCH_MS = 500;
const UNATTENDED = ['--disable-pip-version-check', '--no-input', '--no-cache-dir', '--retries=2', '--timeout=60'];
const EXACTLY_THIS = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--progress-bar=off'];
const FOR_WHICH_PYTHON = ['--python-version=3.12', '--implementation=cp'];

/**
 * Puts the wheel of `pin`, a line with its hash, into the folder `done`, which is complete when it exists. `tags` are
 * the platform tags that fit; `work` is a folder of ours on the same disk. Throws SetupError.
 */
export async function downloadWheel(pin, { tags, done, work }) {
  const [requirement] = pin.split(' ');
  const incoming = join(work, 'incoming');
  // Beside the target, because a system's own temporary folder may be too small for these wheels.
  const temporary = join(work, 'temporary');
  for (const folder of [incoming, temporary]) rmSync(folder, { recursive: true, force: true });
  for (const folder of [join(done, '..'), temporary]) mkdirSync(folder, { recursive: true });
  const pins = join(temporary, 'pin.txt');
  writeFileSync(pins, pin);
  const log = join(temporary, 'pip.log');
  const platforms = tags.map((tag) => `--platform=${tag}`);
  const fetch = ['download', ...EXACTLY_THIS, ...FOR_WHICH_PYTHON, ...platforms, '-d', incoming, '-r', pins];
  const stopWatching = watch(temporary, log);
  const { code, output } = await tryRun(findPython(), ['-m', 'pip', ...UNATTENDED, `--log=${log}`, ...fetch], {
    env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
  });
  stopWatching();
  if (code !== 0) throw explain(requirement, output);
  renameSync(incoming, done);
}

/** Reports what has come into `folder` until the returned function is called; pip's log knows how much it will be. */
function watch(folder, log) {
  let total = null;
  const timer = setInterval(() => {
    total ??= announcedBytes(readText(log));
    const done = wheelBytes(folder);
    if (done > 0) reportProgress({ done: total === null ? done : Math.min(done, total), total });
  }, WATCH_MS);
  return () => clearInterval(timer);
}

/** "Downloading tensorflow-2.21.0-…whl (350.9 MB)" -> 350_900_000; null when pip has not said it. */
export function announcedBytes(log) {
  const [, amount, unit] = /Downloading \S+\.whl(?:\.metadata)? \(([\d.]+) ([kMG]B)\)/.exec(log) ?? [];
  return unit ? Math.round(Number(amount) * { kB: 1e3, MB: 1e6, GB: 1e9 }[unit]) : null;
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function wheelBytes(folder) {
  try {
    return readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.whl'))
      .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0; // pip moves and removes files while we look.
  }
}

const AGAIN = 'then run: npm run setup';

/** What in pip's output tells which trouble; the first that fits is the one, for a later one may follow from it. */
const TROUBLES = [
  {
    sign: /No module named pip|No module named ensurepip/,
    message: () => 'Python is here, but its package installer pip is not',
    remedy: `install pip (Debian: apt-get install python3-pip), ${AGAIN}`,
  },
  {
    // What Windows and macOS put in Python's place, to offer it.
    sign: /Python was not found|xcode-select|No developer tools were found/,
    message: () => 'Python is not installed; what answers to its name only offers it',
    remedy: `install Python 3 from python.org, ${AGAIN}`,
  },
  {
    sign: /DO NOT MATCH THE HASHES/,
    message: (wheel) =>
      `What pip was given for ${wheel} is not the wheel that Whisker knows (its SHA-256 differs), so it was not used`,
    remedy: `a mirror or proxy that changes packages is the usual reason; reach the index without it, ${AGAIN}`,
  },
  {
    sign: /No space left on device|Errno 28|WinError 112|not enough space/i,
    message: (wheel) => `The disk is full: there is no room for ${wheel}`,
    remedy: `free some gigabytes, or let WHISKER_CACHE_DIR name a folder on another disk, ${AGAIN}`,
  },
  {
    sign: /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError/,
    message: (wheel) => `${wheel} could not be downloaded: pip does not trust the certificate that it was shown`,
    remedy: `set your proxy's certificate in pip (pip config set global.cert FILE), ${AGAIN}`,
  },
  {
    sign: /ProxyError|NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|connection broken/,
    message: (wheel) => `${wheel} could not be downloaded: the package index can't be reached`,
    remedy: `check the network connection and pip's proxy, ${AGAIN}`,
  },
  {
    sign: /No matching distribution|40[34] Client Error|HTTP error 40[34]/,
    message: (wheel) => `${wheel} could not be downloaded: pip's index does not have it for this computer`,
    remedy: `check that pip's index is complete (python3 -m pip config list) and pip is 20.3 or newer, ${AGAIN}`,
  },
];

/** The SetupError for a download that failed with this output of pip's. */
export function explain(requirement, output) {
  const trouble = TROUBLES.find(({ sign }) => sign.test(output));
  const said = output.trim().split('\n').slice(-8).join('\n');
  if (trouble) return new SetupError(trouble.message(requirement), trouble.remedy, said);
  return new SetupError(
    `${requirement} could not be downloaded through pip`,
    `see what pip said, ${AGAIN}`,
    said || 'pip said nothing',
  );
}

/** The Python that runs pip and unpacks wheels; none of its own version is asked for. */
export function findPython(platform = process.platform) {
  const names = platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python'];
  const python = names.map((name) => findProgram(name)).find(Boolean);
  if (python) return python;
  throw new SetupError(
    'Python 3 was not found, which fetches TensorFlow and the pretrained network',
    platform === 'linux'
      ? `install Python 3 with pip (Debian: apt-get install python3-pip), ${AGAIN}`
      : `install Python 3 from python.org, ${AGAIN}`,
  );
}
