import { wilson } from '../../../../src/shared/statistics.ts';
import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { ClassId, PhotoId, RunId } from '../../../../src/shared/types.ts';
import { createFakeBridge, device } from '../../fake-bridge.ts';
import {
  backboneInfo,
  endedRun,
  type LearningOptions,
  offers,
  options,
  plausibleMetrics,
  progressOf,
  readyBackbone,
  receiptOf,
  receiptSince,
  withLearning,
} from '../../fake-learning.ts';

const user = userEvent.setup();

async function open(more: LearningOptions = {}) {
  const fake = withLearning(createFakeBridge, { photos: 40, classes: ['Cat', 'Dog'], labelled: 24, ...more });
  render(App, { transport: fake });
  await user.click(await screen.findByRole('button', { name: /^Train/ }));
  return fake;
}

const main = () => within(screen.getByRole('main'));
const details = async () => user.click(await main().findByRole('button', { name: 'Details' }));
const button = (name: string | RegExp) => main().getByRole('button', { name });
const started = (fake: Awaited<ReturnType<typeof open>>) =>
  fake.calls.filter(({ name }) => name === 'training.start').map(({ input }) => input);

const noDrawings = /^There are no drawings: this run learned from what a pretrained network sees/;

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
    await user.click(button('16 unlabelled ones'));
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

  it('leaves the focus on what the run does, when its button goes with the page', async () => {
    await open();
    await user.click(button('Train'));
    await main().findByRole('progressbar', { name: 'Training' });
    const heading = main().getByRole('heading', { level: 2, name: 'Getting ready' });
    await vi.waitFor(() => expect(document.activeElement).toBe(heading));
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
    expect(main().getByText('From scratch: there is no model yet.')).toBeTruthy();
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
    expect(main().getAllByText('Only "Cat" has labelled photos, and telling classes apart takes two.')).toHaveLength(2);
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

describe('a backbone', () => {
  const card = (name: RegExp) => main().getByRole('radio', { name });
  const panel = () => within(main().getByRole('region', { name: 'Pretrained network' }));

  it('is named and taken where one is ready, without what only pixels need', async () => {
    const fake = await open({ backbone: readyBackbone });
    const chosen = await main().findByRole('radio', { name: /^Knows everyday things by sight/ });
    expect(chosen.getAttribute('aria-checked')).toBe('true');
    expect(main().queryByRole('region', { name: 'Pretrained network' })).toBeNull();
    await user.click(button('Details of the pretrained network'));
    expect(main().queryByRole('radiogroup', { name: 'Preset' })).toBeNull();
    expect(panel().getByText(/256 features a photo/)).toBeTruthy();
    expect(panel().getByText('/home/ada/models/mobilenet_v1_025')).toBeTruthy();
    await user.click(button('Advanced'));
    expect(main().queryByRole('radiogroup', { name: 'Pictures' })).toBeNull();
    expect(main().queryByRole('radiogroup', { name: 'Mirror pictures' })).toBeNull();
    expect(main().getByText(/^Ends by itself, mostly within a minute; at most 3 min/)).toBeTruthy();
    await user.click(button('Train'));
    expect(started(fake)).toMatchObject([{ features: 'backbone', minutes: 3 }]);
  });

  it('can’t be trained on before it is set up; pixels can', async () => {
    await open();
    expect(button('Train').hasAttribute('disabled')).toBe(false);
    await user.click(card(/^Knows everyday things by sight/));
    expect(button('Train').hasAttribute('disabled')).toBe(true);
    expect(main().getByText('Set up a pretrained network first, or learn from your photos alone.')).toBeTruthy();
    await user.click(card(/^Learns from your photos alone/));
    expect(button('Train').hasAttribute('disabled')).toBe(false);
  });

  it('comes from a folder on this computer, with the range of its pixels', async () => {
    const fake = await open({ host: 'desktop' });
    await user.click(card(/^Knows everyday things by sight/));
    await user.click(panel().getByRole('radio', { name: '0 to 1' }));
    await user.click(panel().getByRole('button', { name: 'Choose a folder' }));
    expect((await panel().findByRole('alert')).textContent).toContain(
      '/home/ada/Pictures/Harbour holds no model.json.',
    );
    expect(fake.calls.find(({ name }) => name === 'backbone.choose')?.input).toEqual({
      path: '/home/ada/Pictures/Harbour',
      inputRange: 'zero-to-one',
    });
  });

  it('comes from the in-app picker where the system has no dialog', async () => {
    const fake = await open();
    await user.click(card(/^Knows everyday things by sight/));
    await user.click(panel().getByRole('button', { name: 'Choose a folder' }));
    const path = await screen.findByRole('textbox', { name: 'Folder' });
    await user.clear(path);
    await user.type(path, '/home/ada/mobilenet{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Use this folder' }));
    expect(await panel().findByText('/home/ada/mobilenet')).toBeTruthy();
    expect(fake.calls.find(({ name }) => name === 'backbone.choose')?.input).toMatchObject({ inputRange: null });
    expect(button('Train').hasAttribute('disabled')).toBe(false);
  });

  it('comes from an ONNX file, by the system’s dialog', async () => {
    const fake = await open({ host: 'desktop' });
    await user.click(card(/^Knows everyday things by sight/));
    await user.click(panel().getByRole('radio', { name: 'Plain bytes' }));
    expect(panel().getByText(/the network scales pixels by itself/)).toBeTruthy();
    await user.click(panel().getByRole('button', { name: 'Choose an ONNX file' }));
    await panel().findByRole('alert');
    expect(fake.calls.find(({ name }) => name === 'backbone.choose')?.input).toEqual({
      path: '/home/ada/Pictures/harbour.onnx',
      inputRange: 'zero-to-255',
    });
  });

  it('comes from an ONNX file in the in-app picker, which takes no folder instead', async () => {
    const fake = await open();
    await user.click(card(/^Knows everyday things by sight/));
    await user.click(panel().getByRole('button', { name: 'Choose an ONNX file' }));
    const use = await screen.findByRole('button', { name: 'Use this file' });
    const file = await screen.findByRole('button', { name: 'mobilenet_v4.onnx' });
    expect(use.hasAttribute('disabled')).toBe(true);
    await user.click(file);
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Folder or file' }).value).toMatch(/_v4\.onnx$/);
    await user.click(use);
    expect(await panel().findByText(/256 features a photo/)).toBeTruthy();
    const asked = fake.calls.find(({ name }) => name === 'backbone.choose')?.input;
    expect(asked).toMatchObject({ path: expect.stringMatching(/^\/home\/ada.*mobilenet_v4\.onnx$/), inputRange: null });
  });

  it('is used at once where it is here already, and what is here is asked again when it was removed', async () => {
    const fake = await open({ backbone: readyBackbone, offers: [{ ...offers[0]!, isHere: true }] });
    const listed = () => fake.calls.filter(({ name }) => name === 'backbone.offers').length;
    const before = listed();
    await user.click(await main().findByRole('button', { name: 'Details of the pretrained network' }));
    await user.click(panel().getByRole('button', { name: 'Remove' }));
    await vi.waitFor(() => expect(listed()).toBe(before + 1));
    await user.click(card(/^Knows everyday things by sight/));
    expect(panel().getByText('11 MB, here already')).toBeTruthy();
    await user.click(panel().getByRole('button', { name: /^Use MobileNet v1 0.75/ }));
    expect(fake.calls.find(({ name }) => name === 'backbone.download')?.input).toEqual({ id: offers[0]!.id });
  });

  it('says all about a download before it is asked for: size, source, licence and checksum', async () => {
    const fake = await open();
    await user.click(card(/^Knows everyday things by sight/));
    const facts = within(panel().getAllByRole('listitem')[0]!);
    for (const { name, summary, source, licence, sha256 } of offers.slice(0, 1)) {
      for (const text of [name, summary, source, licence, sha256, '11 MB']) expect(facts.getByText(text)).toBeTruthy();
    }
    expect(panel().getByText(/fetched only when you press the button/)).toBeTruthy();
    expect(fake.calls.some(({ name }) => name === 'backbone.download')).toBe(false);
  });

  it('shows how far the download is, can be cancelled, and says why it failed', async () => {
    const fake = await open();
    await user.click(card(/^Knows everyday things by sight/));
    await user.click(panel().getByRole('button', { name: /^Download MobileNet v1 0.75/ }));
    const { id: offer, bytes: totalBytes } = offers[0]!;
    fake.setBackbone({ status: 'downloading', offer, doneBytes: totalBytes / 2, totalBytes });
    expect(await panel().findByText('5.3 MB of 11 MB')).toBeTruthy();
    expect(panel().getByRole('progressbar', { name: 'Download' }).getAttribute('aria-valuenow')).toBe('50');
    expect(main().getByText('The pretrained network is on its way…')).toBeTruthy();
    await user.click(panel().getByRole('button', { name: 'Cancel' }));
    expect(fake.calls.map(({ name }) => name)).toContain('backbone.cancelDownload');

    await user.click(await panel().findByRole('button', { name: /^Download MobileNet v1 0.75/ }));
    fake.setBackbone({ status: 'none' }, 'The server does not answer.');
    expect((await panel().findByRole('alert')).textContent).toContain('The server does not answer.');
    await user.click(panel().getByRole('button', { name: /^Try again to download MobileNet v1 0.75/ }));
    expect(panel().queryByRole('alert')).toBeNull();
    fake.setBackbone(readyBackbone);
    expect(await main().findByText(/256 features a photo/)).toBeTruthy();
  });

  it('can be changed and given up', async () => {
    const fake = await open({ backbone: readyBackbone });
    await user.click(await main().findByRole('button', { name: 'Details of the pretrained network' }));
    await user.click(await main().findByRole('button', { name: 'Change' }));
    expect(panel().getByRole('button', { name: 'Choose a folder' })).toBeTruthy();
    await user.click(panel().getByRole('button', { name: 'Keep this one' }));
    expect(panel().queryByRole('button', { name: 'Choose a folder' })).toBeNull();
    await user.click(panel().getByRole('button', { name: 'Remove' }));
    expect(fake.calls.map(({ name }) => name)).toContain('backbone.remove');
    expect(card(/^Learns from your photos alone/).getAttribute('aria-checked')).toBe('true');
  });

  it('whose files are gone says so and can be set up again', async () => {
    const reason = 'Its files are gone.';
    await open({ backbone: { status: 'unusable', path: '/media/usb', reason, remedy: 'Connect the drive.' } });
    await user.click(card(/^Knows everyday things by sight/));
    expect(await panel().findByText(reason)).toBeTruthy();
    expect(panel().getByText('Connect the drive.')).toBeTruthy();
    expect(panel().getByRole('button', { name: 'Choose a folder' })).toBeTruthy();
  });
});

