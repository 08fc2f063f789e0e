import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import { createFakeBridge } from '../../fake-bridge.ts';
import { endedRun, progressOf, withLearning, type LearningOptions } from '../../fake-learning.ts';

const user = userEvent.setup();
const main = () => within(screen.getByRole('main'));
const dialog = () => within(screen.getByRole('dialog', { name: 'Other computers' }));
const button = (name: string | RegExp) => main().findByRole('button', { name });

async function open(more: LearningOptions = {}) {
  const fake = withLearning(createFakeBridge, { photos: 40, classes: ['Cat', 'Dog'], labelled: 24, ...more });
  render(App, { transport: fake });
  await user.click(await screen.findByRole('button', { name: /^Train/ }));
  return fake;
}
const asked = (fake: Awaited<ReturnType<typeof open>>, wanted: string) =>
  fake.calls.filter(({ name }) => name === wanted).map(({ input }) => input);

async function add(destination: string, command = '') {
  await user.type(dialog().getByRole('textbox', { name: /^Computer/ }), destination);
  if (command) await user.type(dialog().getByRole('textbox', { name: /^Command/ }), command);
  await user.click(dialog().getByRole('button', { name: 'Add and try' }));
}

beforeEach(() => localStorage.clear());
afterEach(cleanup);

it('trains on this computer as long as no other is named, and there is nothing to choose', async () => {
  const fake = await open();
  await user.click(await button('Train'));
  expect(asked(fake, 'training.start')).toMatchObject([{ preset: 'quick' }]);
  expect(asked(fake, 'training.start')[0]).not.toMatchObject({ computer: expect.anything() });
});

it('a computer that is added is tried, says what it is, and trains the next run', async () => {
  const fake = await open();
  await user.click(await button('Train on another computer…'));
  await add('lab', '~/w/whisker');
  expect(
    await screen.findByText(
      'lab is ready: Whisker 0.1.0, Node 26.10.0, TensorFlow 2.21.0 on GPU · NVIDIA H100 80GB HBM3.',
    ),
  ).toBeTruthy();
  expect(asked(fake, 'computers.save')).toEqual([{ destination: 'lab', command: '~/w/whisker' }]);
  await user.click(dialog().getByRole('button', { name: 'Close' }));
  expect(screen.getByLabelText('Where to train').textContent).toContain('lab');
  await user.click(await button('Train'));
  expect(asked(fake, 'training.start')).toMatchObject([{ computer: 'lab' }]);
});

it('one that can’t be reached says why and what to do; removing the one that was chosen goes back to this computer', async () => {
  const fake = await open();
  await user.click(await button('Train on another computer…'));
  await add('attic');
  expect(await screen.findByText('attic refused the connection.')).toBeTruthy();
  expect(screen.getByText('Check that an ssh server runs there.')).toBeTruthy();
  await user.click(dialog().getByRole('button', { name: 'Remove attic' }));
  await user.click(dialog().getByRole('button', { name: 'Close' }));
  await user.click(await button('Train'));
  expect(asked(fake, 'training.start')[0]).not.toMatchObject({ computer: expect.anything() });
});

it.each([
  ['-oProxyCommand=x', '', /A host of your ssh config/],
  ['lab; reboot', '', /A host of your ssh config/],
  ['lab', 'whisker; rm', /Plain words/],
])('%s with the command %j is refused beside its field', async (destination, command, error) => {
  const fake = await open();
  await user.click(await button('Train on another computer…'));
  await add(destination, command);
  expect(dialog().getByText(error)).toBeTruthy();
  expect(asked(fake, 'computers.save')).toEqual([]);
});

it('a line that is lost says so and can be taken up at once', async () => {
  const fake = await open();
  const progress = progressOf({ connectionLost: 'The connection to lab was lost (Broken pipe).' });
  fake.emit('training.state', { status: 'running', progress });
  expect(await main().findByText('The connection to lab was lost (Broken pipe).')).toBeTruthy();
  await user.click(await button('Reconnect now'));
  expect(asked(fake, 'training.reconnect')).toHaveLength(1);
  fake.emit('training.state', { status: 'running', progress: { ...progress, connectionLost: null } });
  await expect.poll(() => main().queryByRole('button', { name: 'Reconnect now' })).toBeNull();
});

it('a run that was given up goes on there or here', async () => {
  const run = endedRun(1, { status: 'interrupted', receipt: null });
  const fake = await open({ runs: [{ ...run, options: { ...run.options, computer: 'lab' } }] });
  expect(await main().findByText(/^Run 1 was interrupted: lab was lost/)).toBeTruthy();
  await user.click(await button('Go on here'));
  expect(asked(fake, 'runs.resume')).toEqual([{ id: 1, here: true }]);
});
