// The words of the Train screens: stages, ends, devices. Pure; no DOM.

import type { Preset } from '../../../shared/presets.ts';
import type { ComputerReport } from '../../../shared/computers.ts';
import type { DeviceInfo, Features, RunStatus, RunSummary, TrainingStage } from '../../../shared/training.ts';

export const stageWords: Record<TrainingStage, string> = {
  preparing: 'Getting ready',
  packing: 'Reading the photos',
  extracting: 'Looking at new photos',
  sending: 'Sending what the other computer lacks',
  'labels-only': 'Learning from the labels alone',
  ssgan: 'Learning from all photos',
  evaluating: 'Checking how good it is',
  predicting: 'Sorting the unlabelled photos',
};

/** The two ways to learn. */
export const wayNames: Record<Features, string> = {
  backbone: 'Knows everyday things by sight',
  pixels: 'Learns from your photos alone',
};

export const statusWords: Record<RunStatus, string> = {
  running: 'Training',
  interrupted: 'Interrupted',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
};

/** What a computer said that was reached. */
export function reportWords(destination: string, report: Extract<ComputerReport, { reachable: true }>): string {
  const { whisker, node, device } = report;
  const tensorflow = device.tensorflow === null ? 'TensorFlow.js' : `TensorFlow ${device.tensorflow}`;
  return `${destination} is ready: Whisker ${whisker}, Node ${node}, ${tensorflow} on ${deviceWords(device)}.`;
}

/** Why a run did not come to its end, and whether it can go on. */
export const cutOffWords = ({ id, options: { computer } }: Pick<RunSummary, 'id' | 'options'>): string =>
  computer === undefined
    ? `Run ${id} was interrupted when Whisker closed. What it had learned was kept.`
    : `Run ${id} was interrupted: ${computer} was lost, or Whisker closed. What it had learned was kept.`;

export const deviceWords = (device: DeviceInfo | null): string =>
  device === null ? 'Finding a device' : `${device.kind === 'gpu' ? 'GPU' : 'CPU'} · ${device.name}`;

export const learnsWithoutNative =
  'Learns on this computer’s processor without native TensorFlow; learning from your photos alone needs it.';

/** The command inside a remedy: what stands in quotes or backticks; null when there is none. */
export const commandIn = (remedy: string): string | null => /["“`]([^"”`]+)["”`]/.exec(remedy)?.[1] ?? null;

/** How a run learned: on which backbone, or by which preset. */
export const wayWords = ({ backbone, options }: RunSummary, presets: readonly Preset[]): string =>
  backbone?.name ?? presets.find(({ id }) => id === options.preset)?.name ?? options.preset;