describe('the way to learn', () => {
  const digits = { features: 'pixels', reason: 'These look like digits.' } as const;
  const checked = () =>
    main()
      .getByRole('radio', { checked: true, name: /by sight|alone/ })
      .getAttribute('aria-label');

  it('is the one that suits the photos, marked as recommended, with the reason where it is the rarer one', async () => {
    await open({ backbone: readyBackbone, recommended: digits });
    await expect.poll(checked).toMatch(/^Learns from your photos alone \(recommended\): /);
    expect(main().getByText('These look like digits.')).toBeTruthy();
    expect(main().queryByRole('region', { name: 'Pretrained network' })).toBeNull();
  });

  it('is the one that the person chose for this library, also another time', async () => {
    const fake = await open({ backbone: readyBackbone });
    await expect.poll(checked).toMatch(/^Knows everyday things by sight \(recommended\): /);
    await user.click(main().getByRole('radio', { name: /^Learns from your photos alone/ }));
    await expect.poll(checked).toMatch(/^Learns from your photos alone: /);
    cleanup();
    render(App, { transport: fake });
    await user.click(await screen.findByRole('button', { name: /^Train/ }));
    await expect.poll(checked).toMatch(/^Learns from your photos alone: /);
  });

  it('says that set-up brings the network, and changes by itself when it is here', async () => {
    const settingUp = { step: 'Fetching EfficientNet-Lite2', done: null, total: null };
    const fake = await open({ runtime: { available: true, device, settingUp } });
    expect(await main().findByText(/Set-up is bringing the pretrained network/)).toBeTruthy();
    expect(checked()).toMatch(/^Learns from your photos alone: /);
    fake.setBackbone(readyBackbone);
    await expect.poll(checked).toMatch(/^Knows everyday things by sight/);
  });

  it('offers the missing network in one button, with its size and licence', async () => {
    const fake = await open();
    const missing = within(await main().findByRole('region', { name: 'Pretrained network' }));
    expect(missing.getByText(/suits these photos better/)).toBeTruthy();
    expect(missing.getByText('Apache-2.0')).toBeTruthy();
    await user.click(missing.getByRole('button', { name: /^Download MobileNet v1 0.75, 11 MB/ }));
    expect(fake.calls.find(({ name }) => name === 'backbone.download')?.input).toEqual({ id: 'mobilenet-v1-075' });
  });

  it('says why set-up could not bring the network, beside the button that fetches it', async () => {
    const setup = { reason: 'The index can’t be reached.', remedy: 'Check the proxy.' };
    await open({ backbone: { status: 'none', setup } });
    const missing = within(await main().findByRole('region', { name: 'Pretrained network' }));
    expect(missing.getByText('Set-up could not bring it. The index can’t be reached.')).toBeTruthy();
    expect(missing.getByText('Check the proxy.')).toBeTruthy();
    expect(missing.getByRole('button', { name: /^Download / })).toBeTruthy();
  });

  it('stays with what suits the photos when a network comes that nobody asked for here', async () => {
    const fake = await open({ recommended: digits });
    await main().findByText('These look like digits.');
    fake.setBackbone(readyBackbone);
    expect(checked()).toMatch(/^Learns from your photos alone/);
  });
});

