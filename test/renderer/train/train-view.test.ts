import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../src/renderer/App.svelte';
import type { RunId, TrainingProgress } from '../../../src/shared/types.ts';
import { createFakeBridge } from '../fake-bridge.ts';
import { endedRun, type LearningOptions, plausibleMetrics, wilson, withLearning } from '../fake-learning.ts';

const user = userEvent.setup();

async function open(more: LearningOptions = {}) {
  const fake = withLearning(createFakeBridge, { photos: 40, classes: ['Cat', 'Dog'], labelled: 24, ...more });
  render(App, { transport: fake });
  await user.click(await screen.findByRole('button', { name: /^Train/ }));
  return fake;
}

const main = () => within(screen.getByRole('main'));
const button = (name: string | RegExp) => main().getByRole('button', { name });
const started = (fake: Awaited<ReturnType<typeof open>>) =>
  fake.calls.filter(({ name }) => name === 'training.start').map(({ input }) => input);

const progress = (change: Partial<TrainingProgress> = {}): TrainingProgress => ({
  runId: 1 as RunId,
  stage: 'ssgan',
  step: 1200,
  fraction: 0.4,
  photosPerSecond: 412,
  seconds: 72,
  etaSeconds: 108,
  device: { kind: 'cpu', name: 'AMD EPYC 7R13 (2 cores)' },
  ...change,
});

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('before a run', () => {
  it('says what will be learned from; both numbers open their photos', async () => {
    await open();
    expect(
      main()
        .getByText(/Whisker will learn from/)
        .textContent?.replaceAll(/\s+/g, ' '),
    ).toContain('Whisker will learn from 24 labelled photos in 2 classes and 16 unlabelled ones.');
    await user.click(button('16 unlabelled'));
    expect(await screen.findByRole('listbox', { name: /^Unlabelled, 16/ })).toBeTruthy();
  });

  it('starts from scratch while there is no model, with the preset and the time chosen', async () => {
    const fake = await open();
    await user.click(await main().findByRole('radio', { name: /^Standard/ }));
    await user.click(main().getByRole('radio', { name: '5 min' }));
    await user.click(button('Train'));
    expect(started(fake)).toMatchObject([{ preset: 'standard', minutes: 5, startFrom: 'scratch' }]);
    expect(await main().findByRole('progressbar', { name: 'Training' })).toBeTruthy();
  });

  it('goes on from the last model when there is one', async () => {
    const fake = await open({ runs: [endedRun(1)] });
    await user.click(await main().findByRole('button', { name: 'Train again' }));
    expect(started(fake)).toMatchObject([{ startFrom: 'last-model' }]);
  });

  it('takes any number of minutes, and says so when it is none', async () => {
    const fake = await open();
    await user.click(main().getByRole('radio', { name: 'Custom' }));
    const minutes = main().getByRole('textbox', { name: 'Minutes' });
    await user.clear(minutes);
    await user.type(minutes, '9999');
    expect(main().getByText(/Between 0.2 minutes and 24 hours/)).toBeTruthy();
    await user.clear(minutes);
    await user.type(minutes, '0,5');
    await user.click(button('Train'));
    expect(started(fake)).toMatchObject([{ minutes: 0.5 }]);
  });

  it('keeps the advanced settings for the next run', async () => {
    const fake = await open();
    await user.click(button('Advanced'));
    await user.click(main().getByRole('radio', { name: 'CPU' }));
    await user.click(main().getByRole('radio', { name: 'Grey' }));
    await user.click(main().getByRole('radio', { name: 'Off' }));
    const seed = main().getByRole('textbox', { name: 'Seed' });
    await user.clear(seed);
    await user.type(seed, '77');
    await user.click(button('Train'));
    expect(started(fake)).toMatchObject([{ device: 'cpu', colour: 'grey', mirror: false, seed: 77 }]);
  });

  it('can’t be pressed with too few labels, and leads to the labels', async () => {
    await open({ labelled: 1 });
    expect(main().getAllByText('Cat has one label and Dog has no labels.')).toHaveLength(2);
    expect(button('Train').hasAttribute('disabled')).toBe(true);
    await user.click(button('Label photos'));
    expect(await screen.findByRole('listbox')).toBeTruthy();
  });

  it('says why this machine can’t train and what to do', async () => {
    await open({ runtime: { available: false, reason: 'TensorFlow is missing.', remedy: 'Run npm run setup.' } });
    expect(await main().findByText('This machine can’t train: TensorFlow is missing.')).toBeTruthy();
    expect(main().getByText('Run npm run setup. Labelling works as always.')).toBeTruthy();
    expect(button('Train').hasAttribute('disabled')).toBe(true);
  });

  it('shows the sentence when main refuses to start', async () => {
    const fake = await open();
    fake.failNext('training.start', 'Another training is running.');
    await user.click(button('Train'));
    expect((await main().findByRole('alert')).textContent).toContain('Another training is running.');
    expect(button('Train')).toBeTruthy();
  });
});

