import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { RuntimeState, TrainingRuntime } from '../../../../src/shared/training.ts';
import { createFakeBridge, device } from '../../fake-bridge.ts';
import { gpuOffer, type LearningOptions, readyBackbone, runtimeOffer, withLearning } from '../../fake-learning.ts';

const user = userEvent.setup();

async function open(more: LearningOptions = {}, view: 'train' | 'label' = 'train') {
  const fake = withLearning(createFakeBridge, { photos: 40, classes: ['Cat', 'Dog'], labelled: 24, ...more });
  render(App, { transport: fake });
  const train = await screen.findByRole('button', { name: /^Train/ });
  if (view === 'train') await user.click(train);
  return fake;
}

const main = () => within(screen.getByRole('main'));
const button = (name: string | RegExp) => main().getByRole('button', { name });
const trainIsOff = () => button('Train').hasAttribute('disabled');

const nativeProblem = { reason: 'None is here.', remedy: 'Whisker can download it.' };
const without: TrainingRuntime = { available: true, device: { ...device, tensorflow: null, nativeProblem } };

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('while set-up works beside the app', () => {
  const settingUp = (progress: { step: string; done: number | null; total: number | null }): TrainingRuntime => ({
    ...without,
    settingUp: progress,
  });
  const downloading = settingUp({ step: 'Downloading tensorflow-cpu==2.21.0', done: 104e6, total: 254e6 });

  it('its step and bytes are shown as they change, and Train waits', async () => {
    const fake = await open({ runtime: downloading });
    const bar = await main().findByRole('progressbar', { name: 'Downloading tensorflow-cpu==2.21.0' });
    expect(Math.round(Number(bar.getAttribute('aria-valuenow')))).toBe(41);
    expect(main().getByText('104 MB of 254 MB')).toBeTruthy();
    expect(main().getByText(/You can label meanwhile/)).toBeTruthy();
    expect(trainIsOff()).toBe(true);
    fake.emit('training.runtime', settingUp({ step: 'Compiling the TensorFlow addon', done: null, total: null }));
    expect(await main().findByText('Compiling the TensorFlow addon…')).toBeTruthy();
    expect(main().queryByRole('note')).toBeNull();
  });

  it('Train can be pressed when it has ended, without a restart', async () => {
    const fake = await open({ runtime: downloading });
    await main().findByRole('progressbar');
    fake.emit('training.runtime', { available: true, device });
    expect(await main().findByText(/^CPU · AMD EPYC/)).toBeTruthy();
    expect(main().queryByRole('progressbar')).toBeNull();
    expect(trainIsOff()).toBe(false);
  });

  it('whoever labels meanwhile is told when it has ended', async () => {
    const fake = await open({ runtime: downloading }, 'label');
    fake.emit('training.runtime', downloading);
    fake.emit('training.runtime', { available: true, device });
    expect(await screen.findByText(/^TensorFlow is here:/)).toBeTruthy();
    const notes = screen.getByText(/^TensorFlow is here:/).closest('li, [role]');
    await user.click(within(notes as HTMLElement).getByRole('button', { name: 'Train' }));
    expect(await main().findByRole('heading', { name: 'Train' })).toBeTruthy();
  });

  it('nobody is told what was never lacking', async () => {
    const fake = await open({}, 'label');
    fake.emit('training.runtime', { available: true, device });
    await Promise.resolve();
    expect(screen.queryByText(/^TensorFlow is here/)).toBeNull();
  });
});

