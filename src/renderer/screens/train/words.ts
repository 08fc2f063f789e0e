// The words and numbers of the Train screens: stages, durations, shares. Pure; no DOM.

import type { Preset } from '../../../shared/presets.ts';
import type { DeviceInfo, RunStatus, RunSummary, TrainingStage } from '../../../shared/training.ts';

export const stageWords: Record<TrainingStage, string> = {
  preparing: 'Getting ready',
  packing: 'Reading the photos',
  extracting: 'Looking at new photos through the backbone',
  'labels-only': 'Learning from the labels alone',
  ssgan: 'Learning from all photos',
  evaluating: 'Checking how good it is',
  predicting: 'Sorting the unlabelled photos',
};

export const statusWords: Record<RunStatus, string> = {
  running: 'Training',
  interrupted: 'Interrupted',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
};

/** "8 s", "3 min", "3 min 20 s", "1 h 5 min". Seconds fall away from ten minutes on. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes < 10 && rest > 0) return `${minutes} min ${rest} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What is left, without false precision: "a few seconds", "about 40 s", "about 3 min"; a dash while unknown. */
export function timeLeft(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 8) return 'a few seconds';
  if (seconds < 90) return `about ${Math.round(seconds / 10) * 10} s`;
  return `about ${duration(Math.round(seconds / 60) * 60)}`;
}

/** Share as whole percent; only true 0 and 1 show as 0% and 100%. */
export function percent(share: number): string {
  return `${wholePercent(share)}%`;
}

/** "64–95": a 95 % interval in whole percent, rounded outwards so that it never leaves out the share it is about. */
export const intervalWords = ({ low, high }: { low: number; high: number }): string =>
  `${Math.floor(100 * low)}–${Math.ceil(100 * high)}`;

function wholePercent(share: number): number {
  if (share <= 0) return 0;
  if (share >= 1) return 100;
  return Math.min(99, Math.max(1, Math.round(share * 100)));
}

const numbers = new Intl.NumberFormat('en-GB');
export const count = (value: number): string => numbers.format(value);

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

export const deviceWords = (device: DeviceInfo | null): string =>
  device === null ? 'Finding a device' : `${device.kind === 'gpu' ? 'GPU' : 'CPU'} · ${device.name}`;

/** The command inside a remedy: what stands in quotes or backticks; null when there is none. */
export const commandIn = (remedy: string): string | null => /["“`]([^"”`]+)["”`]/.exec(remedy)?.[1] ?? null;

/** How a run learned: on which backbone, or by which preset. */
export const wayWords = ({ backbone, options }: RunSummary, presets: readonly Preset[]): string =>
  backbone?.name ?? presets.find(({ id }) => id === options.preset)?.name ?? options.preset;

const sameDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const otherDay = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** "14:05" today, "12 Mar, 14:05" before. */
export function startTime(iso: string, now = new Date()): string {
  const at = new Date(iso);
  return (at.toDateString() === now.toDateString() ? sameDay : otherDay).format(at);
}
