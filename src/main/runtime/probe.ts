// Can this machine train, and on what? Asks a short-lived trainer process, whose own word is the truth; set-up's note
// explains a no.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import * as v from 'valibot';
import { toFailure } from '../../shared/errors.ts';
import type { TrainingRuntime } from '../../shared/training.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';

export interface RuntimeProbe {
  /** What is known now; the first call starts finding out in a moment, when the window has been drawn. */
  current(): TrainingRuntime;
  /** Resolves once it is known. Asks again after a no: set-up may have been run since. */
  known(): Promise<Exclude<TrainingRuntime, { available: null }>>;
  close(): Promise<void>;
}

const DELAY_MS = 1500;
/** Loading a GPU runtime for the first time can take a minute. */
const TIMEOUT_MS = 120_000;

export function createRuntimeProbe(engine: Omit<EngineOptions, 'role'>, events: EventBus): RuntimeProbe {
  const trainer = createEngine({ role: 'trainer', ...engine });
  let runtime: TrainingRuntime = { available: null };
  let asking: Promise<Exclude<TrainingRuntime, { available: null }>> | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function ask() {
    const answer = await describe();
    runtime = answer;
    asking = null;
    events.emit('training.runtime', answer);
    return answer;
  }

  async function describe(): Promise<Exclude<TrainingRuntime, { available: null }>> {
    try {
      const device = await trainer.request({ kind: 'describe', device: 'auto' }, { timeoutMs: TIMEOUT_MS });
      return { available: true, device };
    } catch (error) {
      const { message, remedy } = toFailure(error);
      const note = await setupNote();
      return {
        available: false,
        reason: note?.reason ?? message,
        remedy: note?.remedy ?? remedy ?? 'Run "npm run setup" in the folder of Whisker, then start it again.',
      };
    } finally {
      // TensorFlow is hundreds of megabytes; the process is gone until there is something to train.
      await trainer.kill();
    }
  }

  return {
    current() {
      if (runtime.available === null && !asking) timer ??= setTimeout(() => void (asking ??= ask()), DELAY_MS).unref();
      return runtime;
    },
    async known() {
      if (runtime.available) return runtime;
      clearTimeout(timer);
      return (asking ??= ask());
    },
    async close() {
      clearTimeout(timer);
      await trainer.kill();
    },
  };
}

const noteSchema = v.object({ ok: v.literal(false), reason: v.string(), remedy: v.string() });

/** What set-up wrote down when it could not install TensorFlow (scripts/setup/tensorflow.mjs). */
async function setupNote(): Promise<{ reason: string; remedy: string } | null> {
  const cacheDir = process.env['WHISKER_CACHE_DIR'] || envPaths('whisker', { suffix: '' }).cache;
  try {
    const text = await readFile(join(cacheDir, 'tensorflow-status.json'), 'utf8');
    const note = v.safeParse(noteSchema, JSON.parse(text));
    return note.success ? note.output : null;
  } catch {
    // No note, or half a one: the trainer's own sentence is shown instead.
    return null;
  }
}
