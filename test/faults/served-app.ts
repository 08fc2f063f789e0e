// The app as people run it, in a process of its own behind the web host, to be killed at will; and the app in this
// process, where a fault is made from within.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp, type OpenedApp } from '../../src/main/app.ts';
import { openLogFile } from '../../src/main/log-file.ts';
import type { CallName, Input, Output } from '../../src/shared/contract.ts';
import type { Failure, Result } from '../../src/shared/errors.ts';
import type { TrainingOptions } from '../../src/shared/training.ts';
import type { ClassId, PhotoId } from '../../src/shared/types.ts';
import { everything } from '../../src/shared/export.ts';

const source = join(import.meta.dirname, '../../src');

export type Answer<K extends CallName> = Result<Output<K>>;
export type Ask = <K extends CallName>(name: K, input: Input<K>) => Promise<Answer<K>>;

export interface ServedApp {
  pid: number;
  ask: Ask;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
/** Shorter than the app's own, whose largest networks are long in a step. */
const SILENCE_MS = 30_000;

export async function serveApp(dataDir: string): Promise<ServedApp> {
  const child = spawn(process.execPath, [join(source, 'main/cli.ts'), 'serve', '--port', '0', '--no-open', '--json'], {
    env: { ...process.env, WHISKER_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await printedUrl(child);
  const welcome = await fetch(url, { redirect: 'manual' });
  const cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { cookie, 'content-type': 'application/json', origin: url.origin };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    pid: child.pid ?? 0,
    async ask(name, input) {
      const body = JSON.stringify(input ?? null);
      const response = await fetch(new URL(`/call/${name}`, url), { method: 'POST', headers, body });
      return (await response.json()) as never;
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function printedUrl(child: ChildProcess): Promise<URL> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  try {
    if (!child.stdout) throw new Error('The app has no output.');
    for await (const line of createInterface({ input: child.stdout })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) return new URL(url);
    }
    throw new Error(`The app ended with code ${child.exitCode} before it printed its address.`);
  } finally {
    clearTimeout(timer);
  }
}

/** With `libraryDir` the one library lives there. */
export function appHere(dataDir: string, libraryDir?: string): { app: OpenedApp; ask: Ask } {
  const engine = { node: process.execPath, entry: join(source, 'engine/entry.ts'), silenceMs: SILENCE_MS };
  const place = libraryDir === undefined ? {} : { libraryDir };
  const app = createApp({ host: 'web', dataDir, engine, offers: [], logFile: openLogFile(dataDir), ...place });
  return { app, ask: (name, input) => app.call(name, input) as never };
}

/** The value of an answer that no fault may touch. Throws the failure's sentence. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(inWords(result.error));
}

export const inWords = ({ message, remedy }: Failure): string =>
  remedy === undefined ? message : `${message} ${remedy}`;

const SCAN_LIMIT_MS = 60_000;

/** Opens the folder and waits until it is scanned. Gives its photos in the grid's order. */
export async function openScanned(ask: Ask, folder: string): Promise<PhotoId[]> {
  valueOf(await ask('library.open', { folder }));
  const began = performance.now();
  for (;;) {
    const state = valueOf(await ask('library.state', undefined));
    if (state && !['listing', 'reading'].includes(state.scan.phase)) break;
    if (performance.now() - began > SCAN_LIMIT_MS) throw new Error('The scan did not end.');
    await sleep(20);
  }
  return valueOf(await ask('photos.list', { filter: { kind: 'all' } })).ids;
}

/** The two classes, made when they are not there. */
export async function twoClasses(ask: Ask): Promise<[ClassId, ClassId]> {
  const state = valueOf(await ask('library.state', undefined));
  const ids = (state?.classes ?? []).map(({ id }) => id);
  for (const name of ['Warm', 'Cool'].slice(ids.length)) ids.push(valueOf(await ask('classes.create', { name })).id);
  const [one, other] = ids;
  if (one === undefined || other === undefined) throw new Error('The classes are gone.');
  return [one, other];
}

/** Labels every other photo as one class and the rest as the other, `count` in all. */
export async function labelAlternating(ask: Ask, photos: readonly PhotoId[], count: number): Promise<void> {
  const classes = await twoClasses(ask);
  for (const [i, classId] of classes.entries()) {
    const photoIds = photos.slice(0, count).filter((_, at) => at % 2 === i);
    valueOf(await ask('labels.set', { photoIds, label: classId, source: 'person', chosen: 'hand' }));
  }
}

export async function labelsNow(ask: Ask): Promise<Map<PhotoId, number>> {
  const { ids, labels } = valueOf(await ask('photos.list', { filter: { kind: 'all' } }));
  return new Map(ids.map((id, i) => [id, labels[i] ?? 0]));
}

/** What a person would take away. */
export async function exportedCsv(app: OpenedApp): Promise<string> {
  const { url } = app.services.exports.link({ ...everything, format: 'csv' });
  return (await app.fetch(new Request(`http://localhost${url}`))).text();
}

/** A run from pixels, short and yet long enough to take its steps on a busy machine. */
export const shortRun: TrainingOptions = {
  features: 'pixels',
  preset: 'quick',
  minutes: 0.2,
  seed: 1,
  device: 'cpu',
  startFrom: 'scratch',
  colour: 'auto',
  mirror: true,
  accepted: 'leave-out',
};
