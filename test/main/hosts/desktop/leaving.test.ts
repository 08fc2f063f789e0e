// How the app ends: what is asked, what is awaited and for how long, and that a log-out is never held up.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';
import { stateOf } from '../../../fakes/progress.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function setUp(platform: NodeJS.Platform = 'linux') {
  const fakes = await freshElectron();
  const { createMainWindow } = await import('../../../../src/main/hosts/desktop/window.ts');
  const { createLeaving } = await import('../../../../src/main/hosts/desktop/leaving.ts');
  const { learningNow } = await import('../../../../src/main/hosts/desktop/learning.ts');
  vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  fakes.BrowserWindow.opened.length = 0;
  fakes.app.becomeReady();
  fakes.dialog.test.response = new Promise(() => {});
  const app = fakeApp();
  const log = vi.fn();
  const fail = vi.fn(() => fakes.app.exit(1));
  const main = createMainWindow({ preload: '', icon: '' }, (opened) => leaving.watch(opened));
  const leaving = createLeaving({ app, learning: learningNow(app), log, currentWindow: main.current, fail });
  if (platform !== 'darwin') fakes.app.on('window-all-closed', () => fakes.app.quit());
  main.show();
  const window = fakes.BrowserWindow.opened[0];
  if (!window) throw new Error('No window was opened.');
  // As Electron announces it once the last window is gone, unless the app is quitting anyhow.
  window.once('closed', () => setImmediate(() => fakes.app.emit('window-all-closed')));
  return { ...fakes, fake: app, log, fail, leaving, window };
}
let it: Awaited<ReturnType<typeof setUp>>;
let before: Map<string, NodeJS.SignalsListener[]>;
beforeEach(async () => {
  before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  it = await setUp();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
    }
  }
});

const learn = (status: 'running' | 'paused' | 'stopping' | 'idle') =>
  it.fake.emit({ name: 'training.state', payload: stateOf(status) });
const asked = () => it.dialog.test.asked;
const ended = () => expect.poll(() => [it.app.test.exitCode, it.fake.closed]);
const isStillThere = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([it.app.test.exitCode, it.fake.closed, it.window.isDestroyed()]).toEqual([null, false, false]);
};

describe('while nothing learns', () => {
  test('closing the window ends the app, services first, without a question', async () => {
    it.window.close();
    await ended().toEqual([0, 'whole']);
    expect(asked()).toEqual([]);
  });

  test('told to quit twice, it closes its services once', async () => {
    const finish = Promise.withResolvers<void>();
    const closing = vi.spyOn(it.fake, 'close').mockReturnValue(finish.promise);
    it.app.quit();
    it.app.quit();
    expect([it.app.test.exitCode, closing.mock.calls.length]).toEqual([null, 1]);
    finish.resolve();
    await expect.poll(() => it.app.test.exitCode).toBe(0);
  });

  test('services that never close are cut off after five seconds', async () => {
    vi.useFakeTimers();
    vi.spyOn(it.fake, 'close').mockReturnValue(new Promise(() => {}));
    it.app.quit();
    await vi.advanceTimersByTimeAsync(4_900);
    expect(it.app.test.exitCode).toBeNull();
    await vi.advanceTimersByTimeAsync(100);
    expect(it.app.test.exitCode).toBe(0);
    expect(it.log).toHaveBeenCalledWith('warning', 'Closing took longer than 5 s and was cut off.');
  });

  test('services that can’t close say why', async () => {
    vi.spyOn(it.fake, 'close').mockRejectedValue(new Error('the disk is gone'));
    it.app.quit();
    await expect.poll(() => it.app.test.exitCode).toBe(1);
    expect(it.fail).toHaveBeenCalledWith(new Error('the disk is gone'));
  });
});

