// What a run shows outside the window.

import { beforeEach, describe, expect, test } from 'vitest';
import type { RunStatus, RunSummary, TrainingState } from '../../../../src/shared/training.ts';
import type { RunId } from '../../../../src/shared/types.ts';
import { fakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';
import { stateOf } from '../../../fakes/progress.ts';

async function setUp() {
  const fakes = await freshElectron();
  const { createMainWindow } = await import('../../../../src/main/hosts/desktop/window.ts');
  const { learningNow } = await import('../../../../src/main/hosts/desktop/learning.ts');
  const { showRuns } = await import('../../../../src/main/hosts/desktop/run-signs.ts');
  fakes.BrowserWindow.opened.length = 0;
  fakes.Notification.shown.length = 0;
  fakes.app.becomeReady();
  const app = fakeApp();
  const main = createMainWindow({ preload: '', icon: '' }, (opened) => show(opened));
  const show = showRuns(app, learningNow(app), main);
  main.show();
  return { ...fakes, fake: app, main };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => void (it = await setUp()));

const window = () => {
  const opened = it.BrowserWindow.opened.at(-1);
  if (!opened) throw new Error('No window was opened.');
  return opened;
};
const learn = (status: TrainingState['status'], fraction = 0.5) =>
  it.fake.emit({ name: 'training.state', payload: stateOf(status, fraction) });
const awake = () => [...it.powerSaveBlocker.test.held.values()];

describe('the machine', () => {
  test('stays awake while a run learns, held once, and may sleep when it is over', () => {
    learn('running', 0.1);
    learn('running', 0.2);
    learn('stopping', 0.2);
    expect(awake()).toEqual(['prevent-app-suspension']);
    learn('idle');
    expect(awake()).toEqual([]);
  });

  test('may sleep while the run is paused', () => {
    learn('running');
    learn('paused');
    expect(awake()).toEqual([]);
    learn('running');
    expect(awake()).toEqual(['prevent-app-suspension']);
  });
});

describe('the dock or task bar', () => {
  test('has how far the run is, otherwise while it is paused, and nothing at its end', () => {
    learn('running', 0.25);
    expect(window().test.progress).toEqual({ fraction: 0.25, mode: 'normal' });
    learn('paused', 0.25);
    expect(window().test.progress).toEqual({ fraction: 0.25, mode: 'paused' });
    learn('idle');
    expect(window().test.progress).toBeNull();
  });

  test('without a window there is nothing to show it on; the next one has it from the start', () => {
    window().destroy();
    learn('running', 0.75);
    it.main.show();
    expect(it.BrowserWindow.opened).toHaveLength(2);
    expect(window().test.progress).toEqual({ fraction: 0.75, mode: 'normal' });
  });
});

describe('the notification at the end', () => {
  const end = (status: RunStatus) => {
    const run: RunSummary = {
      id: 3 as RunId,
      status,
      options: {
        features: 'pixels',
        preset: 'quick',
        minutes: 1,
        seed: 1,
        device: 'auto',
        startFrom: 'scratch',
        colour: 'auto',
        mirror: true,
        accepted: 'leave-out',
      },
      startedAt: '2026-11-26T03:00:00Z',
      seconds: 1,
      steps: 1,
      device: null,
      labelled: 4,
      photos: 8,
      repeats: null,
      receipt: null,
      measuredOn: null,
      backbone: null,
      notices: [],
      startedFrom: null,
      usable: true,
      error: null,
      note: '',
      pinned: false,
    };
    it.fake.emit({ name: 'run.ended', payload: run });
    return it.Notification.shown;
  };

  test('comes when the window is not in front, and brings it there', () => {
    window().test.isFocused = false;
    window().test.minimized = true;
    const [shown] = end('finished');
    expect(shown?.test.options).toEqual({ title: 'Whisker', body: 'Run 3 has ended.' });
    shown?.emit('click');
    expect([window().test.minimized, window().test.focused]).toEqual([false, 1]);
  });

  test('comes when there is no window, and opens one', () => {
    window().destroy();
    const [shown] = end('failed');
    expect(shown?.test.options.body).toBe('Run 3 failed.');
    shown?.emit('click');
    expect(it.main.current()).toBe(window());
  });

  test('stays away from a window in front, from a run that only rests, and where there are none', () => {
    expect(end('finished')).toEqual([]);
    window().test.isFocused = false;
    expect(end('interrupted')).toEqual([]);
    it.Notification.supported = false;
    expect(end('finished')).toEqual([]);
  });
});
