import { cleanup, render, screen } from '@testing-library/svelte';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import App from '../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../fake-bridge.ts';

afterEach(cleanup);

it('a window that reaches main at once asks for its state once, and not again for each change it hears of', async () => {
  const fake = createFakeBridge({ photos: 10, classes: ['Cat'], host: 'desktop' });
  render(App, { transport: fake });
  await screen.findByRole('button', { name: 'Library: Garden 2026' });
  fake.setScan({ phase: 'listing' });
  fake.setScan({ phase: 'done' });
  await sleep(100);
  expect(fake.calls.filter(({ name }) => name === 'library.state')).toHaveLength(1);
});
