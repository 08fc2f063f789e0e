import { beforeEach, describe, expect, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

async function setUp() {
  const fakes = await freshElectron();
  const { lockDownPages, lockDownSession } = await import('../../../../src/main/hosts/desktop/security.ts');
  lockDownPages();
  lockDownSession(fakes.session.defaultSession as never);
  fakes.app.becomeReady();
  return { ...fakes, contents: new fakes.BrowserWindow().webContents };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => void (it = await setUp()));

describe('a page', () => {
  test('runs in the sandbox, whatever its window says', () => {
    expect(it.app.test.sandboxed).toBe(true);
  });

  test('can’t leave, not even for another page of ours', () => {
    const ways = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'] as const;
    for (const way of ways) {
      for (const url of ['https://evil.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'app://whisker/other']) {
        expect(it.contents.attempt(way, url), `${way} ${url}`).toBe(false);
      }
    }
  });

  test('can’t open windows; only listed links reach the person’s own browser', () => {
    const unlisted = [
      'https://evil.com/',
      'http://arxiv.org/abs/1606.03498',
      'https://arxiv.org.evil.com/',
      'https://arxiv.org@evil.com/',
      'https://evil.com/https://arxiv.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'app://whisker/',
      '',
    ];
    for (const url of unlisted) expect(it.contents.tryOpen(url), url).toBe(false);
    expect(it.shell.test.opened).toEqual([]);
    expect(it.contents.tryOpen('https://arxiv.org/abs/1606.03498')).toBe(false);
    expect(it.shell.test.opened).toEqual(['https://arxiv.org/abs/1606.03498']);
  });

  test('may write text to the clipboard, without access to any device', async () => {
    const granted = await it.session.defaultSession.granted('clipboard-sanitized-write');
    expect(granted).toEqual({ asked: true, checked: true, device: false });
  });

  test('has no spelling checked, whose dictionaries would come from the network', () => {
    expect(it.session.defaultSession.test.spellChecks).toBe(false);
  });

  test('gets no other permission of any kind', async () => {
    for (const permission of [
      'notifications',
      'media',
      'geolocation',
      'clipboard-read',
      'hid',
      'usb',
      'openExternal',
      'unknown',
    ]) {
      const granted = await it.session.defaultSession.granted(permission);
      expect(granted, permission).toEqual({ asked: false, checked: false, device: false });
    }
  });

  test('may use the camera just after a press, for video without sound, and once for each press', async () => {
    const page = { mediaTypes: ['video'], isMainFrame: true, requestingUrl: 'app://whisker/' };
    const ask = async (details: object = page) =>
      (await it.session.defaultSession.granted('media', details, it.contents)).asked;
    const press = (type = 'mouseUp') => it.contents.emit('input-event', {}, { type });
    expect(await ask()).toBe(false);
    press('mouseMove');
    expect(await ask()).toBe(false);
    press();
    expect(await ask()).toBe(true);
    expect(await ask()).toBe(false);
    press('rawKeyDown');
    expect(await ask()).toBe(true);
    const refused = [
      { ...page, mediaTypes: ['video', 'audio'] },
      { ...page, mediaTypes: ['audio'] },
      { ...page, mediaTypes: [] },
      { ...page, isMainFrame: false },
      { ...page, requestingUrl: 'https://evil.com/' },
      { ...page, requestingUrl: 'app://whisker.evil/' },
      {},
    ];
    for (const details of refused) {
      press();
      expect(await ask(details), JSON.stringify(details)).toBe(false);
    }
    press();
    const another = new it.BrowserWindow().webContents;
    expect((await it.session.defaultSession.granted('media', page, another)).asked).toBe(false);
  });

  test('a press that was long ago does not let it use the camera', async () => {
    const page = { mediaTypes: ['video'], isMainFrame: true, requestingUrl: 'app://whisker/' };
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    it.contents.emit('input-event', {}, { type: 'mouseUp' });
    now.mockReturnValue(6001);
    expect((await it.session.defaultSession.granted('media', page, it.contents)).asked).toBe(false);
    now.mockRestore();
  });

  test('reaches neither network nor disk: only its own scheme', async () => {
    const { webRequest } = it.session.defaultSession;
    for (const url of [
      'https://evil.com/',
      'http://127.0.0.1/',
      'ws://x/',
      'wss://x/',
      'ftp://x/',
      'file:///x',
      'application://x/',
      'https://x/app://',
    ]) {
      expect(await webRequest.lets(url), url).toBe(false);
    }
    expect(await webRequest.lets('app://whisker/photo/1/thumb')).toBe(true);
  });
});
