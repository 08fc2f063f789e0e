import { cleanup, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import type { FeatureState } from '../../../src/shared/types.ts';
import { createFakeBridge } from '../fake-bridge.ts';

const user = userEvent.setup();
const looking = (done: number, more: object = {}): FeatureState => ({
  ...{ status: 'looking', done, total: 400, etaSeconds: 12, paused: false },
  ...more,
});

async function open(features: FeatureState) {
  const fake = createFakeBridge({ features });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Label' });
  return fake;
}
const line = () => screen.queryByTitle(/^Looking at your photos/)?.title ?? null;
const polite = () => screen.getAllByRole('status').map(({ textContent }) => textContent);

afterEach(cleanup);

it('says how far it is and how long it takes, and is gone when it is done', async () => {
  const fake = await open(looking(120));
  await expect.poll(line).toBe('Looking at your photos: 120 of 400, about 10 s left');
  expect(screen.getByTitle(/^Looking/).textContent.replaceAll('\u00a0', ' ')).toBe(line());
  expect(screen.getByRole('progressbar', { name: 'Looking at photos' }).getAttribute('aria-valuenow')).toBe('30');
  fake.setFeatures(looking(390, { etaSeconds: null }));
  await expect.poll(line).toBe('Looking at your photos: 390 of 400');
  fake.setFeatures({ status: 'ready', photos: 400 });
  await expect.poll(line).toBeNull();
});

it('is never there without a network, nor while a scan says how far it is', async () => {
  const fake = await open({ status: 'none', reason: 'no-network' });
  expect(line()).toBeNull();
  fake.setFeatures(looking(0));
  await expect.poll(line).not.toBeNull();
  fake.setScan({ phase: 'reading' });
  await expect.poll(line).toBeNull();
  fake.setScan({ phase: 'done' });
  await expect.poll(line).not.toBeNull();
});

it('rests and goes on when asked', async () => {
  const fake = await open(looking(120));
  await user.click(await screen.findByRole('button', { name: 'Pause looking at photos' }));
  await expect.poll(line).toBe('Looking at your photos: 120 of 400, paused');
  await user.click(screen.getByRole('button', { name: 'Go on looking at photos' }));
  await expect.poll(line).toBe('Looking at your photos: 120 of 400, about 10 s left');
  expect(fake.calls.map(({ name }) => name).filter((name) => /pause|resume/.test(name))).toEqual([
    'features.pause',
    'features.resume',
  ]);
});

it('is told to a screen reader when it begins and rests, and not with every photo', async () => {
  const fake = await open(looking(1));
  await expect.poll(polite).toContain('Looking at your photos.');
  const region = screen.getAllByRole('status').find(({ textContent }) => textContent === 'Looking at your photos.')!;
  const told: (string | null)[] = [];
  new MutationObserver(() => told.push(region.textContent)).observe(region, {
    ...{ characterData: true, childList: true, subtree: true },
  });
  for (const done of [2, 50, 300]) fake.setFeatures(looking(done));
  await expect.poll(line).toContain('300 of 400');
  expect(told).toEqual([]);
  fake.setFeatures(looking(300, { paused: true }));
  await expect.poll(() => told).toEqual(['Looking at your photos is paused.']);
});

it('says once that the network gives nothing, with a way to try again', async () => {
  const fake = await open(looking(1));
  const failed: FeatureState = { status: 'failed', reason: 'The network gives values that are no numbers.' };
  fake.setFeatures(failed);
  fake.setFeatures(failed);
  const message = 'The pretrained network could not look at your photos: The network gives values that are no numbers.';
  expect(await screen.findAllByText(message)).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(fake.calls.map(({ name }) => name)).toContain('features.resume');
});
