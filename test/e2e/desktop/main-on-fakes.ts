// The built main bundle as a process of its own: plain Node, its 'electron' the fakes. Everything else in it is what
// ships: services, database, engines, screens.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { electronsNode } from '../../fixtures/electrons-node.ts';
import type { Answer, Notice, Order, Orders } from './remote-control.ts';

export type { Notice };

const root = resolve(import.meta.dirname, '../../..');

export interface MainProcess {
  readonly pid: number;
  /** Has something done there; see remote-control.ts. Rejects when it failed, or when the process ended meanwhile. */
  order<K extends keyof Orders>(name: K, ...args: Parameters<Orders[K]>): Promise<Awaited<ReturnType<Orders[K]>>>;
  /** One listener, in the order in which main did it; what came before it is kept for it. */
  onNotice(listener: (notice: Notice) => void): void;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number>;
  /** All that it wrote to stderr. */
  errors(): string;
  kill(): Promise<void>;
}

export interface MainOptions {
  dataDir: string;
  /** As on the command line of Electron, after the app itself. */
  args?: readonly string[];
  /** The plain Node that stands for Electron's own; one of its major version where that is at hand. */
  node?: string;
  env?: Record<string, string>;
}

/** Runs out/main/index.js up to the point where Electron would become ready. */
export function startMain({
  dataDir,
  args = [],
  node = electronsNode ?? process.execPath,
  env = {},
}: MainOptions): MainProcess {
  const child = fork(join(root, 'out/main/index.js'), args, {
    execPath: node,
    execArgv: ['resolve-electron.ts', 'remote-control.ts'].flatMap((file) => [
      '--import',
      new URL(file, import.meta.url).href,
    ]),
    env: { ...process.env, NODE_OPTIONS: '', WHISKER_DATA_DIR: dataDir, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));

  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const early: Notice[] = [];
  let hear = (notice: Notice): void => void early.push(notice);
  child.on('message', (message: Notice | Answer | string) => {
    // What main tells the `npm start` that it takes us for.
    if (typeof message === 'string') return;
    if ('kind' in message) return hear(message);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) asked?.reject(new Error(message.error));
    else asked?.resolve(message.value);
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    for (const { reject } of waiting.values()) reject(new Error(`Main ended. ${stderr}`));
    return typeof code === 'number' ? code : -1;
  });

  let orders = 0;
  return {
    pid: child.pid ?? -1,
    ended,
    errors: () => stderr,
    order<K extends keyof Orders>(name: K, ...args: Parameters<Orders[K]>) {
      const order: Order = { id: orders++, name, args };
      return new Promise<Awaited<ReturnType<Orders[K]>>>((resolve, reject) => {
        // What comes back is what the function of that name returned.
        waiting.set(order.id, { resolve: resolve as (value: unknown) => void, reject });
        child.send(order, (error) => error && reject(error));
      });
    },
    onNotice(listener) {
      hear = listener;
      early.splice(0).forEach(listener);
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
