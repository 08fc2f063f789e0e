// What scrolling looks like from within the page: how long frames and tasks take, and how long nothing is to be seen.

import type { Page } from 'playwright-core';

export interface Scrolled {
  frames: number;
  /** Milliseconds from one frame to the next, at the 95th percentile and at most. */
  frameP95: number;
  frameMost: number;
  /** The longest task of the page, in milliseconds; 0 when none took 50. */
  task: number;
  /** The longest time, in milliseconds, in which no picture was in view. */
  blank: number;
}

/** `grid()` is the scrolled list; `record()` and `recorded()` are the begin and the end of a measurement. */
export const framesInThePage = `
  window.grid = () => document.querySelector('.grid');
  window.inView = () => {
    const { top, bottom } = grid().getBoundingClientRect();
    return [...grid().querySelectorAll('[role=option]')].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.bottom > top + 1 && box.top < bottom - 1;
    });
  };
  window.isDrawn = (option) => (option.querySelector('img')?.naturalWidth ?? 0) > 0;
  window.record = () => {
    const frames = [];
    const tasks = [];
    let blank = 0, seenAt = performance.now(), before = null, isOn = true;
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const frame = (now) => {
      if (!isOn) return;
      if (before !== null) frames.push(now - before);
      before = now;
      if (inView().some(isDrawn)) seenAt = now;
      blank = Math.max(blank, now - seenAt);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    window.recorded = () => {
      isOn = false;
      tasks.push(...observer.takeRecords().map(({ duration }) => duration));
      observer.disconnect();
      frames.sort((a, b) => a - b);
      return {
        frames: frames.length,
        frameP95: frames[Math.floor(0.95 * frames.length)] ?? 0,
        frameMost: frames.at(-1) ?? 0,
        task: Math.max(0, ...tasks),
        blank,
      };
    };
  };`;

/** Measures while `act` scrolls. */
export async function scrolling(page: Page, act: () => Promise<void>): Promise<Scrolled> {
  await page.evaluate('record()');
  await act();
  await page.waitForTimeout(300);
  return page.evaluate<Scrolled>('recorded()');
}

const FRAME_MS = 16;

export const ways: Record<string, (page: Page) => Promise<void>> = {
  async wheel(page) {
    for (let i = 0; i < 120; i++) {
      await page.mouse.wheel(0, 120);
      await page.waitForTimeout(FRAME_MS);
    }
  },
  async PageDown(page) {
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('PageDown');
      await page.waitForTimeout(100);
    }
  },
  async thumb(page) {
    for (const share of [0.1, 0.9, 0.4, 0.6, 0.2, 0.8, 0.35, 0.5]) {
      await page.evaluate(`grid().scrollTop = ${share} * (grid().scrollHeight - grid().clientHeight)`);
      await page.waitForTimeout(400);
    }
  },
  async 'End, Home'(page) {
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press(i % 2 === 0 ? 'End' : 'Home');
      await page.waitForTimeout(500);
    }
  },
};
