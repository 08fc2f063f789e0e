import { flushSync } from 'svelte';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../../src/renderer/api.ts';
import { Review } from '../../../../src/renderer/screens/review/review.svelte.ts';
import type { ClassId, PhotoId, ReviewItem, RunId } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';
import { endedRun, type FakeLearning, type LearningOptions, withLearning } from '../../fake-learning.ts';

const cat = 1 as ClassId;
const dog = 2 as ClassId;
const run = 1 as RunId;

let bridge: FakeLearning;
let review: Review;

beforeEach(() => start());

async function start(more: LearningOptions = {}): Promise<void> {
  bridge = withLearning(createFakeBridge, { photos: 12, classes: ['Cat', 'Dog'], labelled: 4, ...more });
  review = new Review(createApi(bridge));
  await review.open(run);
}

const undo = () => bridge.call('history.undo', undefined);
const idOf = (at: number) => review.items[at]!.photoId;
const sent = () => bridge.calls.filter(({ name }) => name === 'labels.set').map(({ input }) => input);

describe('the review list', () => {
  it('opens on the most suspicious unlabelled photo', () => {
    expect(review.items).toHaveLength(8);
    expect(review.currentId).toBe(idOf(0));
    const suspicions = review.items.map(({ suspicion }) => suspicion);
    expect(suspicions).toEqual(suspicions.toSorted((a, b) => b - a));
  });

  it('accepts a prediction as a suggestion and goes on', async () => {
    const { photoId, predicted } = review.current!;
    const next = idOf(1);
    await review.accept();
    expect(sent()).toEqual([{ photoIds: [photoId], label: predicted, source: 'suggestion', chosen: 'review' }]);
    expect(review.decision(photoId)).toBe('accepted');
    expect(review.currentId).toBe(next);
  });

  it('corrects as the person’s own word', async () => {
    const { photoId, predicted } = review.current!;
    const other = predicted === cat ? dog : cat;
    await review.correct(other);
    expect(sent()).toEqual([{ photoIds: [photoId], label: other, source: 'person', chosen: 'review' }]);
    expect(review.decision(photoId)).toBe('corrected');
    expect(review.tally).toEqual({ reviewed: 1, corrected: 1, unsure: 0 });
  });

  it('says of a random check that it was one, whatever the answer', async () => {
    review.currentId = idOf(7);
    const { photoId, predicted } = review.current!;
    expect(review.current).toMatchObject({ isCheck: true, reason: 'A random check.' });
    await review.accept();
    expect(sent().at(-1)).toEqual({ photoIds: [photoId], label: predicted, source: 'suggestion', chosen: 'audit' });
    review.currentId = photoId;
    await review.correct(predicted === cat ? dog : cat);
    expect(sent().at(-1)).toMatchObject({ photoIds: [photoId], source: 'person', chosen: 'audit' });
  });

  it('asks how many are still wrong when it opens and after every decision and undo', async () => {
    let asked = 0;
    const found = () => ({ left: 8 - asked++, checks: 1, wrong: 0, errors: null, narrowedTo: null });
    await start({ handlers: { 'review.errorsLeft': found } });
    await expect.poll(() => review.meter.now?.left).toBe(8);
    await review.accept();
    await expect.poll(() => review.meter.now?.left).toBe(7);
    await review.correct('unsure');
    await expect.poll(() => review.meter.now?.left).toBe(6);
    await undo();
    await expect.poll(() => review.meter.now?.left).toBe(5);
  });

  it('says nothing is decided before main has stored it, but shows the next photo at once', async () => {
    await start({ delayMs: 5 });
    const first = review.currentId!;
    const accepting = review.accept();
    expect(review.currentId).toBe(idOf(1));
    expect(review.decision(first)).toBeNull();
    expect(review.tally.reviewed).toBe(0);
    await accepting;
    expect(review.tally.reviewed).toBe(1);
  });

  it('takes two quick presses as two photos', async () => {
    const [first, second] = [idOf(0), idOf(1)];
    await Promise.all([review.accept(), review.accept()]);
    expect(review.decision(first)).toBe('accepted');
    expect(review.decision(second)).toBe('accepted');
    expect(review.currentId).toBe(idOf(2));
  });

  it('does not store what is already said: Enter on an accepted photo only goes on', async () => {
    await review.accept();
    review.step(-1);
    await review.accept();
    expect(sent()).toHaveLength(1);
    await review.correct('unsure');
    expect(review.currentId).toBe(idOf(2));
  });

  it('comes back to the photo, with the reason, when main could not store the label', async () => {
    const first = review.currentId!;
    bridge.failNext('labels.set', 'The disk is full.');
    await review.accept();
    expect(review.currentId).toBe(first);
    expect(review.failure?.message).toBe('The disk is full.');
    expect(review.decision(first)).toBeNull();
  });

  it('counts photos of which somebody is unsure, and excluded ones, apart', async () => {
    await review.correct('unsure');
    await review.correct('excluded');
    expect(review.tally).toEqual({ reviewed: 1, corrected: 0, unsure: 1 });
    expect(review.left).toBe(6);
  });

  it('asks again about unsure photos when main lists them, and puts one off once more without storing it', async () => {
    const known = review.items.slice(0, 2).map((item): ReviewItem => ({ ...item, label: 'unsure' }));
    await start({ handlers: { 'review.list': () => known } });
    const [first, second] = [idOf(0), idOf(1)];
    expect(review.left).toBe(2);
    await review.correct('unsure');
    expect(sent()).toEqual([]);
    expect([review.decision(first), review.currentId, review.left]).toEqual(['unsure', second, 1]);
    // The last one is answered, and the list is asked for again: what was put off stays so.
    await review.correct('none');
    expect(sent()).toEqual([{ photoIds: [second], label: 'none', source: 'person', chosen: 'review' }]);
    expect(review.decision(first)).toBe('unsure');
    await bridge.call('labels.set', { photoIds: [first], label: dog, source: 'person', chosen: 'hand' });
    await bridge.call('labels.set', { photoIds: [first], label: null, source: 'person', chosen: 'hand' });
    expect(review.decision(first)).toBeNull();
  });

  it('remembers a no as one about the class, and goes on', async () => {
    const { photoId, predicted } = review.current!;
    await review.refuse();
    const refused = bridge.calls.filter(({ name }) => name === 'review.refuse').map(({ input }) => input);
    expect(refused).toEqual([{ photoIds: [photoId], classId: predicted }]);
    expect(review.decision(photoId)).toBe('refused');
    expect(review.tally).toEqual({ reviewed: 1, corrected: 0, unsure: 0 });
    expect(review.currentId).not.toBe(photoId);
    await undo();
    expect(review.decision(photoId)).toBeNull();
    expect(review.currentId).toBe(photoId);
  });

  it('hears of a no from another window only where it speaks of the class in question', async () => {
    const { photoId, predicted } = review.current!;
    const other = predicted === cat ? dog : cat;
    await bridge.call('review.refuse', { photoIds: [photoId], classId: other });
    expect(review.decision(photoId)).toBeNull();
    await bridge.call('review.refuse', { photoIds: [photoId], classId: predicted });
    expect(review.decision(photoId)).toBe('refused');
  });

  it('goes back and forth, also over decided photos, and stops at the ends', async () => {
    review.step(-1);
    expect(review.currentId).toBe(idOf(0));
    await review.accept();
    review.step(-1);
    expect(review.currentId).toBe(idOf(0));
    expect(review.decision(review.currentId!)).toBe('accepted');
  });
});

