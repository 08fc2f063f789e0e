import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRoot } from '../../../src/main/library/root-folder.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

test('an empty place where a drive was is not the folder; one that was emptied is, and so is one on a new drive', async () => {
  const folder = temporaryFolder();
  const { device } = await findRoot(folder);
  expect(await findRoot(folder, device)).toMatchObject({ device });
  await expect(findRoot(folder, 'the drive before')).rejects.toMatchObject({ code: 'folder-unavailable' });
  writeFileSync(join(folder, 'a.jpg'), 'a');
  expect(await findRoot(folder, 'the drive before')).toMatchObject({ device });
});

test('a folder that another one has taken the place of is away', async () => {
  const folder = join(temporaryFolder(), 'photos');
  mkdirSync(folder);
  const { stillThere } = await findRoot(folder);
  await stillThere();
  renameSync(folder, `${folder} away`);
  await expect(stillThere()).rejects.toMatchObject({ code: 'folder-unavailable' });
  mkdirSync(folder);
  await expect(stillThere()).rejects.toThrow("isn't there now");
});
