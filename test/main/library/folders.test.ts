import { homedir } from 'node:os';
import { join } from 'node:path';
import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listFolders } from '../../../src/main/library/folders.ts';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';

test('a folder shows its subfolders in natural order, its ONNX files and archives, and counts its photos by name', async () => {
  const folder = fill(temporaryFolder(), {
    'trip 10/a.jpg': '',
    'trip 2/a.jpg': '',
    '.hidden/a.jpg': '',
    'a.JPG': '',
    'b.heic': '',
    'notes.txt': '',
    'dino.ONNX': '',
    'pets.whisker': '',
    'not a file.onnx/a': '',
  });
  symlinkSync(join(folder, 'trip 2'), join(folder, 'linked'), 'junction');
  const listing = await listFolders(folder);
  expect(listing.folders.map(({ name }) => name)).toEqual(['linked', 'not a file.onnx', 'trip 2', 'trip 10']);
  expect(listing.folders[2]?.path).toBe(join(folder, 'trip 2'));
  expect(listing).toMatchObject({ path: folder, photos: 2 });
  expect(listing.networks).toEqual([{ name: 'dino.ONNX', path: join(folder, 'dino.ONNX') }]);
  expect(listing.archives).toEqual([{ name: 'pets.whisker', path: join(folder, 'pets.whisker') }]);
  expect((await listFolders(join(folder, 'trip 2'))).parent).toBe(folder);
});

test('without a path it is the home folder, with places to start from', async () => {
  const listing = await listFolders(null);
  expect(listing.path).toBe(homedir());
  expect(listing.places[0]).toEqual({ name: 'Home', path: homedir() });
});

test('the root has no parent, and a missing folder is an error', async () => {
  expect((await listFolders('/')).parent).toBeNull();
  await expect(listFolders('/no/such/folder')).rejects.toMatchObject({ code: 'folder-unavailable' });
});

test('a tilde is the home folder, as people type it', async () => {
  const home = await listFolders(null);
  expect((await listFolders('~')).path).toBe(home.path);
  expect((await listFolders('~/')).path).toBe(home.path);
});
