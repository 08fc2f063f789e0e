// A folder that was moved is found by what is in it, near where it was.

import { cpSync, mkdirSync, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fill, temporaryFolder } from '../../fixtures/folder.ts';
import { jpeg } from '../../fixtures/photos.ts';
import { startLibrary } from './service.ts';

async function opened() {
  const home = realpathSync(temporaryFolder());
  const before = join(home, 'pictures', 'cats');
  const photos = { 'a.jpg': await jpeg({ seed: 1 }), 'b/c.jpg': await jpeg({ seed: 2 }) };
  fill(before, photos);
  fill(join(home, 'pictures', 'dogs'), { 'a.jpg': await jpeg({ seed: 3 }), 'b/c.jpg': await jpeg({ seed: 4 }) });
  const parts = startLibrary({ dataDir: join(home, 'data') });
  await parts.scan(before);
  return { ...parts, home, before, photos };
}

test.each(['pictures/renamed', 'pictures/archive/cats', 'cats', 'elsewhere/cats', 'other'])(
  'moved to %s it is found',
  async (place) => {
    const { library, home, before } = await opened();
    expect(await library.findMoved()).toBeNull();
    const now = join(home, place);
    mkdirSync(join(now, '..'), { recursive: true });
    renameSync(before, now);
    expect(await library.findMoved()).toBe(now);
    await library.locate(before, now);
    expect(await library.scanFinished()).toMatchObject({ phase: 'done', photos: 2, added: 0, removed: 0 });
  },
);

test('beside the folder of another library it is found, too', async () => {
  const { library, scan, home, before } = await opened();
  const far = join(home, 'drive', 'deep', 'photos');
  await scan(fill(join(far, 'horses'), { 'h.jpg': await jpeg({ seed: 7 }) }));
  await scan(before);
  renameSync(before, join(far, 'kittens'));
  expect(await library.findMoved()).toBe(join(far, 'kittens'));
});

test('a folder with other photos under the same names, and one that has a library, are not it', async () => {
  const { library, scan, home, before, photos } = await opened();
  await scan(fill(join(home, 'pictures', 'copy'), photos));
  await scan(before);
  cpSync(join(home, 'pictures', 'dogs'), join(home, 'cats'), { recursive: true });
  renameSync(before, join(temporaryFolder(), 'far away'));
  expect(await library.findMoved()).toBeNull();
});
