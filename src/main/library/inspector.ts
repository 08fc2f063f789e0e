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
  /** The engine itself gives up on a slow picture long before these; they are for a decoder that hangs. */
  limits?: { batchMs: number; fileMs: number } | undefined;
}

export function createInspector({ engine, signal, thumbDir, thumbPx, limits }: InspectorOptions): Inspector {
  const { batchMs, fileMs } = limits ?? { batchMs: 180_000, fileMs: 40_000 };
  // While files are tried one by one nothing else may run in the process, or the wrong one would take the blame.
  let oneByOneEnds: Promise<unknown> = Promise.resolve();

  const send = (paths: string[], timeoutMs: number) =>
    engine.request({ kind: 'inspect', paths, thumbDir, thumbPx }, { signal, timeoutMs });

  async function oneByOne(paths: string[]): Promise<Inspected[]> {
    const answers: Inspected[] = [];
    for (const path of paths) {
      const [answer] = await alone(path).catch((error: unknown) => [blame(error, fileMs)]);
      if (answer) answers.push(answer);
    }
    return answers;
  }

  /** Twice, because a process can also be killed for what is no fault of the file: by a system short of memory, say. */
  const alone = (path: string): Promise<Inspected[]> =>
    send([path], fileMs).catch((error: unknown) => {
      if (!isCrash(error) || error instanceof EngineTimeout) throw error;
      return send([path], fileMs);
    });

  return {
    async inspect(paths) {
      await oneByOneEnds;
      try {
        return await send(paths, batchMs);
      } catch (error) {
        if (!isCrash(error)) throw error;
        const retried = oneByOneEnds.then(() => oneByOne(paths));
        oneByOneEnds = retried.catch(() => {});
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
    : { ok: false, code: 'crashed', reason: 'This file made the picture decoder crash twice.', sha256: null };
}
