// What becomes of a file that the person saves from the window.

import { beforeEach, expect, test, vi } from 'vitest';
import type { EventMessage } from '../../../../src/shared/contract.ts';
import { FakeDownloadItem } from '../../../fakes/electron/download-item.ts';
import { freshElectron } from '../../../fakes/electron/fresh.ts';

async function setUp() {
  const fakes = await freshElectron();
  const { tellOfSaving } = await import('../../../../src/main/hosts/desktop/saving.ts');
  const told = vi.fn<(event: EventMessage) => void>();
  return { ...fakes, told, saving: tellOfSaving(fakes.session.defaultSession as never, told) };
}
let it: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => void (it = await setUp()));

function save(url: string) {
  const item = new FakeDownloadItem(url);
  return { item, began: it.session.defaultSession.download(item) };
}

test('the dialog begins in the documents, under the name of the export', () => {
  const { item } = save('app://whisker/export/download-1.csv');
  expect(item.test.dialog.defaultPath?.replaceAll('\\', '/')).toBe('/home/ada/Documents/download-1.csv');
});

test('the page hears when the file is written, and can have it shown', () => {
  save('app://whisker/export/download-2.json').item.end('completed', '/home/ada/Documents/pets.json');
  const payload = { number: 0, name: 'pets.json', folder: 'Documents', written: true };
  expect(it.told.mock.calls).toEqual([[{ name: 'file.saved', payload }]]);
  it.saving.show(0);
  expect(it.shell.test.shown).toEqual(['/home/ada/Documents/pets.json']);
});

test('the page hears when it could not be written', () => {
  save('app://whisker/export/download-1.csv').item.end('interrupted', '/media/full/labels.csv');
  expect(it.told.mock.calls[0]?.[0].payload).toMatchObject({ name: 'labels.csv', folder: 'full', written: false });
});

test('a person who changes their mind hears nothing', () => {
  save('app://whisker/export/download-1.csv').item.end('cancelled');
  expect(it.told).not.toHaveBeenCalled();
});

test('nothing but exports can be saved', () => {
  const urls = ['app://whisker/photo/1/large', 'app://whisker/', 'https://evil.com/export/download-1.csv', 'blob:x'];
  for (const url of urls) expect(save(url).began, url).toBe(false);
  for (const name of ['download-1.csv', 'curves-3.csv', 'picture-1.png']) {
    expect(save(`app://whisker/export/${name}`).began, name).toBe(true);
  }
});

test('no other file is ever shown', () => {
  save('app://whisker/export/download-1.csv').item.end('completed', '/home/ada/labels.csv');
  for (const number of [1, -1, 0.5, '0', null, undefined, {}, '/etc/passwd']) it.saving.show(number);
  expect(it.shell.test.shown).toEqual([]);
});
