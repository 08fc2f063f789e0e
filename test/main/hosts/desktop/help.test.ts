// The Help menu: what it opens, what it says, and that it asks the network only when a person does.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeApp } from '../../../fakes/app.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

const homepage = 'https://github.com/whisker-app/whisker';
const root = join(import.meta.dirname, '../../../..');
let dir: string;

async function setUp(change: { homepage?: undefined; version?: string } = {}) {
  const fakes = await freshElectron();
  const { createHelp } = await import('../../../../src/main/hosts/desktop/help.ts');
  const { readManifest } = await import('../../../../src/main/hosts/desktop/manifest.ts');
  const { description, license } = readManifest(root);
  const project = 'homepage' in change ? {} : { homepage };
  const manifest = { description, license, ...project, version: change.version ?? '0.1.0' };
  const fake = fakeApp();
  return { ...fakes, fake, help: createHelp({ app: fake, dataDir: dir, root, manifest, currentWindow: () => null }) };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'whisker-help-'));
  it = await setUp();
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const requests = () => [...it.session.test.partitions.values()].flatMap((session) => session.test.fetched);

describe('what it opens', () => {
  test('the project’s page, or README where the build names none', async () => {
    it.help.documentation();
    expect(it.shell.test.opened).toEqual([homepage]);
    it = await setUp({ homepage: undefined });
    it.help.documentation();
    expect([it.shell.test.opened, it.shell.test.files]).toEqual([[], [join(root, 'README.md')]]);
    expect(statSync(join(root, 'README.md')).isFile()).toBe(true);
  });

  test('the log folder, also before anything is logged', () => {
    it.help['open-logs']();
    expect(it.shell.test.files).toEqual([join(dir, 'logs')]);
    expect(statSync(join(dir, 'logs')).isDirectory()).toBe(true);
  });

  test('the licences, in a checkout and beside the installed program', () => {
    it.help.licences();
    expect(statSync(it.shell.test.files[0] ?? '').isFile()).toBe(true);
    it.app.isPackaged = true;
    vi.stubGlobal('process', Object.assign(Object.create(process), { resourcesPath: '/opt/Whisker/resources' }));
    it.help.licences();
    expect(it.shell.test.files[1]?.replaceAll('\\', '/')).toBe('/opt/Whisker/THIRD-PARTY-NOTICES.txt');
  });

  test('what can’t be opened is said', async () => {
    it.shell.test.problem = 'no program for it';
    it.help.licences();
    await expect.poll(() => it.dialog.test.errors).toHaveLength(1);
    expect(it.dialog.test.errors[0]?.content).toBe('no program for it');
  });
});

test('About says what this is made of and under which licence, and leads to the others’', async () => {
  it.dialog.test.response = 1;
  it.fake.answer = () => ({ ok: true, value: { available: true, device: { tensorflow: '2.21.0' } } });
  it.help.about();
  await expect.poll(() => it.shell.test.files).toEqual([join(root, 'THIRD-PARTY-NOTICES.txt')]);
  const [asked] = it.dialog.test.asked;
  expect(asked?.message).toBe('Whisker 0.1.0');
  for (const word of [`Node ${process.versions.node}`, 'TensorFlow 2.21.0', 'Electron', 'Licence: MIT']) {
    expect(asked && 'detail' in asked ? asked.detail : '').toMatch(word);
  }
  expect(requests()).toEqual([]);
});

test('About also opens while no TensorFlow is there', async () => {
  it.fake.answer = () => ({ ok: true, value: { available: null } });
  it.help.about();
  await expect.poll(() => it.dialog.test.asked.length).toBe(1);
  expect(it.dialog.test.asked[0]).toMatchObject({ detail: expect.stringContaining('TensorFlow: none in use') });
});

describe('Check for Updates…', () => {
  const release = (tag: string, page = `${homepage}/releases/tag/${tag}`) => ({ tag_name: tag, html_url: page });
  /** What the person is told when the releases answer so. */
  async function told(answer: () => Promise<Response>, response = 1) {
    it.session.fromPartition('updates').test.answer = answer;
    it.dialog.test.response = response;
    it.help['check-for-updates']();
    await expect.poll(() => it.dialog.test.asked.length).toBe(1);
    const [{ message = '', detail = '' } = {}] = it.dialog.test.asked as { message?: string; detail?: string }[];
    return `${message} ${detail}`;
  }
  const json = (value: unknown) => async () => new Response(JSON.stringify(value));

  test('asks the project’s releases once, over HTTPS, without the window’s session and without cookies', async () => {
    expect(requests()).toEqual([]);
    await told(json(release('v0.1.0')));
    expect(requests()).toEqual([
      {
        url: 'https://api.github.com/repos/whisker-app/whisker/releases/latest',
        init: expect.objectContaining({ credentials: 'omit', redirect: 'error' }),
      },
    ]);
    expect(it.session.defaultSession.test.fetched).toEqual([]);
  });

  test.each([
    ['v0.1.0', '0.1.0'],
    ['v0.0.9', '0.1.0'],
    ['v0.9.0', '0.10.0'],
  ])('%s is no news for %s', async (tag, version) => {
    it = await setUp({ version });
    expect(await told(json(release(tag)))).toContain(`Whisker ${version} is the newest.`);
  });

  test.each([
    ['v0.1.1', '0.1.0'],
    ['v0.10.0', '0.9.0'],
    ['1.0.0', '0.99.99'],
    ['v0.2.0', '0.2.0-beta.1'],
  ])('%s is newer than %s, and its page is opened only when the person says so', async (tag, version) => {
    it = await setUp({ version });
    expect(await told(json(release(tag)), 1)).toContain(`Whisker ${tag.replace('v', '')} is available.`);
    expect(it.shell.test.opened).toEqual([]);
    it = await setUp({ version });
    await told(json(release(tag)), 0);
    await expect.poll(() => it.shell.test.opened).toEqual([`${homepage}/releases/tag/${tag}`]);
  });

  test.each([
    ['there is no release', async () => new Response('{}', { status: 404 }), 'No release has been published yet.'],
    ['the service refuses', async () => new Response('', { status: 403 }), 'HTTP 403'],
    ['there is no network', () => Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED')), 'DISCONNECTED'],
    ['it is no release', json({ hello: 1 }), 'no release of Whisker'],
    ['it leads elsewhere', json(release('v9.9.9', 'https://evil.com/')), 'no release of Whisker'],
    ['it is no JSON', async () => new Response('<html>'), 'could not be reached'],
    ['it is too long', async () => new Response(`"${'x'.repeat(2 ** 20)}"`), 'the answer is too long'],
  ])('says so when %s', async (_, answer, why) => {
    expect(await told(answer)).toContain(why);
    expect(it.shell.test.opened).toEqual([]);
  });

  test('gives up after ten seconds', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(10_000);
      return AbortSignal.abort(new DOMException('too late', 'TimeoutError'));
    });
    expect(await told(() => new Promise(() => {}))).toContain('No answer came within 10 seconds.');
    vi.restoreAllMocks();
  });

  test('a build without a project says that it has no releases, and asks nobody', async () => {
    it = await setUp({ homepage: undefined });
    expect(await told(json(release('v9.9.9')))).toContain('names no project');
    expect(requests()).toEqual([]);
  });
});
