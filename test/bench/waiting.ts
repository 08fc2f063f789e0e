// How long a person waits after a click or a key, as the page itself sees it.

import type { Page } from 'playwright-core';

/**
 * In the page: how long after the next click or key the first answer, and then all of what is awaited, is on the
 * screen, in milliseconds. What a frame shows is there with the task after it.
 */
export const inThePage = `
  window.waitFor = (isThere) => {
    const afterFrame = (then) => requestAnimationFrame(() => setTimeout(then));
    window.waited = new Promise((done) => {
      const begin = ({ type, timeStamp }) => {
        for (const kind of ['pointerup', 'keydown']) removeEventListener(kind, begin, { capture: true });
        let answer = null;
        const seen = new MutationObserver(() => {
          seen.disconnect();
          afterFrame(() => (answer = performance.now() - timeStamp));
        });
        seen.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        const look = () => {
          const passed = performance.now() - timeStamp;
          if (isThere() && answer !== null) done({ answer, shown: passed });
          else if (passed > 60000) done(null);
          else afterFrame(look);
        };
        afterFrame(look);
      };
      for (const kind of ['pointerup', 'keydown']) addEventListener(kind, begin, { capture: true });
    });
  };
  window.says = (pattern) => new RegExp(pattern).test(document.querySelector('main')?.innerText ?? '');
  window.listed = (pattern) => [...document.querySelectorAll('[role=listbox]')].some((list) =>
    new RegExp(pattern).test(list.getAttribute('aria-label')) &&
    [...list.querySelectorAll('img')].some(({ complete }) => complete));
  window.photoShown = () => document.querySelector('img.photo.loaded')?.getAttribute('src') ?? null;`;

/** Milliseconds from the click or key until its first answer and until all of what is awaited is on the screen. */
export interface Waited {
  answer: number;
  shown: number;
}

/** Does it in a page that has run `inThePage`; `isThere`: an expression that is true once all is there. */
export async function awaitAfter(page: Page, act: () => Promise<void>, isThere: string): Promise<Waited> {
  await page.evaluate(`waitFor(() => (${isThere}))`);
  await act();
  const waited = await page.evaluate<Waited | null>('waited');
  if (waited === null) throw new Error(`Not there after a minute: ${isThere}`);
  return waited;
}
