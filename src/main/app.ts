// The services wired together. Knows no host: Electron, the web host and the command line all hold one App.

import { platform } from 'node:os';
import * as v from 'valibot';
import manifest from '../../package.json' with { type: 'json' };
import { callNames } from '../shared/contract.ts';
import type { CallName, EventMessage, Handlers } from '../shared/contract.ts';
import { toFailure, WhiskerError } from '../shared/errors.ts';
import type { Result } from '../shared/errors.ts';
import { schemas } from './calls/schemas.ts';
import { createEventBus } from './events.ts';

export interface AppOptions {
  /** The command line passes 'web'. */
  host: 'desktop' | 'web';
  /** Folder for everything Whisker keeps; `defaultDataDir()` unless asked otherwise. */
  dataDir: string;
  /** `--library DIR`: database and caches of the one library live here instead of dataDir/libraries/<id>. */
  libraryDir?: string;
  /** The plain-Node binary and the engine's entry file (`places().engineEntry`). */
  engine: { node: string; entry: string };
}

export interface App {
  /** Validates the input, runs the handler, never throws: errors come back as Result. */
  call(name: string, input: unknown): Promise<Result<unknown>>;
  /** Returns the function that unsubscribes. */
  subscribe(listener: (event: EventMessage) => void): () => void;
  /** Answers /photo/<id>/<size> and /export/labels.<format>; 404 for everything else. */
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const isCallName = (name: string): name is CallName => callNames.some((known) => known === name);

export function createApp(options: AppOptions): App {
  const events = createEventBus();
  const handlers: Partial<Handlers> = {
    'app.info': () => ({ version: manifest.version, host: options.host, platform: platform() }),
  };

  async function run<K extends CallName>(name: K, input: unknown): Promise<unknown> {
    const parsed = v.safeParse(schemas[name], input);
    if (!parsed.success) throw wrongInput(name, parsed.issues[0]);
    const handler = handlers[name];
    if (!handler) throw new WhiskerError('internal', `${name} is not built yet.`);
    return handler(parsed.output as never);
  }

  return {
    async call(name, input) {
      try {
        if (!isCallName(name)) throw new WhiskerError('forbidden', `There is no call named "${name.slice(0, 60)}".`);
        return { ok: true, value: await run(name, input) };
      } catch (error) {
        return { ok: false, error: toFailure(error) };
      }
    },
    subscribe: events.subscribe,
    fetch: () => Promise.resolve(new Response(null, { status: 404 })),
    close: () => Promise.resolve(),
  };
}

function wrongInput(name: CallName, issue: v.BaseIssue<unknown>): WhiskerError {
  const field = v.getDotPath(issue);
  return new WhiskerError('bad-input', `${name}: ${field === null ? 'the input' : `"${field}"`} ${issue.message}.`);
}
