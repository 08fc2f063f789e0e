import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { ClassId, DoubtfulLabel, LabelCheck, PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge, nameOf } from '../../fake-bridge.ts';
import { endedRun, type LearningOptions, withLearning } from '../../fake-learning.ts';

const user = userEvent.setup();
const [cat, dog] = [1 as ClassId, 2 as ClassId];

/** The fake labels odd photos Cat and even ones Dog. */
const doubtful = (id: number): DoubtfulLabel => ({
  photoId: id as PhotoId,
  name: nameOf(id),
  width: 1600,
  height: 1200,
  label: id % 2 === 1 ? cat : dog,
  looksLike: id % 2 === 1 ? dog : cat,
  alike: { of: 10, looksLike: 9, label: 1 },
  nearest: [11, 12, 13].map((near) => ({ photoId: near as PhotoId, classId: id % 2 === 1 ? dog : cat })),
});
const found: LabelCheck = { status: 'checked', looked: 24, items: [1, 2, 3].map(doubtful) };

async function open(more: LearningOptions = {}) {
  const fake = withLearning(createFakeBridge, {
    photos: 40,
    classes: ['Cat', 'Dog'],
    labelled: 24,
    runs: [endedRun(1, { labelled: 24 })],
    features: { status: 'ready', photos: 40 },
    labelCheck: found,
    ...more,
  });
  render(App, { transport: fake });
  await user.click(await screen.findByRole('button', { name: 'Review' }));
  return fake;
}

async function openLabels(more: LearningOptions = {}) {
  const fake = await open(more);
  await user.click(await main().findByRole('radio', { name: /^Your labels/ }));
  return fake;
}

const main = () => within(screen.getByRole('main'));
const shownPhoto = async () => {
  const stage = await main().findByRole('region', { name: 'Label under review' });
  const alt = (await within(stage).findByRole('img')).getAttribute('alt');
  return Number(/^rose-(\d+)\.jpg, labelled /.exec(alt ?? '')?.[1]);
};
const settled = (check: () => void) => vi.waitFor(check, { timeout: 2000 });
const says = (words: RegExp) => settled(() => expect(main().getByText(words)).toBeTruthy());

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('labels that look wrong', () => {
  it('are counted beside the way to look at them, and shown with what speaks against them', async () => {
    await open();
    await user.click(await main().findByRole('radio', { name: 'Your labels (3)' }));
    expect(await shownPhoto()).toBe(1);
    await says(/^3 of 24 labels look wrong$/);
    const panel = within(main().getByRole('complementary', { name: 'Decision' }));
    expect(panel.getByText('Of the 10 labelled photos most like it, 9 are Dog and 1 is Cat.')).toBeTruthy();
    expect(panel.getAllByRole('img', { name: 'labelled Dog' })).toHaveLength(3);
  });

  it('Enter keeps a label, a digit changes it, X excludes the photo, and the last one leads to a new look', async () => {
    const fake = await openLabels();
    expect(await shownPhoto()).toBe(1);
    await user.keyboard('{Enter}');
    await settled(() =>
      expect(fake.calls.at(-1)).toEqual({ name: 'review.keepLabel', input: { photoId: 1, classId: cat } }),
    );
    await vi.waitUntil(async () => (await shownPhoto()) === 2);
    await says(/^2 of 24 labels look wrong$/);
    await user.keyboard('1');
    await settled(() => expect(fake.state.labels[1]).toBe(cat));
    await vi.waitUntil(async () => (await shownPhoto()) === 3);
    await user.keyboard('x');
    await settled(() => expect(fake.state.labels[2]).toBe(-1));
    expect(await main().findByRole('heading', { name: 'No label looks wrong.' })).toBeTruthy();
    await user.click(main().getByRole('button', { name: 'Look back' }));
    expect(await shownPhoto()).toBe(3);
  });

  it('the digit of its own class keeps it too', async () => {
    const fake = await openLabels();
    expect(await shownPhoto()).toBe(1);
    await user.keyboard('1');
    await settled(() => expect(fake.calls.at(-1)?.name).toBe('review.keepLabel'));
    expect(fake.state.labels[0]).toBe(cat);
  });

  it('undo brings a kept label and a changed one back, with the focus on the photo', async () => {
    const fake = await openLabels();
    await shownPhoto();
    await user.keyboard('{Enter}');
    await vi.waitUntil(async () => (await shownPhoto()) === 2);
    await user.keyboard('1');
    await vi.waitUntil(async () => (await shownPhoto()) === 3);
    await user.keyboard('{Control>}z{/Control}');
    await vi.waitUntil(async () => (await shownPhoto()) === 2);
    expect(fake.state.labels[1]).toBe(dog);
    await user.keyboard('{Control>}z{/Control}');
    await vi.waitUntil(async () => (await shownPhoto()) === 1);
    await says(/^3 of 24 labels look wrong$/);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Label under review');
  });

  it('arrows look around without deciding anything', async () => {
    const fake = await openLabels();
    await shownPhoto();
    await user.keyboard('{ArrowRight}');
    expect(await shownPhoto()).toBe(2);
    await user.keyboard('{ArrowLeft}');
    expect(await shownPhoto()).toBe(1);
    expect(fake.calls.map(({ name }) => name)).not.toContain('labels.set');
  });

  it('what could not be stored is said, and the photo comes back', async () => {
    const fake = await openLabels();
    await shownPhoto();
    fake.failNext('labels.set', 'The disk is full.');
    await user.keyboard('2');
    expect(await main().findByText('The disk is full.')).toBeTruthy();
    expect(await shownPhoto()).toBe(1);
  });
});

describe('when there is nothing to show', () => {
  it('says that no label looks wrong', async () => {
    await openLabels({ labelCheck: { status: 'checked', looked: 24, items: [] } });
    expect(await main().findByRole('heading', { name: 'No label looks wrong.' })).toBeTruthy();
  });

  it('says why nothing can be said, and leads to Label', async () => {
    const unknown: LabelCheck = { status: 'unknown', reason: 'There are too few labels.', remedy: 'Label more.' };
    await openLabels({ labelCheck: unknown });
    expect(await main().findByRole('heading', { name: 'Too early to say' })).toBeTruthy();
    expect(main().getByText('There are too few labels. Label more.')).toBeTruthy();
    await user.click(main().getByRole('button', { name: 'Go to Label' }));
    expect(await screen.findByRole('listbox', { name: /^All photos/ })).toBeTruthy();
  });

  it('is not offered without features', async () => {
    const fake = await open({ features: { status: 'none', reason: 'no-network' } });
    expect(await main().findByRole('radio', { name: 'Most suspicious' })).toBeTruthy();
    expect(main().queryByRole('radio', { name: /^Your labels/ })).toBeNull();
    expect(fake.calls.map(({ name }) => name)).not.toContain('review.doubtfulLabels');
  });

  it('needs no run', async () => {
    await open({ runs: [] });
    await user.click(await main().findByRole('button', { name: 'Check your labels' }));
    expect(await shownPhoto()).toBe(1);
    await user.click(main().getByRole('radio', { name: 'Most suspicious' }));
    expect(await main().findByRole('heading', { name: 'Nothing to review yet' })).toBeTruthy();
  });
});
