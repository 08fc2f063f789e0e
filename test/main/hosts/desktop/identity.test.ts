import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'whisker-identity-'))));
afterEach(() => rmSync(dir, { recursive: true }));

async function introduced(platform: NodeJS.Platform) {
  const fakes = await freshElectron();
  const { introduce } = await import('../../../../src/main/hosts/desktop/identity.ts');
  const spy = vi.spyOn(process, 'platform', 'get').mockReturnValue(platform);
  introduce(join(dir, 'not/yet/there'));
  spy.mockRestore();
  return fakes;
}

test('Electron keeps what is its own in folders of the data folder, which are made first', async () => {
  const { app } = await introduced('linux');
  for (const [name, folder] of [
    ['userData', 'desktop'],
    ['crashDumps', 'crashes'],
  ] as const) {
    expect(app.test.paths.get(name)).toBe(join(dir, 'not/yet/there', folder));
    expect(statSync(join(dir, 'not/yet/there', folder)).isDirectory()).toBe(true);
  }
});

test('a crash is written down and never sent anywhere', async () => {
  const { crashReporter } = await introduced('linux');
  expect(crashReporter.test.started).toEqual({ uploadToServer: false });
});

test('Windows is told the id by which it knows whose notifications these are', async () => {
  const id = async (platform: NodeJS.Platform) => (await introduced(platform)).app.test.appUserModelId;
  const packaged = /^appId: (.*)$/m.exec(
    readFileSync(join(import.meta.dirname, '../../../../electron-builder.yml'), 'utf8'),
  );
  expect(await id('win32')).toBe(packaged?.[1]);
  expect(await id('linux')).toBeNull();
});
