// What a person does on the Label screen, each as one act: from any state of the screen, back to one in which the grid
// has the keyboard.

import type { Page } from 'playwright-core';
import { askMain } from '../../e2e/harness.ts';
import { ways } from '../library/frames.ts';

export interface Hand {
  page: Page;
  /** 0 to 1, without 1. */
  random(): number;
}

const oneOf = <T>({ random }: Hand, things: readonly T[]): T => things[Math.floor(random() * things.length)]!;

const filter = (page: Page, name: RegExp) => page.getByRole('complementary').getByRole('button', { name }).first();
const findField = (page: Page) => page.getByRole('textbox', { name: 'Find by file or folder' });

/** All photos from the first on, with nothing selected, searched for or shown large, and nothing open beside them. */
export async function atRest(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
  await search(page, '');
  const history = page.getByRole('button', { name: 'Close the history' });
  if (await history.isVisible()) await history.click();
  await filter(page, /^All photos/).click();
  await page.getByRole('listbox', { name: /^All photos/ }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Escape');
}

async function search(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await findField(page).fill(words);
  await findField(page).press('Enter');
}

/** Clicks a photo that is in view; false where the filter shows none. */
async function pick(hand: Hand, modifiers: ('Shift' | 'Control')[] = []): Promise<boolean> {
  const { page } = hand;
  const inView = await page.evaluate<string[]>(`grid() ? inView().map((one) => one.ariaPosInSet) : []`);
  if (inView.length === 0) return false;
  const place = oneOf(hand, inView);
  const photo = page.locator(`[role="option"][aria-posinset="${place}"]`);
  // It may have left the filter, or the view, since.
  await photo.click({ modifiers, timeout: 2000 }).catch(() => {});
  return true;
}

export const acts: Record<string, (hand: Hand) => Promise<void>> = {
  async label(hand) {
    if (!(await pick(hand))) return;
    if (hand.random() < 0.6) await pick(hand, ['Shift']);
    await hand.page.keyboard.press(oneOf(hand, ['1', '2', '3', '1', '2', 'n', 'u', 'x', '0']));
    await hand.page.waitForTimeout(60);
  },
  async scroll(hand) {
    const { page } = hand;
    await pick(hand);
    // What was done just before may have emptied the filter.
    await page.waitForTimeout(300);
    if (await page.evaluate<boolean>('grid() !== null')) await oneOf(hand, Object.values(ways))(page);
  },
  async filter(hand) {
    const { page } = hand;
    const names = [/^All photos/, /^Unlabelled/, /^Rose/, /^Tulip/, /^Excluded/, /^None of these/];
    await filter(page, oneOf(hand, names)).click();
    await page.waitForTimeout(300);
  },
  async find(hand) {
    const { page } = hand;
    await search(page, oneOf(hand, ['', 'sprout', 'img_00001', 'meadow 77', 'nothing is called that']));
    await page.waitForTimeout(300);
    await search(page, '');
  },
  async undo(hand) {
    for (let i = 0; i < 4; i++) {
      const { undo } = (await askMain(hand.page, 'library.state'))!;
      // The classes stay, as the other acts want them.
      const back = hand.random() < 0.7 && undo.undo !== null && !undo.undo.startsWith('Create class');
      await hand.page.keyboard.press(back ? 'Control+z' : 'Control+y');
      await hand.page.waitForTimeout(60);
    }
  },
  async 'open large'(hand) {
    const { page } = hand;
    if (!(await pick(hand))) return;
    await page.keyboard.press('Space');
    for (const key of ['ArrowRight', 'ArrowRight', 'z', 'z', 'ArrowLeft', '1', 'i', 'i', 'PageDown']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(120);
    }
    await page.keyboard.press('Escape');
  },
  async history({ page }) {
    await page.keyboard.press('h');
    await page.waitForTimeout(200);
    await page.keyboard.press('h');
  },
  async palette({ page }) {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('show rose');
    await page.keyboard.press('Escape');
  },
};
