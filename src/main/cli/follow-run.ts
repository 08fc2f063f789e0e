// A run from its begin to its summary: its progress meanwhile. The first Ctrl-C keeps the best so far, the second gives
// up.

import { correctionReceipt } from '../runs/correction-receipt.ts';
import { WhiskerError } from '../../shared/errors.ts';
import type { RunSummary, TrainingProgress } from '../../shared/training.ts';
import type { Context } from './context.ts';
import { changeLines, summarise } from './run-summary.ts';

const INTERRUPTED = 130;

/** Throws what `begin` throws, 'training-failed', and 'connection-lost' for a run that can go on another time. */
export async function followRun(context: Context, begin: () => Promise<RunSummary>): Promise<void> {
  const { training, progress, print } = context;
  let photosPerSecond: number | null = null;
  context.app.subscribe(({ name, payload }) => {
    if (name !== 'training.state' || payload.status === 'idle') return;
    if (payload.progress.stage === 'extracting') photosPerSecond = payload.progress.photosPerSecond;
    progress.show(describe(payload.progress));
  });
  await begin();
  const release = stopOnInterrupt(context);
  const run = await training.ended();
  release();
  progress.end();
  if (run?.status === 'interrupted') {
    throw new WhiskerError(
      'connection-lost',
      `${run.notices.at(-1) ?? 'The connection was lost.'} Run ${run.id} is kept.`,
      `Run "whisker runs resume" with the same folder and ${run.id}, with --here to go on on this computer.`,
    );
  }
  if (!run || run.status === 'failed') {
    throw new WhiskerError('training-failed', run?.error ?? 'The training run could not be stored.');
  }
  const {
    id,
    options: { features, computer = null },
    steps,
    seconds,
    device,
    status,
  } = run;
  const { labelled, photos, startedFrom, receipt, notices } = run;
  const on = run.backbone && { name: run.backbone.name, sha256: run.backbone.sha256 };
  const summary = { run: id, features, computer, backbone: on, steps, seconds, device: device?.name ?? null, status };
  const changed = correctionReceipt(context.library.require(), id);
  print(
    { ...summary, labelled, photos, startedFrom, photosPerSecond, receipt, notices, changed },
    ...summarise(run),
    ...changeLines(changed),
  );
}

function stopOnInterrupt({ training, progress, app }: Context): () => void {
  let asked = false;
  const onInterrupt = () => {
    if (asked) void app.close().finally(() => process.exit(INTERRUPTED));
    asked = true;
    training.stop();
    progress.say('Stopping; the best so far is kept. Press Ctrl-C again to give up.');
  };
  process.on('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

const stageNames: Record<TrainingProgress['stage'], string> = {
  preparing: 'Preparing',
  packing: 'Reading photos',
  extracting: 'Looking at photos',
  sending: 'Sending what the other computer lacks',
  'labels-only': 'Learning from the labels alone',
  ssgan: 'Learning from all photos',
  evaluating: 'Measuring',
  predicting: 'Predicting',
};

function describe({ stage, step, fraction, photosPerSecond, etaSeconds, connectionLost }: TrainingProgress): string {
  if (connectionLost) return `${connectionLost} It is tried again; Ctrl-C ends that, and the run can go on later.`;
  const parts = [`${Math.round(fraction * 100)} % ${stageNames[stage]}`];
  if (step > 0) parts.push(`step ${step}`);
  if (photosPerSecond !== null && photosPerSecond >= 1) parts.push(`${Math.round(photosPerSecond)} photos/s`);
  if (etaSeconds !== null) parts.push(`${Math.ceil(etaSeconds)} s left`);
  return parts.join(', ');
}
