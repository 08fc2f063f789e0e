// Can this machine train, and on what? Asks a short-lived trainer process, whose own word is the truth; set-up's files
// explain a no, and tell when to ask again.

import type { DescribedDevice } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import type { RuntimeOffer, SetupProgress, TrainingRuntime } from '../../shared/training.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { whenGpuUnused, whenMissing } from './remedies.ts';
import { readSetupNote, readSetupProgress, setupEndedAt } from './setup-files.ts';

export type KnownRuntime = Exclude<TrainingRuntime, { available: null }>;

export interface RuntimeProbe {
  /** What is known now; the first call starts finding out in a moment, when the window has been drawn. */
  current(): TrainingRuntime;
  /** Resolves once it is known. Asks again after a no. */
  known(): Promise<KnownRuntime>;
  /** Asks again whatever is known: a runtime has come or gone. */
  again(): Promise<KnownRuntime>;
  /** The flavour of TensorFlow that this machine could use and lacks; null when it lacks none, or nothing is known. */
  lacks(): RuntimeOffer['flavour'] | null;
  close(): Promise<void>;
}

export interface ProbeParts {
  engine: Omit<EngineOptions, 'role'>;
  events: EventBus;
  cacheDir: string;
  installed: boolean;
  /** Whether a TensorFlow of that flavour can be downloaded. */
  isOffered(flavour: RuntimeOffer['flavour']): boolean;
  /** How often set-up's files are looked at while something is lacking. */
  lookEveryMs?: number | undefined;
}

const DELAY_MS = 1500;
/** Loading a GPU runtime for the first time can take a minute. */
export const DESCRIBE_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 1000;

export function createRuntimeProbe(parts: ProbeParts): RuntimeProbe {
  const { engine, events, cacheDir, installed, isOffered, lookEveryMs = LOOK_EVERY_MS } = parts;
  const trainer = createEngine({ role: 'trainer', ...engine });
  let runtime: TrainingRuntime = { available: null };
  let needsGpuRuntime = false;
  let asking: Promise<KnownRuntime> | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** Runs while something is lacking: set-up may be at work, or begin. */
  let looking: NodeJS.Timeout | undefined;
  let endedBefore = 0;
  let closed = false;

  function become(next: TrainingRuntime): void {
    runtime = next;
    events.emit('training.runtime', next);
  }

  const ask = (): Promise<KnownRuntime> => (asking ??= find().finally(() => (asking = null)));

  async function find(): Promise<KnownRuntime> {
    clearTimeout(timer);
    clearTimeout(looking);
    endedBefore = await setupEndedAt(cacheDir);
    const answer = await describe();
    const settingUp = answer.available ? null : await readSetupProgress(cacheDir);
    if (!closed) become(settingUp ? { available: null, settingUp } : answer);
    if (lacks() !== null || settingUp) lookSoon();
    return settingUp ? beingSetUp : answer;
  }

  async function describe(): Promise<KnownRuntime> {
    try {
      const device = await trainer.request({ kind: 'describe', device: 'auto' }, { timeoutMs: DESCRIBE_TIMEOUT_MS });
      needsGpuRuntime = device.gpuProblem?.needs === 'runtime';
      return { available: true, device: reportOf(device) };
    } catch (error) {
      const note = installed ? null : await readSetupNote(cacheDir);
      const remedy = whenMissing({ installed, offered: isOffered('cpu') });
      return { available: false, reason: note?.reason ?? toFailure(error).message, remedy: note?.remedy ?? remedy };
    } finally {
      // TensorFlow is hundreds of megabytes; the process is gone until there is something to train.
      await trainer.kill();
    }
  }

  function reportOf({ gpuProblem, ...device }: DescribedDevice) {
    if (!gpuProblem) return { ...device, gpuProblem };
    const { reason, needs } = gpuProblem;
    return {
      ...device,
      gpuProblem: { reason, remedy: whenGpuUnused(needs, { installed, offered: isOffered('gpu') }) },
    };
  }

  function lookSoon(): void {
    if (closed) return;
    clearTimeout(looking);
    looking = setTimeout(() => void look(), lookEveryMs).unref();
  }

  /** Follows set-up while it works, and asks the trainer again when it has come to an end. */
  async function look(): Promise<void> {
    const [settingUp, endedAt] = await Promise.all([readSetupProgress(cacheDir), setupEndedAt(cacheDir)]);
    if (closed || asking) return;
    if (settingUp) {
      if (!runtime.available && !isSame(settingUp, settingUpNow())) become({ available: null, settingUp });
      return lookSoon();
    }
    if (settingUpNow() || endedAt !== endedBefore) void ask();
    else lookSoon();
  }

  function lacks(): RuntimeOffer['flavour'] | null {
    if (runtime.available === false) return 'cpu';
    return runtime.available && needsGpuRuntime ? 'gpu' : null;
  }

  const settingUpNow = () => (runtime.available === null && runtime.settingUp) || null;

  return {
    current() {
      const unknown = runtime.available === null && !runtime.settingUp;
      if (unknown && !asking) timer ??= setTimeout(() => void ask(), DELAY_MS).unref();
      return runtime;
    },
    known: async () => (runtime.available ? runtime : ask()),
    async again() {
      await asking;
      return ask();
    },
    lacks,
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(looking);
      await trainer.kill();
    },
  };
}

const beingSetUp: KnownRuntime = {
  available: false,
  reason: 'TensorFlow is still being set up.',
  remedy: 'Training can begin as soon as that has ended.',
};

const isSame = (a: SetupProgress, b: SetupProgress | null): boolean =>
  a.step === b?.step && a.done === b.done && a.total === b.total;