describe('the device', () => {
  it('is named with its memory and what it did in how long', async () => {
    await open();
    const line = 'CPU · AMD EPYC 7R13 (2 cores) · 16 GB of memory';
    const shown = await main().findByText(line);
    expect(shown.closest('[title]')?.getAttribute('title')).toBe('Tried just now: 1024 × 1024 product in 21 ms');
  });

  it('says why a GPU that is there is not used, and gives the command that helps', async () => {
    const gpuProblem = { reason: 'libcudnn.so.8 is missing.', remedy: 'Run “npm run setup -- --gpu”.' };
    await open({ runtime: { available: true, device: { ...device, gpuProblem } } });
    expect(await main().findByText('libcudnn.so.8 is missing.')).toBeTruthy();
    await user.click(button('Copy command'));
    expect(await navigator.clipboard.readText()).toBe('npm run setup -- --gpu');
    expect(button('Copied')).toBeTruthy();
  });
});

describe('during a run', () => {
  it('says what it does, how far it is and on which device', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    expect(await main().findByRole('heading', { name: 'Learning from all photos' })).toBeTruthy();
    expect(main().getByText('CPU · AMD EPYC 7R13 (2 cores)')).toBeTruthy();
    for (const words of ['1,200', '412', '1 min 12 s', 'about 2 min']) expect(main().getByText(words)).toBeTruthy();
    expect(main().getByRole('progressbar', { name: 'Training' }).getAttribute('aria-valuenow')).toBe('40');
  });

  it('says "Stopping" at once and sticks to it until the run ends', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    await user.click(await main().findByRole('button', { name: 'Stop' }));
    await user.click(await main().findByRole('button', { name: 'Keep the best so far' }));
    expect(main().getByRole('heading', { name: 'Stopping, keeping the best so far' })).toBeTruthy();
    expect(fake.calls.map(({ name }) => name)).toContain('training.stop');
    fake.emit('training.state', { status: 'running', progress: progressOf({ step: 1208 }) });
    expect(await main().findByText('1,208')).toBeTruthy();
    expect(main().getByRole('heading', { name: 'Stopping, keeping the best so far' })).toBeTruthy();
  });

  it('can be paused while it learns, and resumed or stopped from there', async () => {
    const fake = await open();
    const calls = () => fake.calls.map(({ name }) => name);
    fake.emit('training.state', { status: 'running', progress: progressOf({ stage: 'packing' }) });
    await main().findByRole('button', { name: 'Stop' });
    expect(main().queryByRole('button', { name: 'Pause' })).toBeNull();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    await user.click(await main().findByRole('button', { name: 'Pause' }));
    expect(calls()).toContain('training.pause');
    fake.emit('training.state', { status: 'paused', progress: progressOf() });
    expect(await main().findByRole('heading', { name: 'Paused' })).toBeTruthy();
    expect(document.activeElement).toBe(button('Resume'));
    await user.click(button('Resume'));
    expect(calls()).toContain('training.resume');
    await user.click(button('Stop'));
    await user.click(button('Keep the best so far'));
    expect(main().getByRole('heading', { name: 'Stopping, keeping the best so far' })).toBeTruthy();
    expect(main().queryByRole('button', { name: /Pause|Resume/ })).toBeNull();
  });

  it('follows the losses and the held-out accuracy', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    fake.emit('training.metrics', { runId: 1 as RunId, points: plausibleMetrics(60) });
    await details();
    const accuracy = await main().findByRole('img', { name: /^Held-out accuracy: SSGAN \d\d%, Labels only \d\d%/ });
    expect(accuracy).toBeTruthy();
    expect(main().getByRole('img', { name: /^Losses: Classifier \d\.\d\d, Unlabelled \d\.\d\d/ })).toBeTruthy();
  });

  it('shows some of the person’s own photos with what it takes them for by now', async () => {
    const fake = await open();
    const [cat, dog] = fake.state.classes;
    const say = (classId: ClassId) =>
      fake.emit('training.state', {
        status: 'running',
        progress: progressOf({ preview: [{ photoId: 3 as PhotoId, classId, confidence: 0.7 }] }),
      });
    say(cat!.id);
    const photos = await main().findByRole('region', { name: 'What it takes some of your photos for' });
    expect(within(photos).getByRole('listitem').textContent).toContain('Cat');
    say(dog!.id);
    await vi.waitFor(() => expect(within(photos).getByRole('listitem').textContent).toContain('Dog'));
  });

  it('says how many photos it has looked at through the backbone, and draws no pictures there', async () => {
    const fake = await open({ backbone: readyBackbone });
    await main().findByText(/256 features/);
    await user.click(button('Train'));
    const photos = { done: 1200, total: 4000 };
    const progress = progressOf({ stage: 'extracting', photos, photosPerSecond: 43 });
    fake.emit('training.state', { status: 'running', progress });
    expect(await main().findByRole('heading', { name: 'Looking at new photos' })).toBeTruthy();
    for (const words of ['1,200 of 4,000', '43', 'about 2 min']) expect(main().getByText(words)).toBeTruthy();
    expect(main().getByText(noDrawings)).toBeTruthy();
    expect(main().queryByText('Generated pictures')).toBeNull();
  });

  it('shows what the person should know as it comes', async () => {
    const fake = await open();
    const notices = ['Cat has four times as many labels as Dog.'];
    fake.emit('training.state', { status: 'running', progress: progressOf({ notices }) });
    expect(await main().findByRole('note')).toHaveProperty('textContent', expect.stringContaining(notices[0]!));
  });

  it('joins a run that was going on before the window was opened', async () => {
    await open({
      runs: [endedRun(1, { status: 'running', seconds: 60, receipt: null })],
      training: { status: 'running', progress: progressOf() },
    });
    await details();
    expect(await main().findByRole('img', { name: /^Losses: Classifier \d\.\d\d/ })).toBeTruthy();
  });
});