describe('undo', () => {
  it('brings a labelled photo back and returns to it', async () => {
    const first = review.currentId!;
    await review.accept();
    await review.accept();
    await undo();
    await undo();
    expect(review.currentId).toBe(first);
    expect(review.decision(first)).toBeNull();
    expect(review.tally.reviewed).toBe(0);
    expect(review.left).toBe(8);
  });

  it('brings back a photo of which somebody was unsure, and returns to it', async () => {
    const first = review.currentId!;
    await review.correct('unsure');
    expect(review.currentId).not.toBe(first);
    await undo();
    await settled();
    expect(review.currentId).toBe(first);
    expect(review.decision(first)).toBeNull();
  });
});

describe('changes made elsewhere', () => {
  it('shows a label set in another view', async () => {
    const third = idOf(2);
    await bridge.call('labels.set', { photoIds: [third], label: dog, source: 'person', chosen: 'hand' });
    expect(review.labelOf(third)).toBe(dog);
    expect(review.left).toBe(7);
  });

  it('asks again when a photo that was not listed has lost its label', async () => {
    await bridge.call('labels.set', { photoIds: [1 as PhotoId], label: null, source: 'person', chosen: 'hand' });
    await settled();
    expect(review.items.map(({ photoId }) => photoId)).toContain(1);
  });

  it('drops photos whose files are gone and moves on', () => {
    const [first, second] = [idOf(0), idOf(1)];
    bridge.emit('photos.removed', { ids: [first] });
    expect(review.currentId).toBe(second);
  });

  it('starts anew with another run', async () => {
    await review.accept();
    review.close();
    await review.open(2 as RunId);
    expect(review.tally.reviewed).toBe(0);
    expect(review.items).toHaveLength(7);
  });

  it('keeps the list and the photo being looked at when a run ends meanwhile, until it is refreshed', async () => {
    await review.accept();
    const [items, current] = [review.items, review.currentId!];
    await review.open(2 as RunId);
    expect(review.newerRun).toBe(2);
    expect([review.items, review.currentId]).toEqual([items, current]);
    // News that would ask for the list again do not bring the other run's either.
    await bridge.call('labels.set', { photoIds: [1 as PhotoId], label: null, source: 'person', chosen: 'hand' });
    await settled();
    expect(review.items).toEqual(items);
    await review.correct('unsure');
    expect(review.decision(current)).toBe('unsure');
    await review.refresh();
    expect(review.newerRun).toBeNull();
    expect(review.tally).toEqual({ reviewed: 0, corrected: 0, unsure: 0 });
    expect(review.items.map(({ photoId }) => photoId)).toContain(1);
  });

  it('shows the newer run by itself once the old list is used up, or is looked at another way', async () => {
    await review.open(2 as RunId);
    await review.load({ kind: 'class', classId: cat });
    expect(review.newerRun).toBeNull();
    await review.open(3 as RunId);
    await review.right(review.items.map(({ photoId }) => photoId));
    expect(review.newerRun).toBeNull();
  });

  it('takes an unsure photo for what it is, whatever else is announced meanwhile', async () => {
    const [first, second] = [idOf(0), idOf(1)];
    await bridge.call('labels.set', { photoIds: [second], label: 'unsure', source: 'person', chosen: 'review' });
    expect(review.decision(second)).toBe('unsure');
    expect(review.currentId).toBe(first);
    await bridge.call('history.undo', undefined);
    expect(review.decision(second)).toBeNull();
    expect(review.currentId).toBe(second);
  });
});

