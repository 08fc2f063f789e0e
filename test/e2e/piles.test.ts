// A folder of pets sorted before anything has a name: two piles are named with a word and Enter each, one name is taken
// back.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Calls } from '../../src/shared/contract.ts';
import { writeImageNetwork } from '../fixtures/image-network.ts';
import { drawPets } from '../fixtures/pets.ts';
import { photo } from '../fixtures/photos.ts';
import {
  askMain,
  expectNoViolations,
  openApp,
  openLookedAt,
  type RunningApp,
  shoot,
  temporaryFolder,
} from './harness.ts';
import '../fixtures/needs-tensorflow.ts';

const EACH = 40;
const temporary = temporaryFolder();
const photos = join(temporary.path, 'pets');
const network = writeImageNetwork(join(temporary.path, 'drawn-network'));

let app: RunningApp;
let browser: Browser;
let page: Page;
let complaints: string[];

const ask = <K extends keyof Calls>(name: K, input?: Calls[K]['input']) => askMain(page, name, input);
const pile = (name: string) => page.getByRole('article', { name, exact: true });
/** How many photos of each kind have which class; in the order of their names the cats come first. */
async function labels() {
  const { ids, labels: codes } = await ask('photos.list', { filter: { kind: 'all' } });
  const { classes } = (await ask('library.state'))!;
  const kinds = { cats: ids.slice(0, EACH), dogs: ids.slice(EACH) };
  return classes.map(({ id, name }) => ({
    name,
    cats: kinds.cats.filter((photo) => codes[ids.indexOf(photo)] === id).length,
    dogs: kinds.dogs.filter((photo) => codes[ids.indexOf(photo)] === id).length,
  }));
}

/** Opens a folder, and the page once the network has looked at its photos. */
async function openFolder(folder: string): Promise<void> {
  await openLookedAt(page, folder, network.folder);
  await page.reload();
  await page.getByRole('listbox', { name: /^All photos/ }).waitFor();
}

beforeAll(async () => {
  await drawPets(photos, EACH);
  ({ app, browser, page, complaints } = await openApp(join(temporary.path, 'data')));
  await openFolder(photos);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  temporary.remove();
});

test('two words sort the folder, and one press takes a word back', async () => {
  await page
    .getByRole('complementary', { name: 'Piles' })
    .getByRole('button', { name: /^Show piles/ })
    .click();
  await pile('Pile 2').waitFor({ timeout: 60_000 });
  await shoot(page, 'piles-light');
  await expectNoViolations(page);
  await shoot(page, 'piles-dark');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });

  // The piles are in the order of their size, and these are equally large.
  const first = await pile('Pile 1').getByRole('option').first().getAttribute('aria-label');
  const [one, other] = first?.startsWith('cat') ? ['Cat', 'Dog'] : ['Dog', 'Cat'];
  await pile('Pile 1').getByRole('option').nth(2).click();
  await page.getByRole('combobox', { name: 'Name of pile 1' }).fill(one!);
  await page.keyboard.press('Enter');
  await pile(one!).waitFor();
  // The keyboard is on the next pile already.
  await page.keyboard.type(other!);
  await page.keyboard.press('Enter');
  await page.getByText('Every pile has a name.').waitFor();
  expect(await labels()).toEqual(
    expect.arrayContaining([
      { name: 'Cat', cats: 12, dogs: 0 },
      { name: 'Dog', cats: 0, dogs: 12 },
    ]),
  );
  await pile(one!)
    .getByText(/^12 labelled, \d+ to be predicted$/)
    .waitFor();
  await shoot(page, 'piles-named');

  await pile(other!).getByRole('button', { name: 'Undo' }).click();
  await pile('Pile 2').waitFor();
  expect((await labels()).map(({ name, cats, dogs }) => [name, cats + dogs])).toEqual([[one, 12]]);

  await pile(one!).getByRole('button', { name: 'See them' }).click();
  await page.getByRole('listbox', { name: /^One pile/ }).waitFor();
  await page.keyboard.press('p');
  await pile('Pile 2').waitFor();
  expect(complaints).toEqual([]);
});

test('a folder of one photo says that there is nothing to sort, and can be labelled', async () => {
  const folder = join(temporary.path, 'one');
  mkdirSync(folder);
  await photo({ seed: 1 }).jpeg().toFile(join(folder, 'only.jpg'));
  await openFolder(folder);
  expect(await page.getByRole('complementary', { name: 'Piles' }).count()).toBe(0);
  await page.keyboard.press('p');
  await page.getByRole('heading', { name: 'Too few photos to sort' }).waitFor();
  await shoot(page, 'piles-too-few');
  await page.getByRole('main').getByRole('button', { name: 'Back to the grid' }).click();
  await page.getByRole('option').first().waitFor();
});

test('photos that all look the same are no piles, and it says so', async () => {
  const folder = join(temporary.path, 'same');
  mkdirSync(folder);
  // The same picture in files that differ: copies of one file would be one photo.
  const same = await photo({ seed: 2 }).jpeg().toBuffer();
  for (let i = 0; i < 8; i++) writeFileSync(join(folder, `${i}.jpg`), Buffer.concat([same, Buffer.of(i)]));
  await openFolder(folder);
  await page.keyboard.press('p');
  await page.getByText(/look exactly the same/).waitFor({ timeout: 60_000 });
  await shoot(page, 'piles-identical');
  await page.getByRole('main').getByRole('button', { name: 'Back to the grid' }).click();
  await page.getByRole('listbox', { name: /All photos, 8/ }).waitFor();
  expect(complaints).toEqual([]);
});