describe('while a run learns', () => {
  const ways = [
    ['closing the window', () => it.window.close()],
    ['quitting', () => it.app.quit()],
  ] as const;

  test.each(ways)('%s asks; cancelled, all goes on, and a later close asks again', async (_, leave) => {
    it.dialog.test.response = 2;
    learn('running');
    leave();
    await expect.poll(() => asked().length).toBe(1);
    expect(asked()[0]).toMatchObject({
      message: 'Whisker is training.',
      buttons: ['Pause and quit', 'Stop and keep the best so far', 'Cancel'],
      cancelId: 2,
    });
    await isStillThere();
    it.window.close();
    await expect.poll(() => asked().length).toBe(2);
    await isStillThere();
    expect(it.fake.calls).toEqual([]);
  });

  test.each(ways)('%s, paused, ends at once: the services leave a checkpoint', async (_, leave) => {
    it.dialog.test.response = 0;
    learn('running');
    leave();
    await ended().toEqual([0, 'whole']);
    expect([it.fake.calls, it.window.isDestroyed(), asked().length]).toEqual([[], true, 1]);
  });

  test.each(ways)('%s, stopped, ends when the run has', async (_, leave) => {
    it.dialog.test.response = 1;
    learn('running');
    leave();
    await expect.poll(() => it.fake.calls).toEqual([{ name: 'training.stop', input: { keep: true } }]);
    learn('stopping');
    await isStillThere();
    learn('idle');
    await ended().toEqual([0, 'whole']);
  });

  test('a second wish to leave while it asks asks nothing more', async () => {
    learn('running');
    it.window.close();
    it.window.close();
    it.app.quit();
    await isStillThere();
    expect(asked()).toHaveLength(1);
  });

  test('the run may end while it asks: nothing is stopped twice', async () => {
    const answer = Promise.withResolvers<number>();
    it.dialog.test.response = answer.promise;
    learn('paused');
    it.window.close();
    learn('idle');
    answer.resolve(1);
    await ended().toEqual([0, 'whole']);
  });

  test('after it has ended nothing is asked', async () => {
    learn('running');
    learn('idle');
    it.window.close();
    await ended().toEqual([0, 'whole']);
    expect(asked()).toEqual([]);
  });

  test.each(signals)('%s is not asked about: nobody may be there to answer', async (signal) => {
    learn('running');
    process.emit(signal);
    await ended().toEqual([0, 'whole']);
    expect(asked()).toEqual([]);
  });
});

describe('on macOS', () => {
  beforeEach(async () => void (it = await setUp('darwin')));

  test('the window closes without a question, and the run goes on', async () => {
    learn('running');
    it.window.close();
    expect(it.window.isDestroyed()).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect([asked(), it.fake.closed, it.app.test.exitCode]).toEqual([[], false, null]);
  });

  test('quitting asks, with the window or without', async () => {
    it.dialog.test.response = 2;
    learn('running');
    it.app.quit();
    await expect.poll(() => asked().length).toBe(1);
    await isStillThere();
    it.window.close();
    it.app.quit();
    await expect.poll(() => asked().length).toBe(2);
    expect(it.app.test.exitCode).toBeNull();
  });
});

describe('when the system ends the session', () => {
  const prevented = () => {
    const event = { defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
    return event;
  };
  const ends = {
    'a shutdown or log-out': () => {
      const event = prevented();
      it.powerMonitor.emit('shutdown', event);
      return event;
    },
    'the end of a Windows session': () => {
      const query = prevented();
      it.window.emit('query-session-end', query);
      expect(query.defaultPrevented).toBe(false);
      const event = prevented();
      it.window.emit('session-end', event);
      return event;
    },
  };

  test.each(Object.entries(ends))('%s is not held up, asks nothing and closes at once', (_, end) => {
    learn('running');
    expect(it.leaving.isOver).toBe(false);
    const event = end();
    expect([it.fake.closed, it.app.test.exitCode, it.leaving.isOver]).toEqual(['now', 0, true]);
    expect([event.defaultPrevented, asked()]).toEqual([false, []]);
  });

  test('quitting after that prevents nothing', () => {
    learn('running');
    it.powerMonitor.emit('shutdown');
    for (const name of ['before-quit', 'will-quit'] as const) {
      const event = prevented();
      it.app.emit(name, event);
      expect(event.defaultPrevented, name).toBe(false);
    }
    it.window.close();
    expect(it.window.isDestroyed()).toBe(true);
  });

  test('also while it asks', () => {
    learn('running');
    it.window.close();
    it.powerMonitor.emit('shutdown');
    expect([it.fake.closed, it.app.test.exitCode]).toEqual(['now', 0]);
  });

  test('a database that can’t be closed keeps nobody', () => {
    vi.spyOn(it.fake, 'closeNow').mockImplementation(() => {
      throw new Error('the disk is gone');
    });
    expect(() => it.powerMonitor.emit('shutdown')).toThrow('the disk is gone');
    expect(it.app.test.exitCode).toBe(0);
  });
});