describe('when it is known which photos are nearly the same', () => {
  it('renews the list once, and the photo that is looked at stays the next one', async () => {
    const list = review.items;
    let listed = list;
    await start({
      handlers: { 'review.list': () => listed.filter(({ photoId }) => review.labelOf(photoId) === null) },
    });
    await review.accept();
    const looked = review.currentId;
    expect(looked).toBe(list[1]!.photoId);
    const asked = () => bridge.calls.filter(({ name }) => name === 'review.list').length;
    const before = asked();
    // The next two are like the first, and come after all others now.
    const [first, second, third, ...others] = list as [ReviewItem, ReviewItem, ReviewItem, ...ReviewItem[]];
    listed = [first, ...others, second, third];
    bridge.emit('review.regrouped', null);
    await expect.poll(() => review.items).toEqual([first, second, ...others, third]);
    expect(review.currentId).toBe(looked);
    expect(asked()).toBe(before + 1);
    await review.accept();
    expect(review.currentId).toBe(others[0]!.photoId);
  });

  it('leaves one class as it is', async () => {
    await review.load({ kind: 'class', classId: cat });
    const before = bridge.calls.length;
    bridge.emit('review.regrouped', null);
    expect(bridge.calls).toHaveLength(before);
  });
});

describe('photos that are nearly the same', () => {
  const burst = () => review.items.slice(3, 5).map(({ photoId }) => photoId);
  beforeEach(async () => {
    const list = review.items;
    const ids = burst();
    await start({
      handlers: { 'review.list': () => list.map((item, i) => (i === 0 ? { ...item, burst: ids } : item)) },
    });
  });

  it('are offered once the one is labelled, and labelled alike in one step that undo takes back', async () => {
    const { predicted } = review.current!;
    const ids = burst();
    await review.accept();
    expect(review.alikeOffer).toEqual({ photoIds: ids, label: predicted, source: 'suggestion' });
    await review.labelAlike();
    expect(sent().at(-1)).toEqual({
      photoIds: ids,
      label: predicted,
      source: 'suggestion',
      chosen: 'suggested',
      alike: true,
    });
    expect(review.alikeOffer).toBeNull();
    expect(review.tally.reviewed).toBe(3);
    await undo();
    expect(review.tally.reviewed).toBe(1);
  });

  it('keep their places when the next photo is decided instead, and are not offered when undo takes the one back', async () => {
    await review.correct(dog);
    expect(review.alikeOffer).toMatchObject({ label: dog, source: 'person' });
    await review.accept();
    expect(review.alikeOffer).toBeNull();
    for (const id of burst()) expect(review.decision(id)).toBeNull();
    await undo();
    review.step(-1);
    await review.accept();
    await undo();
    expect(review.alikeOffer).toBeNull();
  });

  it('are not offered where they are decided already', async () => {
    await bridge.call('labels.set', { photoIds: burst(), label: dog, source: 'person', chosen: 'hand' });
    await review.accept();
    expect(review.alikeOffer).toBeNull();
  });
});

