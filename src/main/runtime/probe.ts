// Can this machine train, and on what? Asks a short-lived trainer process, whose own word is the truth; set-up's files
// explain why there is no native TensorFlow, and tell when to ask again.

import type { DescribedDevice } from '../../engine/messages.ts';
import { toFailure } from '../../shared/errors.ts';
import type { DeviceReport, RuntimeOffer, SetupProgress, TrainingRuntime } from '../../shared/training.ts';
import { createEngine } from '../engine-host/engine.ts';
import type { EngineOptions } from '../engine-host/engine.ts';
import type { EventBus } from '../events.ts';
import { whenGpuUnused, whenMissing } from './remedies.ts';
import { readSetupNote, readSetupProgress, setupEndedAt } from './setup-files.ts';

export type KnownRuntime = Exclude<TrainingRuntime, { available: null }>;

export interface RuntimeProbe {
  /** What is known now; the first call starts finding out in a moment, when the window has been drawn. */
  current(): TrainingRuntime;
  /** Resolves once it is known. Asks again while no native TensorFlow was found. */
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
    const settingUp = isNative(answer) ? null : await readSetupProgress(cacheDir);
    const found = answer.available && settingUp ? whileSettingUp(answer.device, settingUp) : answer;
    if (!closed) become(found);
    if (lacks() !== null || settingUp) lookSoon();
    return found;
  }

  async function describe(): Promise<KnownRuntime> {
    try {
      const device = await trainer.request({ kind: 'describe', device: 'auto' }, { timeoutMs: DESCRIBE_TIMEOUT_MS });
      needsGpuRuntime = device.gpuProblem?.needs === 'runtime';
      return { available: true, device: await reportOf(device) };
    } catch (error) {
      return { available: false, ...(await missing(toFailure(error).message)) };
    } finally {
      // TensorFlow is hundreds of megabytes; the process is gone until there is something to train.
      await trainer.kill();
    }
  }

  /** What set-up has noted is nearer to the cause than what a process without TensorFlow says. */
  async function missing(reason: string): Promise<{ reason: string; remedy: string }> {
    const note = installed ? null : await readSetupNote(cacheDir, 'tensorflow');
    return note ?? { reason, remedy: whenMissing({ installed, offered: isOffered('cpu') }) };
  }

  async function reportOf({ gpuProblem, whyNotNative, ...device }: DescribedDevice): Promise<DeviceReport> {
    const offered = isOffered('gpu');
    return {
      ...device,
      gpuProblem: gpuProblem && {
        reason: gpuProblem.reason,
        remedy: whenGpuUnused(gpuProblem.needs, { installed, offered }),
      },
      nativeProblem: whyNotNative === null ? null : await missing(whyNotNative),
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
      if (runtime.available && !isNative(runtime) && !isSame(settingUp, settingUpNow())) {
        become(whileSettingUp(runtime.device, settingUp));
      }
      return lookSoon();
    }
    if (settingUpNow() || endedAt !== endedBefore) void ask();
    else lookSoon();
  }

  function lacks(): RuntimeOffer['flavour'] | null {
    if (runtime.available === null || settingUpNow()) return null;
    if (!isNative(runtime)) return 'cpu';
    return needsGpuRuntime ? 'gpu' : null;
  }

  const settingUpNow = () => (runtime.available && runtime.settingUp) || null;

  return {
    current() {
      if (runtime.available === null && !asking) timer ??= setTimeout(() => void ask(), DELAY_MS).unref();
      return runtime;
    },
    known: async () => (runtime.available && isNative(runtime) ? runtime : ask()),
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

const isNative = (known: TrainingRuntime): boolean => known.available === true && known.device.nativeProblem === null;

const whileSettingUp = (device: DeviceReport, settingUp: SetupProgress): KnownRuntime => ({
  available: true,
  device: {
    ...device,
    nativeProblem: { reason: 'TensorFlow is still being set up.', remedy: 'It can begin as soon as that has ended.' },
  },
  settingUp,
});

const isSame = (a: SetupProgress, b: SetupProgress | null): boolean =>
  a.step === b?.step && a.done === b.done && a.total === b.total;
