import { describe, expect, it } from 'vitest';
import { createApi } from '../../../../src/renderer/api.ts';
import { History } from '../../../../src/renderer/screens/history/history.svelte.ts';
import { agoInWords, factsInWords, stateInWords } from '../../../../src/renderer/screens/history/history-words.ts';
import type { HistoryEntry } from '../../../../src/shared/history.ts';
import type { PhotoId } from '../../../../src/shared/types.ts';
import { createFakeBridge } from '../../fake-bridge.ts';

const entry = (change: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{
    id: 1,
    description: 'Label 3 photos as Cat',
    author: 'hand',
    photos: 3,
    at: '2026-03-04T12:00:00Z',
    state: 'done',
  },
  ...change,
});

describe('the words of a step', () => {
  const at = '2026-03-04T12:00:00.000Z';
  const after = (minutes: number) => Date.parse(at) + minutes * 60_000;

  it.each([
    [0.5, 'just now'],
    [5, '5 min ago'],
    [59.9, '59 min ago'],
    [3 * 60, '3 h ago'],
    [25 * 60, '1 day ago'],
    [6 * 24 * 60, '6 days ago'],
    [30 * 24 * 60, '4 Mar'],
    [365 * 24 * 60, '4 Mar 2026'],
  ])('%s minutes later it was %s', (minutes, words) => expect(agoInWords(at, after(minutes))).toBe(words));

  it('say who did it, to how many photos and when, and what became of it', () => {
    expect(factsInWords(entry(), after(5))).toBe('You · 3 photos · 5 min ago');
    expect(factsInWords(entry({ author: 'import', photos: 1 }), after(0))).toBe('Import · 1 photo · just now');
    expect(factsInWords(entry({ author: 'classes', photos: 0 }), after(0))).toBe('You · just now');
    expect(['done', 'undone', 'taken-back'].map((state) => stateInWords(entry({ state: state as 'done' })))).toEqual([
      ...['', 'undone', 'taken back'],
    ]);
  });
});

describe('the list', () => {
  const settled = () => new Promise((done) => setTimeout(done, 20));

  async function start(steps: number) {
    const bridge = createFakeBridge({ photos: 4, classes: ['Cat', 'Dog'] });
    const label = (n: number) =>
      bridge.call('labels.set', { photoIds: [((n % 4) + 1) as PhotoId], label: n % 3 ? 1 : 2, ...by } as never);
    for (let n = 0; n < steps; n++) await label(n);
    const history = new History(createApi(bridge));
    history.open();
    await settled();
    const asked = () => bridge.calls.filter(({ name }) => name === 'history.list').map(({ input }) => input);
    return { bridge, history, asked, label };
  }
  const by = { source: 'person', chosen: 'hand' } as const;

  it('asks for a page of a hundred, and for another when the screen comes to it', async () => {
    const { history, asked } = await start(350);
    expect(history.total).toBe(350);
    expect(history.at(0)?.id).toBe(350);
    expect(history.at(120)).toBeNull();
    history.look(110, 130);
    await settled();
    expect(history.at(120)?.id).toBe(230);
    history.look(90, 110);
    await settled();
    expect(asked()).toEqual([
      { from: 0, count: 100 },
      { from: 100, count: 100 },
    ]);
  });

  it('is asked for anew once after each change while it shows, and not at all while it does not', async () => {
    const { bridge, history, asked, label } = await start(3);
    await bridge.call('history.undo', undefined);
    await settled();
    expect([history.total, history.undone, history.at(0)?.state]).toEqual([3, 1, 'undone']);
    expect(asked()).toHaveLength(2);
    history.close();
    await label(7);
    await settled();
    expect(asked()).toHaveLength(2);
  });
});