describe('by class', () => {
  const list = () => review.load({ kind: 'class', classId: cat });
  const refusals = () => bridge.calls.filter(({ name }) => name === 'review.refuse').map(({ input }) => input);

  it('lists one predicted class, the most doubtful first', async () => {
    await list();
    const falling = review.items.map(({ suspicion }) => suspicion);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(review.items.every(({ predicted }) => predicted === cat)).toBe(true);
  });

  it('takes several as right in one action that one undo takes back', async () => {
    await list();
    const ids = review.items.slice(0, 3).map(({ photoId }) => photoId);
    for (const id of ids) review.selected.add(id);
    review.look(ids);
    await review.right(ids);
    expect(sent()).toEqual([{ photoIds: ids, label: cat, source: 'suggestion', chosen: 'review' }]);
    expect(review.selected.size).toBe(0);
    expect(review.tally.reviewed).toBe(3);
    await undo();
    expect(review.tally.reviewed).toBe(0);
    expect(review.currentId).toBe(ids[0]);
  });

  it('counts them as accepted without a look when one of them was never on the screen', async () => {
    await list();
    const ids = review.items.slice(0, 3).map(({ photoId }) => photoId);
    review.look(ids.slice(0, 2));
    await review.right(ids);
    expect(sent()).toEqual([{ photoIds: ids, label: cat, source: 'suggestion', chosen: 'suggested' }]);
  });

  it('takes several as wrong in one action, also one that was said to be right', async () => {
    await list();
    const ids = review.items.slice(0, 2).map(({ photoId }) => photoId);
    await review.right(ids.slice(0, 1));
    await review.wrong(ids);
    expect(refusals()).toEqual([{ photoIds: ids, classId: cat }]);
  });

  it('begins at the top again when the way to review changes', async () => {
    await list();
    review.step(1);
    await review.load({ kind: 'suspicion' });
    expect(review.currentId).toBe(idOf(0));
  });

  it('corrects several to another class', async () => {
    await list();
    const ids = review.items.slice(0, 2).map(({ photoId }) => photoId);
    await review.correctAll(ids, dog);
    expect(review.tally).toEqual({ reviewed: 2, corrected: 2, unsure: 0 });
  });

  it('accepts the surest of the run that was counted, and counts anew', async () => {
    await start({ runs: [endedRun(1)] });
    await list();
    await expect.poll(() => review.surest.now?.photos).toBe(4);
    const surest = review.items.slice(-2).map(({ photoId }) => photoId);
    await settled();
    const before = bridge.calls.length;
    expect(await review.acceptTop(2)).toBe(true);
    await settled();
    // Each question once: what is left, the surest of it, how many are wrong.
    const asked = bridge.calls.slice(before).map(({ name }) => name);
    expect(asked.filter((name) => name.startsWith('review.')).sort()).toEqual([
      ...['review.acceptTop', 'review.end', 'review.errorsLeft', 'review.list', 'review.surest'],
    ]);
    expect(bridge.calls.find(({ name }) => name === 'review.acceptTop')?.input).toEqual({
      runId: run,
      classId: cat,
      count: 2,
    });
    expect(review.items.some(({ photoId }) => surest.includes(photoId))).toBe(false);
    expect(review.tally.reviewed).toBe(0);
    await expect.poll(() => review.surest.now?.photos).toBe(2);
    await undo();
    await expect.poll(() => review.surest.now?.photos).toBe(4);
    await expect.poll(() => review.items).toHaveLength(4);
    expect(review.left).toBe(4);
  });

  it('says why the surest could not be accepted, and asks for the list again', async () => {
    await start({ runs: [endedRun(1)] });
    await list();
    await expect.poll(() => review.surest.now?.photos).toBe(4);
    bridge.failNext('review.acceptTop', 'The predictions have changed since.');
    expect(await review.acceptTop(2)).toBe(false);
    expect(review.failure?.message).toBe('The predictions have changed since.');
    expect(review.items).toHaveLength(4);
  });
});

/** Lets the questions that an event raised be answered. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  flushSync();
}