describe('after a run', () => {
  it('says what it made of the photos first, and each number opens its photos', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    fake.endRun(endedRun(1));
    const heading = await main().findByRole('heading', { level: 2, name: 'Sorted 376 photos: 282 Cat, 94 Dog.' });
    await vi.waitFor(() => expect(document.activeElement).toBe(heading));
    expect(main().getByText('It is not sure of 23.')).toBeTruthy();
    expect(main().getByText('About 85 in 100 right (63–95), measured on 20 labels.')).toBeTruthy();
    expect(main().getByRole('img', { name: 'Photos that it is sure are Dog' }).children).toHaveLength(6);
    await user.click(await main().findByRole('button', { name: 'Cat: 282 photos' }));
    expect(await screen.findByRole('listbox', { name: /^Predicted: Cat/ })).toBeTruthy();
  });

  it('shows the receipt and leads on to the review', async () => {
    const fake = await open();
    fake.emit('training.state', { status: 'running', progress: progressOf() });
    fake.endRun(endedRun(1));
    await details();
    expect(await main().findByRole('img', { name: 'SSGAN 85% (63–95), in use; Labels only 75% (53–89)' })).toBeTruthy();
    expect(main().getByText(/^Unlabelled photos added \+10\.0 points .* may be chance\.$/)).toBeTruthy();
    expect(main().getByText('Measured on 20 labelled photos held out of training.')).toBeTruthy();
    expect(main().getByText(/^Confidences are uncalibrated: there were too few mistakes/)).toBeTruthy();
    await user.click(await main().findByRole('button', { name: 'Review those' }));
    expect(await main().findByRole('region', { name: 'Photo under review' })).toBeTruthy();
  });

  it('compares three ways of learning on a backbone and says which one is in use', async () => {
    const fake = await open();
    const receipt = receiptOf({
      measuredBy: 'cross-validation',
      labelsOnly: wilson(20, 24),
      ssgan: wilson(22, 24),
      logistic: wilson(23, 24),
      active: 'logistic',
      temperature: 1.4,
    });
    const notices = ['The losses ran away at step 310; the rate was halved.'];
    fake.endRun(
      endedRun(1, { receipt, notices, backbone: backboneInfo, options: { ...options, features: 'backbone' } }),
    );
    const plot = /^SSGAN 92% .*; Labels only 83% .*; Logistic regression 96% .*, in use$/;
    await details();
    expect(await main().findByRole('img', { name: plot })).toBeTruthy();
    expect(main().getByText('Measured on each of your 24 labels in turn (cross-validation).')).toBeTruthy();
    expect(main().getByText('Confidences are calibrated (temperature 1.4).')).toBeTruthy();
    expect(main().getByText(notices[0]!)).toBeTruthy();
    expect(main().getByText('MobileNet v1 0.25')).toBeTruthy();
    expect(main().getByText('256')).toBeTruthy();
    expect(main().queryByText('Preset')).toBeNull();
    expect(main().getByText(noDrawings)).toBeTruthy();
    expect(main().queryByText('Generated pictures')).toBeNull();
    await user.click(main().getByRole('button', { name: 'Train' }));
    const row = await main().findByRole('button', { name: /^Run 1,/ });
    expect(row.textContent).toContain('MobileNet\u00a0v1\u00a00.25');
    expect(row.textContent).toContain('96%');
  });

  it('says why there is no number', async () => {
    const fake = await open();
    const note = 'With fewer than 40 labels none were kept out.';
    fake.endRun(endedRun(1, { receipt: receiptOf({ labelsOnly: null, ssgan: null, gain: null, note }) }));
    expect(await main().findByText(note, { ignore: '.note' })).toBeTruthy();
  });

  it('gives the sentence of a failed run and a way back', async () => {
    const fake = await open();
    fake.endRun(endedRun(1, { status: 'failed', error: 'The trainer ran out of memory.', receipt: null }));
    expect((await main().findByRole('alert')).textContent).toContain('The trainer ran out of memory.');
    await user.click(button('Try again'));
    expect(await main().findByRole('heading', { name: 'Train' })).toBeTruthy();
  });

  it('is set beside the run that it began with, and each change opens its photos', async () => {
    const fake = await open({ runs: [endedRun(3), endedRun(2, { startedFrom: 1 as RunId }), endedRun(1)] });
    await user.click(await main().findByRole('button', { name: /^Run 2/ }));
    const beside = within(await main().findByRole('region', { name: 'Beside another run' }));
    expect(await beside.findByText('23 of 376 unlabelled photos are sorted differently.')).toBeTruthy();
    expect(fake.calls.findLast(({ name }) => name === 'runs.compare')?.input).toEqual({ earlier: 1, later: 2 });
    await user.click(beside.getByRole('button', { name: '20 photos from Cat to Dog' }));
    expect(await screen.findByRole('region', { name: 'Cat to run 1, Dog to run 2' })).toBeTruthy();
    const filter = { kind: 'resorted', earlier: 1, later: 2, from: 1, into: 2 };
    expect(fake.calls.findLast(({ name }) => name === 'photos.list')?.input).toEqual({ filter });
  });

  it('says what the labels since the run before changed; numbers open their photos, and the old one can be kept', async () => {
    const receipt = receiptSince(1 as RunId, 2 as RunId);
    const fake = await open({
      runs: [endedRun(2), endedRun(1)],
      handlers: {
        'runs.receipt': ({ id }) => (id === 2 ? receipt : null),
        'runs.receiptPhotos': () => [3, 4] as PhotoId[],
      },
    });
    await user.click(await main().findByRole('button', { name: /^Run 2/ }));
    const region = within(await main().findByRole('region', { name: 'What your labels changed' }));
    expect(region.getByText(/^Your/).textContent.replaceAll(/\s+/g, ' ').trim()).toBe(
      'Your 14 fixes and 30 confirmed labels changed 212 of 3,900 photos.',
    );
    expect(region.getByText(/^Of 12/).textContent).toContain('9 became right and 1 wrong.');
    expect(region.getByRole('status').textContent).toBe('The new one (run 2) is in use.');
    await user.click(region.getByRole('button', { name: 'Keep the old one' }));
    await vi.waitFor(() => expect(region.getByRole('status').textContent).toBe('The old one (run 1) is in use.'));
    expect(fake.calls.findLast(({ name }) => name === 'runs.use')?.input).toEqual({ id: 1 });
    // What was chosen can be chosen otherwise, and there is one way to do so.
    expect(region.getByRole('button', { name: 'Keep the old one', pressed: true })).toBeTruthy();
    expect(main().queryByRole('button', { name: 'Use this model' })).toBeNull();
    await user.click(region.getByRole('button', { name: '14 fixes' }));
    expect(await screen.findByRole('listbox', { name: 'What you fixed before run 2, 2 photos' })).toBeTruthy();
    expect(fake.calls.findLast(({ name }) => name === 'runs.receiptPhotos')?.input).toEqual({ id: 2, part: 'fixes' });
  });

  it('keeps a note on Enter and shows it in the history; Escape brings the kept one back', async () => {
    const fake = await open({ runs: [endedRun(1)] });
    await user.click(await main().findByRole('button', { name: /^Run 1/ }));
    const note = () => main().getByRole<HTMLInputElement>('textbox', { name: 'Note' });
    await user.type(note(), 'Before the holidays{Enter}');
    const edits = () => fake.calls.filter(({ name }) => name === 'runs.edit').map(({ input }) => input);
    await vi.waitFor(() => expect(edits()).toEqual([{ id: 1, note: 'Before the holidays' }]));
    await user.type(note(), ' and more{Escape}');
    expect(note().value).toBe('Before the holidays');
    await user.click(button('Pin'));
    expect(await main().findByRole('button', { name: 'Pinned', pressed: true })).toBeTruthy();
    expect(edits()).toHaveLength(2);
    await user.click(button('Train'));
    const row = await main().findByRole('button', { name: /^Run 1/ });
    expect(row.textContent).toContain('Before the holidays');
    expect(row.textContent).toContain('pinned');
  });

  it('is set beside none while it is the only one', async () => {
    await open({ runs: [endedRun(1)] });
    await user.click(await main().findByRole('button', { name: /^Run 1/ }));
    expect(main().queryByRole('region', { name: 'Beside another run' })).toBeNull();
  });

  it('shows on whose weights a run went on', async () => {
    await open({ runs: [endedRun(2, { startedFrom: 1 as RunId }), endedRun(1)] });
    const weights = () => main().getByText('Weights').nextElementSibling?.textContent;
    await user.click(await main().findByRole('button', { name: /^Run 2,/ }));
    await details();
    await vi.waitFor(() => expect(weights()).toBe('From run 1'));
    await user.click(button('Train'));
    await user.click(await main().findByRole('button', { name: /^Run 1,/ }));
    await details();
    await vi.waitFor(() => expect(weights()).toBe('From scratch'));
  });

  it('from pixels it has drawings, and no sentence that says otherwise', async () => {
    const fake = await open();
    fake.endRun(endedRun(1));
    await details();
    expect(await main().findByText('Generated pictures')).toBeTruthy();
    expect(main().queryByText(noDrawings)).toBeNull();
  });

  it('opens any earlier run from the history, which is not said to be in use', async () => {
    await open({ runs: [endedRun(2), endedRun(1)] });
    await user.click(await main().findByRole('button', { name: /^Run 1,/ }));
    expect(await main().findByRole('heading', { name: 'Sorted 376 photos: 282 Cat, 94 Dog.' })).toBeTruthy();
    await details();
    expect(main().getByRole('img', { name: /^SSGAN 85% \(63–95\), chosen; Labels only/ })).toBeTruthy();
    expect(main().queryByText('in use')).toBeNull();
    expect(main().queryByRole('button', { name: 'Review those' })).toBeNull();
  });
});

