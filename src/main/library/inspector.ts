// Has files inspected in batches, and finds the one at fault when a batch takes the process down or never ends.

import type { InspectRequest, Inspected } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import { EngineTimeout, type Engine } from '../engine-host/engine.ts';

export interface Inspector {
  /** Answers in the order of `paths`. Rejects with 'cancelled', or when the engine can't work at all. */
  inspect(paths: string[]): Promise<Inspected[]>;
}

export interface InspectorOptions extends Pick<InspectRequest, 'thumbDir' | 'thumbPx'> {
  engine: Engine;
  signal: AbortSignal;
  /** The engine itself gives up on a slow picture long before these; they are for a process that hangs. */
  limits?: { batchMs: number; fileMs: number } | undefined;
}

export function createInspector({ engine, signal, thumbDir, thumbPx, limits }: InspectorOptions): Inspector {
  const { batchMs, fileMs } = limits ?? { batchMs: 180_000, fileMs: 60_000 };
  // While files are tried one by one nothing else may run in the process, or the wrong one would take the blame.
  let alone: Promise<unknown> = Promise.resolve();

  const send = (paths: string[], timeoutMs: number) =>
    engine.request({ kind: 'inspect', paths, thumbDir, thumbPx }, { signal, timeoutMs });

  async function oneByOne(paths: string[]): Promise<Inspected[]> {
    const answers: Inspected[] = [];
    for (const path of paths) {
      const [answer] = await send([path], fileMs).catch((error: unknown) => [blame(error, fileMs)]);
      if (answer) answers.push(answer);
    }
    return answers;
  }

  return {
    async inspect(paths) {
      await alone;
      try {
        return await send(paths, batchMs);
      } catch (error) {
        if (!isCrash(error)) throw error;
        const retried = alone.then(() => oneByOne(paths));
        alone = retried.catch(() => {});
        return retried;
      }
    },
  };
}

const isCrash = (error: unknown): boolean => toFailure(error).code === 'engine-crashed';

function blame(error: unknown, fileMs: number): Inspected {
  if (!isCrash(error)) throw error;
  return error instanceof EngineTimeout
    ? {
        ok: false,
        code: 'timed-out',
        reason: `Reading this file took longer than ${fileMs / 1000} seconds.`,
        sha256: null,
      }
    : { ok: false, code: 'crashed', reason: 'This file made the picture decoder crash.', sha256: null };
}
