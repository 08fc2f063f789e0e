import { cleanup, render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../../../src/renderer/app/App.svelte';
import type { ClassId, PhotoId, RunId } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';
import { endedRun, type LearningOptions, receiptOf, receiptSince, withLearning } from '../../fake-learning.ts';

const user = userEvent.setup();

async function open(more: LearningOptions = {}) {
  const fake = withLearning(createFakeBridge, {
    photos: 12,
    classes: ['Cat', 'Dog'],
    labelled: 4,
    runs: [endedRun(1, { labelled: 4 })],
    ...more,
  });
  render(App, { transport: fake });
  await user.click(await screen.findByRole('button', { name: 'Review' }));
  return fake;
}

const main = () => within(screen.getByRole('main'));
const stage = () => main().findByRole('region', { name: 'Photo under review' });
const shownPhoto = async () => {
  const image = await within(await stage()).findByRole('img');
  return Number(/^rose-(\d+)\.jpg, predicted /.exec(image.getAttribute('alt') ?? '')?.[1]);
};
const settled = (check: () => void) => vi.waitFor(check, { timeout: 2000 });
const tally = (words: string) => settled(() => expect(main().getByText(words)).toBeTruthy());

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('one photo at a time', () => {
  it('shows prediction, confidence and reason', async () => {
    await open();
    await stage();
    const panel = within(main().getByRole('complementary', { name: 'Decision' }));
    expect(panel.getByText(/^\w+ \d\d%, \w+ \d\d%: nearly a coin flip\.$/)).toBeTruthy();
    expect(panel.getByText('1 of 8')).toBeTruthy();
  });

  it('says in one line how many are still wrong, and on a click how that is known', async () => {
    const errors = { estimate: 38, low: 20, high: 61 };
    const found = { left: 3900, checks: 1500, wrong: 15, errors, narrowedTo: 20 };
    await open({ handlers: { 'review.errorsLeft': () => found } });
    const line = await main().findByRole('status', { name: 'Errors left' });
    expect(line.textContent).toContain('About 38 (20–61) of 3,900 photos are still wrong');
    expect(line.textContent).toContain('ten more checks would narrow it to about ±20');
    await user.click(within(line).getByRole('button', { name: /^About 38/ }));
    const dialog = await screen.findByRole('dialog', { name: 'How many are still wrong' });
    expect(dialog.textContent).toContain('1,500 random checks so far, 15 of them wrong.');
  });

  it('says at the top what the last labels changed, for either model in use, until it is closed', async () => {
    const receipt = receiptSince(1 as RunId, 2 as RunId);
    const runs = [endedRun(2, { labelled: 4 }), endedRun(1, { labelled: 4 })];
    const fake = await open({ runs, handlers: { 'runs.receipt': () => receipt } });
    const line = () => main().findByRole('region', { name: 'What your labels changed' });
    expect((await line()).textContent).toMatch(/Your\s+14 fixes\s+and\s+30 confirmed labels\s+changed\s+212/);
    await user.click(within(await line()).getByRole('button', { name: 'Keep the old one' }));
    expect(fake.calls.findLast(({ name }) => name === 'runs.use')?.input).toEqual({ id: 1 });
    await vi.waitFor(async () => expect((await line()).textContent).toContain('The old one (run 1) is in use.'));
    await user.click(main().getByRole('button', { name: 'Close' }));
    expect(main().queryByRole('region', { name: 'What your labels changed' })).toBeNull();
  });

  it('says nothing at the top when no label came between the runs', async () => {
    await open({ runs: [endedRun(2, { labelled: 4 }), endedRun(1, { labelled: 4 })] });
    await stage();
    expect(main().queryByRole('region', { name: 'What your labels changed' })).toBeNull();
  });

  it('asks for random checks while there is none, and says when it is safe to stop', async () => {
    const none = { left: 8, checks: 0, wrong: 0, errors: null, narrowedTo: null };
    await open({ handlers: { 'review.errorsLeft': () => none } });
    const line = () => main().findByRole('status', { name: 'Errors left' });
    expect((await line()).textContent).toContain('Check 10 random photos to learn how many are still wrong');
    cleanup();
    const few = { left: 3900, checks: 700, wrong: 0, errors: { estimate: 0, low: 0, high: 20 }, narrowedTo: 9 };
    await open({ handlers: { 'review.errorsLeft': () => few } });
    expect((await line()).textContent).toMatch(
      /^At most 20 of 3,900 photos are still wrong\s+safe to stop: fewer than 1 in 100\s+700 checks so far$/,
    );
  });

  it('says once when confidences are not calibrated, and nothing when they are', async () => {
    await open();
    await stage();
    expect(main().getAllByText('not checked')).toHaveLength(1);
    const image = () => within(main().getByRole('region', { name: 'Photo under review' })).getByRole('img');
    expect(image().getAttribute('alt')).toMatch(/, (un)?sure$/);
    await user.click(main().getByRole('radio', { name: 'By class' }));
    await main().findByRole('listbox');
    expect(main().getAllByText('not checked')).toHaveLength(1);
    cleanup();
    await open({ runs: [endedRun(1, { receipt: receiptOf({ temperature: 1.2 }) })] });
    await stage();
    expect(main().queryByText('not checked')).toBeNull();
    expect(image().getAttribute('alt')).toMatch(/, \d+% sure$/);
  });

  it('says what the model had said of a photo that was corrected', async () => {
    await open({ runs: [endedRun(1, { receipt: receiptOf({ active: 'logistic' }) })] });
    const first = await shownPhoto();
    const decision = within(main().getByRole('complementary', { name: 'Decision' }));
    const predicted = /Accept (\w+)/.exec(decision.getByRole('button', { name: /^Accept/ }).textContent)![1]!;
    await user.click(main().getByRole('button', { name: `Label as ${predicted === 'Cat' ? 'Dog' : 'Cat'}` }));
    await tally('1 reviewed, 1 corrected');
    await user.keyboard('{ArrowLeft}');
    await vi.waitUntil(async () => (await shownPhoto()) === first);
    expect(decision.getByText(`Corrected; the model said ${predicted}`)).toBeTruthy();
  });

  it('Enter accepts, a digit corrects, X excludes, N says none, U unsure', async () => {
    const fake = await open();
    const first = await shownPhoto();
    await user.keyboard('{Enter}');
    await tally('1 reviewed');
    expect(fake.state.labels[first - 1]).toBeGreaterThan(0);
    const second = await shownPhoto();
    expect(second).not.toBe(first);
    await user.keyboard('1');
    await settled(() => expect(fake.state.labels[second - 1]).toBe(1));
    const third = await shownPhoto();
    await user.keyboard('x');
    await settled(() => expect(fake.state.labels[third - 1]).toBe(-1));
    const fourth = await shownPhoto();
    await user.keyboard('n');
    await settled(() => expect(fake.state.labels[fourth - 1]).toBe(-2));
    const fifth = await shownPhoto();
    await user.keyboard('u');
    await settled(() => expect(fake.state.labels[fifth - 1]).toBe(-3));
  });

  it('W says what a photo is not, U is unsure, and a class is found by name', async () => {
    const fake = await open();
    const first = await shownPhoto();
    await user.keyboard('w');
    await tally('1 reviewed');
    expect(fake.state.labels[first - 1]).toBe(0);
    await user.keyboard('u');
    await tally('1 reviewed, 1 unsure');
    const third = await shownPhoto();
    await user.keyboard('/');
    await user.type(await screen.findByRole('combobox'), 'do{Enter}');
    await settled(() => expect(fake.state.labels[third - 1]).toBe(2));
    await settled(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Photo under review'));
  });

  it('shows the labelled photos most like it, once photos have been looked at', async () => {
    const handlers = {
      'review.alike': () => [1, 2, 3].map((id) => ({ photoId: id as PhotoId, classId: 1 as ClassId })),
    };
    const alike = () => main().queryByRole('region', { name: 'Labelled photos like this one' });
    await open({ handlers });
    await stage();
    expect(alike()).toBeNull();
    cleanup();
    const fake = await open({ handlers, features: { status: 'ready', photos: 12 } });
    await settled(() => expect(alike()).toBeTruthy());
    expect(within(alike()!).getAllByRole('img', { name: /, Cat$/ })).toHaveLength(3);
    const asked = fake.calls.filter(({ name }) => name === 'review.alike');
    expect(asked).toHaveLength(5);
  });

  it('says where the list may end, and when that point is reached', async () => {
    const checked = endedRun(1, { labelled: 4, receipt: receiptOf({ temperature: 1.1 }) });
    await open({ runs: [checked], handlers: { 'review.end': () => ({ worth: 6, rest: 2, restWrong: 0.05 }) } });
    await stage();
    const before = 'The first 6 are worth a look; after that about one in 20 is wrong.';
    for (let i = 0; i < 5; i++) await user.keyboard('{ArrowRight}');
    expect(main().getByText('6 of 8')).toBeTruthy();
    expect(main().getByText(before)).toBeTruthy();
    await user.keyboard('{ArrowRight}');
    await settled(() => expect(main().getByText('From here on about one in 20 is wrong.')).toBeTruthy());
    expect(main().queryByText(before)).toBeNull();
  });

  it('does the same with buttons, and gives the focus back to the photo', async () => {
    const fake = await open();
    const first = await shownPhoto();
    await user.click(main().getByRole('button', { name: 'Label as Dog' }));
    await settled(() => expect(fake.state.labels[first - 1]).toBe(2));
    await settled(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Photo under review'));
    const second = await shownPhoto();
    await user.click(main().getByRole('button', { name: /^Accept/ }));
    await settled(() => expect(fake.state.labels[second - 1]).toBeGreaterThan(0));
    await user.click(main().getByRole('button', { name: /^Unsure/ }));
    await user.click(main().getByRole('button', { name: 'Exclude' }));
    await settled(() => expect(main().getByText(/^3 reviewed,.* 1 unsure$/)).toBeTruthy());
  });

  it('undo brings the photo back and the focus to it', async () => {
    await open();
    const first = await shownPhoto();
    await user.keyboard('{Enter}');
    await tally('1 reviewed');
    expect(await shownPhoto()).not.toBe(first);
    await user.keyboard('{Control>}z{/Control}');
    await tally('0 reviewed');
    expect(await shownPhoto()).toBe(first);
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Photo under review');
  });

  it('arrows look around without deciding anything', async () => {
    const fake = await open();
    const first = await shownPhoto();
    await user.keyboard('{ArrowRight}');
    expect(await shownPhoto()).not.toBe(first);
    await user.keyboard('{ArrowLeft}');
    expect(await shownPhoto()).toBe(first);
    expect(fake.calls.map(({ name }) => name)).not.toContain('labels.set');
  });

  it('offers training again once there are corrections worth it, and leads there', async () => {
    const fake = await open();
    for (let i = 0; i < 3; i++) {
      const id = await shownPhoto();
      const shown =
        within(await stage())
          .getByRole('img')
          .getAttribute('alt') ?? '';
      await user.keyboard(shown.includes('Cat') ? '2' : '1');
      await settled(() => expect(fake.state.labels[id - 1]).toBeGreaterThan(0));
    }
    await tally('3 reviewed, 3 corrected');
    expect(main().getByText(/^3 corrections since the last training/)).toBeTruthy();
    await user.click(main().getByRole('button', { name: 'Train again' }));
    expect(await main().findByRole('heading', { name: 'Train' })).toBeTruthy();
    await settled(() => expect(document.activeElement?.textContent).toBe('Train'));
  });
});

describe('by class', () => {
  const byClass = async (more: LearningOptions = {}) => {
    const fake = await open(more);
    await stage();
    await user.click(main().getByRole('radio', { name: 'By class' }));
    await main().findByRole('listbox', { name: 'Photos taken for Cat' });
    return fake;
  };

  it('accepts as many of the surest of a class as the handle says, tells it, and takes it back at once', async () => {
    const fake = await byClass();
    const before = fake.state.labels;
    const listed = await fake.call('review.list', { order: 'class', classId: fake.state.classes[0]!.id });
    if (!listed.ok) throw new Error(listed.error.message);
    const ids = listed.value.map(({ photoId }) => photoId);
    const half = Math.ceil(ids.length / 2);
    expect(await main().findByRole('button', { name: `Accept ${half} as Cat` })).toBeTruthy();
    expect(main().getByText(/how many of them are wrong is not known/)).toBeTruthy();
    main().getByRole('slider', { name: 'How many of the surest' }).focus();
    await user.keyboard('{ArrowRight}');
    await user.click(main().getByRole('button', { name: `Accept ${half + 1} as Cat` }));
    const added = () => [...before.keys()].filter((at) => fake.state.labels[at] !== before[at]).map((at) => at + 1);
    await settled(() => expect(added()).toEqual(ids.slice(-half - 1).sort((a, b) => a - b)));
    expect(await screen.findByText(`${half + 1} photos accepted as Cat.`)).toBeTruthy();
    await user.click(screen.getByText('Undo'));
    await settled(() => expect(fake.state.labels).toEqual(before));
  });

  it('says how many errors to expect where chances were checked', async () => {
    await byClass({ runs: [endedRun(1, { receipt: receiptOf({ temperature: 1.4 }) })] });
    expect(await main().findByText(/^The \d surest of \d: (about \d|probably none) of them wrong$/)).toBeTruthy();
  });

  it('does nothing to photos when no tile has the focus and none is selected', async () => {
    const fake = await byClass();
    const before = fake.state.labels;
    main().getByRole('button', { name: 'Open in Label' }).blur();
    (document.activeElement as HTMLElement | null)?.blur();
    await user.keyboard('{Enter}n2x');
    expect(fake.state.labels).toEqual(before);
    expect(fake.calls.some(({ name }) => name === 'review.refuse' || name === 'labels.set')).toBe(false);
  });

  it('offers to take an accept back only until something else was done', async () => {
    const fake = await byClass();
    await user.click(main().getByRole('button', { name: /^Accept \d as Cat/ }));
    const said = /photos? accepted as Cat\.$/;
    await screen.findByText(said);
    const undo = () => within(screen.getByRole('region', { name: 'Messages' })).queryByRole('button', { name: 'Undo' });
    expect(undo()).toBeTruthy();
    await fake.call('classes.create', { name: 'Fox' });
    await settled(() => expect(undo()).toBeNull());
  });
});

describe('nothing to show', () => {
  it('sends the person to Train before there is a model', async () => {
    await open({ runs: [] });
    expect(await main().findByRole('heading', { name: 'Nothing to review yet' })).toBeTruthy();
    await user.click(main().getByRole('button', { name: 'Go to Train' }));
    expect(await main().findByRole('heading', { name: 'Train' })).toBeTruthy();
  });

  it('says that all is reviewed, and lets the person look back', async () => {
    await open({ photos: 5 });
    await stage();
    await user.keyboard('{Enter}');
    expect(await main().findByRole('heading', { name: 'Nothing left to review' })).toBeTruthy();
    await user.click(main().getByRole('button', { name: 'Look back' }));
    expect(await stage()).toBeTruthy();
  });
});