describe('during a run', () => {
  it('says what it does, how far it is and on which device', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progress() });
    expect(await main().findByRole('heading', { name: 'Learning from all photos' })).toBeTruthy();
    expect(main().getByText('CPU · AMD EPYC 7R13 (2 cores)')).toBeTruthy();
    for (const words of ['1,200', '412', '1 min 12 s', 'about 2 min']) expect(main().getByText(words)).toBeTruthy();
    expect(main().getByRole('progressbar', { name: 'Training' }).getAttribute('aria-valuenow')).toBe('40');
  });

  it('says "Stopping" at once and sticks to it until the run ends', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progress() });
    await user.click(await main().findByRole('button', { name: 'Stop' }));
    expect(main().getByRole('heading', { name: 'Stopping, keeping the best so far' })).toBeTruthy();
    expect(fake.calls.map(({ name }) => name)).toContain('training.stop');
    fake.emit('training.state', { status: 'running', progress: progress({ step: 1208 }) });
    expect(await main().findByText('1,208')).toBeTruthy();
    expect(main().getByRole('heading', { name: 'Stopping, keeping the best so far' })).toBeTruthy();
  });

  it('follows the losses and the held-out accuracy', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progress() });
    fake.emit('training.metrics', { runId: 1 as RunId, points: plausibleMetrics(60) });
    const accuracy = await main().findByRole('img', { name: /^Held-out accuracy: SSGAN \d\d%, Labels only \d\d%/ });
    expect(accuracy).toBeTruthy();
    expect(main().getByRole('img', { name: /^Losses: Classifier \d\.\d\d, Unlabelled \d\.\d\d/ })).toBeTruthy();
  });

  it('joins a run that was going on before the window was opened', async () => {
    await open({
      runs: [endedRun(1, { status: 'running', seconds: 60, receipt: null })],
      training: { status: 'running', progress: progress() },
    });
    expect(await main().findByRole('img', { name: /^Losses: Classifier \d\.\d\d/ })).toBeTruthy();
  });
});

describe('after a run', () => {
  it('shows the receipt and leads on to the review', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progress() });
    fake.endRun(endedRun(1, { receipt: { labelsOnly: wilson(15, 20), ssgan: wilson(17, 20), note: null } }));
    expect(await main().findByText(/SSGAN 85% \(64–95\), labels only 75% \(53–89\): too close to call\./)).toBeTruthy();
    await vi.waitFor(() => expect(document.activeElement?.textContent).toContain('Run 1'));
    await user.click(await main().findByRole('button', { name: 'Review now' }));
    expect(await main().findByRole('region', { name: 'Photo under review' })).toBeTruthy();
  });

  it('says why there is no number', async () => {
    const fake = await open();
    const note = 'With fewer than 40 labels none were kept out.';
    fake.endRun(endedRun(1, { receipt: { labelsOnly: null, ssgan: null, note } }));
    expect(await main().findByText(note)).toBeTruthy();
  });

  it('gives the sentence of a failed run and a way back', async () => {
    const fake = await open();
    fake.endRun(endedRun(1, { status: 'failed', error: 'The trainer ran out of memory.', receipt: null }));
    expect((await main().findByRole('alert')).textContent).toContain('The trainer ran out of memory.');
    await user.click(button('Try again'));
    expect(await main().findByRole('heading', { name: 'Train' })).toBeTruthy();
  });

  it('opens any earlier run from the history', async () => {
    await open({ runs: [endedRun(2, { status: 'stopped' }), endedRun(1)] });
    await user.click(await main().findByRole('button', { name: /^Run 1,/ }));
    expect(await main().findByRole('heading', { name: 'Run 1: finished' })).toBeTruthy();
    expect(main().queryByRole('button', { name: 'Review now' })).toBeNull();
  });
});