describe('a TensorFlow to download', () => {
  const runtime = without;
  const offered = (doneBytes = 0): RuntimeState => ({ status: 'offered', offer: runtimeOffer, doneBytes });

  it('is offered with size, source, licence and SHA-256', async () => {
    await open({ runtime, runtimeState: offered() });
    expect(await main().findByText(/^Learning from .* needs native TensorFlow\. None is here\.$/)).toBeTruthy();
    expect(trainIsOff()).toBe(true);
    expect(main().getByText('231 MB, 612 MB when unpacked')).toBeTruthy();
    for (const fact of [runtimeOffer.source, runtimeOffer.licence, runtimeOffer.sha256]) {
      expect(main().getAllByText(fact).length).toBeGreaterThan(0);
    }
    expect(button('Download TensorFlow 2.21.0, 231 MB')).toBeTruthy();
  });

  it('is downloaded with its progress, paused, and gone on with from there', async () => {
    const fake = await open({ runtime, runtimeState: offered() });
    await user.click(await main().findByRole('button', { name: /^Download TensorFlow/ }));
    const progress = { step: 'Downloading', done: 97e6, total: 231e6 };
    fake.setRuntime({ status: 'downloading', offer: runtimeOffer, progress });
    expect(await main().findByText('97 MB of 231 MB')).toBeTruthy();
    expect(main().getByRole('progressbar', { name: 'Downloading' }).getAttribute('aria-valuenow')).toBe('42');
    expect(main().queryByText(/None is here/)).toBeNull();
    expect(main().getByText('TensorFlow is on its way…')).toBeTruthy();
    expect(document.activeElement).toBe(button('Pause'));
    await user.click(button('Pause'));
    expect(await main().findByText('231 MB, 97 MB of them here, 612 MB when unpacked')).toBeTruthy();
    await vi.waitFor(() => expect(document.activeElement).toBe(button(/^Resume/)));
    await user.click(button('Resume downloading TensorFlow 2.21.0, 231 MB'));
    expect(await main().findByText('97 MB of 231 MB')).toBeTruthy();
    fake.setRuntime({ status: 'downloading', offer: runtimeOffer, progress: { ...progress, step: 'Unpacking' } });
    expect(await main().findByRole('progressbar', { name: 'Unpacking' })).toBeTruthy();
  });

  it('that failed says why, and can be tried again', async () => {
    const fake = await open({ runtime, runtimeState: offered() });
    await user.click(await main().findByRole('button', { name: /^Download TensorFlow/ }));
    fake.setRuntime(offered(97e6), 'The connection broke off.');
    expect((await main().findByRole('alert')).textContent).toContain('The connection broke off.');
    await user.click(button(/^Try again to download TensorFlow/));
    expect(await main().findByText('97 MB of 231 MB')).toBeTruthy();
    expect(main().queryByRole('alert')).toBeNull();
  });

  it('that can not even begin says why', async () => {
    const fake = await open({ runtime, runtimeState: offered() });
    fake.failNext('runtime.download', 'The disk is gone.');
    await user.click(await main().findByRole('button', { name: /^Download TensorFlow/ }));
    expect((await main().findByRole('alert')).textContent).toContain('The disk is gone.');
  });

  it('is offered below the device where a pretrained network learns without, and Train can be pressed', async () => {
    await open({ runtime, runtimeState: offered(), backbone: readyBackbone });
    const says = /^Learns on this computer’s processor without native TensorFlow; learning from your photos alone/;
    expect(await main().findByText(says)).toBeTruthy();
    expect(button('Download TensorFlow 2.21.0, 231 MB')).toBeTruthy();
    expect(trainIsOff()).toBe(false);
  });

  it('for an idle GPU is offered below the device, while Train can be pressed', async () => {
    const gpuProblem = { reason: 'It is for CPUs.', remedy: 'Whisker can download the one that uses it.' };
    await open({
      runtime: { available: true, device: { ...device, gpuProblem } },
      runtimeState: { status: 'offered', offer: gpuOffer, doneBytes: 0 },
    });
    expect(await main().findByText('It is for CPUs.')).toBeTruthy();
    expect(button('Download TensorFlow 2.21.0 for NVIDIA GPUs, 2.6 GB')).toBeTruthy();
    expect(trainIsOff()).toBe(false);
  });
});
