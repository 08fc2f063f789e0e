// Whatever goes wrong with the window: it shows within five seconds, with the reason and a way on.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

async function setUp() {
  const fakes = await freshElectron();
  const { createMainWindow } = await import('../../../../src/main/hosts/desktop/window.ts');
  const { watchWindow } = await import('../../../../src/main/hosts/desktop/window-troubles.ts');
  fakes.BrowserWindow.opened.length = 0;
  fakes.app.becomeReady();
  const log = vi.fn();
  const main = createMainWindow({ preload: '', icon: '' }, (window) => watchWindow(window, log));
  return { ...fakes, main, log };
}
let it: Awaited<ReturnType<typeof setUp>>;
const rejections = vi.fn();
beforeEach(async () => {
  it = await setUp();
  vi.useFakeTimers();
  process.on('unhandledRejection', rejections);
});
afterEach(() => {
  vi.useRealTimers();
  process.off('unhandledRejection', rejections);
  it.BrowserWindow.loads = 'well';
});
const settled = () => vi.advanceTimersByTimeAsync(0);
function open(loads: 'well' | 'badly' | 'never', response: number | Promise<number> = new Promise(() => {})) {
  it.BrowserWindow.loads = loads;
  it.dialog.test.response = response;
  it.main.show();
  const window = it.BrowserWindow.opened.at(-1);
  if (!window) throw new Error('No window was opened.');
  return window;
}
const asked = () => it.dialog.test.asked;

describe('starting', () => {
  test('a page that loads shows the window and asks nothing, ever', async () => {
    const window = open('well');
    expect(window.test.shown).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([window.test.shown, asked()]).toEqual([true, []]);
  });

  test('a page that can’t be loaded shows the window at once, with the reason', async () => {
    const window = open('badly');
    await settled();
    expect(window.test.shown).toBe(true);
    expect(asked()).toEqual([expect.objectContaining({ message: 'Whisker’s window could not be loaded.' })]);
    expect(asked()[0]).toMatchObject({
      detail: expect.stringContaining('ERR_FILE_NOT_FOUND (-6)'),
      buttons: ['Try again', 'Quit'],
    });
    expect(it.log).toHaveBeenCalledWith('error', expect.stringContaining('ERR_FILE_NOT_FOUND'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked().length, rejections.mock.calls]).toEqual([1, []]);
  });

  test('it can be tried again, or given up', async () => {
    const again = open('badly', 0);
    await settled();
    expect([again.test.reloads, it.app.test.quits]).toEqual([1, 0]);
    again.destroy();
    const given = open('badly', 1);
    await settled();
    expect([given.test.reloads, it.app.test.quits]).toEqual([0, 1]);
  });

  test('a preload that throws shows the window, with what it threw', async () => {
    const window = open('never');
    window.webContents.emit('preload-error', {}, '/app/preload.cjs', new Error('no contextBridge'));
    await settled();
    expect(window.test.shown).toBe(true);
    expect(asked()).toEqual([
      expect.objectContaining({
        message: 'Whisker’s window can’t reach Whisker.',
        detail: expect.stringContaining('“no contextBridge”'),
      }),
    ]);
  });

  test('a page that never gets ready shows the window after five seconds', async () => {
    const window = open('never');
    await vi.advanceTimersByTimeAsync(4_900);
    expect(window.test.shown).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(window.test.shown).toBe(true);
    expect(asked()).toEqual([expect.objectContaining({ buttons: ['Wait', 'Try again', 'Quit'], cancelId: 0 })]);
  });

  test('one that gets ready after all takes the question away; nobody has quit by that', async () => {
    const window = open('never');
    await vi.advanceTimersByTimeAsync(5_000);
    window.emit('ready-to-show');
    await settled();
    expect(asked()).toEqual([expect.objectContaining({ signal: expect.objectContaining({ aborted: true }) })]);
    expect([it.app.test.quits, window.test.reloads]).toEqual([0, 0]);
  });

  test('what fails inside a frame, or because another load took its place, is not the window', async () => {
    const window = open('well');
    await settled();
    window.webContents.emit('did-fail-load', {}, -6, 'ERR_FAILED', 'app://whisker/x', false);
    window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://whisker/', true);
    await settled();
    expect(asked()).toEqual([]);
  });
});

describe('later', () => {
  test('a page that crashed can be reloaded; one that ended in good order says nothing', async () => {
    const window = open('well', 0);
    await settled();
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    await settled();
    expect(asked()).toEqual([]);
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await settled();
    expect(asked()).toEqual([expect.objectContaining({ message: 'Whisker’s window stopped working.' })]);
    expect(window.test.reloads).toBe(1);
  });

  test('a page that hangs can be waited for or reloaded', async () => {
    const window = open('well', 0);
    await settled();
    window.emit('unresponsive');
    await settled();
    expect(asked()).toEqual([expect.objectContaining({ message: 'Whisker’s window does not respond.' })]);
    expect(window.test.reloads).toBe(0);
    it.dialog.test.response = 1;
    window.emit('unresponsive');
    await settled();
    expect(window.test.reloads).toBe(1);
  });

  test('a page that answers again takes the question away', async () => {
    const window = open('well');
    await settled();
    window.emit('unresponsive');
    window.emit('responsive');
    await settled();
    expect(asked()[0]).toMatchObject({ signal: { aborted: true } });
    expect([window.test.reloads, it.app.test.quits]).toEqual([0, 0]);
  });

  test('an answer that comes after the window is gone does nothing', async () => {
    const answer = Promise.withResolvers<number>();
    const window = open('badly', answer.promise);
    await settled();
    window.destroy();
    answer.resolve(0);
    await settled();
    expect([window.test.reloads, it.app.test.quits]).toEqual([0, 0]);
  });
});
