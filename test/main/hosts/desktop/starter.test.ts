// npm start learns that the window is there, through the channel that Node makes between two processes.

import { expect, onTestFinished, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

test('the program that started the app is told when its window shows, not before', async () => {
  const send = vi.spyOn(process, 'send').mockReturnValue(true);
  onTestFinished(() => send.mockRestore());
  const fakes = await freshElectron();
  const { createMainWindow } = await import('../../../../src/main/hosts/desktop/window.ts');
  fakes.app.becomeReady();
  const window = createMainWindow({ preload: '/app/preload.cjs', icon: '/app/icon.png' }, () => {}).show();
  const told = () => send.mock.calls.map(([message]) => message).filter((message) => message === 'window shown');
  expect(told()).toEqual([]);
  window.show();
  expect(told()).toEqual(['window shown']);
});