it('the end of a run is told to who looks elsewhere, and its progress stands in the title', async () => {
  const fake = await open();
  fake.emit('training.state', { status: 'running', progress: progressOf() });
  await vi.waitFor(() => expect(document.title).toMatch(/^40% – /));
  await user.click(screen.getByRole('button', { name: /Label/ }));
  fake.endRun(endedRun(1));
  const toast = await screen.findByText('Run 1 has ended: 85 % right.');
  expect(toast).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'See the result' }));
  expect(await main().findByRole('heading', { name: 'Sorted 376 photos: 282 Cat, 94 Dog.' })).toBeTruthy();
  expect(document.title).not.toMatch(/%/);
});

it('a paused run looks otherwise than one that goes on, in the bar and in the title', async () => {
  const fake = await open();
  fake.emit('training.state', { status: 'running', progress: progressOf() });
  expect(await screen.findByRole('button', { name: 'Train Training' })).toBeTruthy();
  fake.emit('training.state', { status: 'paused', progress: progressOf() });
  expect(await screen.findByRole('button', { name: 'Train paused' })).toBeTruthy();
  expect(screen.queryByRole('img', { name: 'Training' })).toBeNull();
  expect(document.title).toMatch(/^Paused at 40% – /);
});

describe('the notification of the system at the end of a run', () => {
  const shown: { message: string | undefined; onclick: (() => void) | null; close: () => void }[] = [];
  const asked = vi.fn();
  function allow(permission: NotificationPermission, hidden: boolean) {
    class Stub {
      static permission = permission;
      static requestPermission = asked;
      onclick: (() => void) | null = null;
      close = vi.fn();
      message: string | undefined;
      constructor(_title: string, { body }: NotificationOptions = {}) {
        this.message = body;
        shown.push(this);
      }
    }
    vi.stubGlobal('Notification', Stub);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden);
  }
  beforeEach(() => void (shown.length = 0));
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  it('comes where it is allowed and the page is out of sight, and leads to the result', async () => {
    const fake = await open();
    allow('granted', true);
    await user.click(screen.getByRole('button', { name: 'Label' }));
    fake.endRun(endedRun(1));
    expect(shown.map(({ message }) => message)).toEqual(['Run 1 has ended: 85 % right.']);
    shown[0]?.onclick?.();
    expect(await main().findByRole('heading', { name: 'Sorted 376 photos: 282 Cat, 94 Dog.' })).toBeTruthy();
    expect(shown[0]?.close).toHaveBeenCalledOnce();
  });

  it('is main’s in the desktop app: its page shows none', async () => {
    const fake = await open({ host: 'desktop' });
    allow('granted', true);
    fake.endRun(endedRun(1));
    expect(shown).toEqual([]);
  });

  it('stays away from a page in sight, and nobody is asked for leave', async () => {
    const fake = await open();
    allow('granted', false);
    fake.endRun(endedRun(1));
    allow('default', true);
    fake.endRun(endedRun(2));
    expect(shown).toEqual([]);
    expect(asked).not.toHaveBeenCalled();
  });
});
