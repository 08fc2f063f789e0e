import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readJson, writeJson } from '../../scripts/setup/cache.mjs';
import { reportProgress } from '../../scripts/setup/progress.mjs';
import { withProgressFile } from '../../scripts/setup/progress-file.mjs';
import { progressLine, step } from '../../scripts/setup/steps.mjs';
import { freshCache, stderrText } from './fixture.ts';

describe('the note of what set-up does', () => {
  const noteIn = (cache: string) => join(cache, 'setup-progress.json');

  test('tells the step and its bytes, and is gone afterwards, also after a failure', async () => {
    stderrText();
    const note = noteIn(freshCache());
    await withProgressFile(async () => {
      expect(existsSync(note)).toBe(false);
      await step('Compiling', () => {
        const { at, ...rest } = readJson(note);
        expect(rest).toEqual({ pid: process.pid, step: 'Compiling', done: null, total: null });
        expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(5_000);
      });
      await step('Downloading', async () => {
        reportProgress({ done: 5, total: 10 });
        await vi.waitFor(() => expect(readJson(note)).toMatchObject({ step: 'Downloading', done: 5, total: 10 }), {
          timeout: 5_000,
        });
      });
    });
    expect(existsSync(note)).toBe(false);
    const failing = withProgressFile(() => step('Failing', () => Promise.reject(new Error('no'))));
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(note)).toBe(false);
  });

  test('is written at most once a second, and at least every five where nothing is new', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const note = noteIn(freshCache());
    await withProgressFile(async () => {
      const seen: string[] = [];
      const look = () => {
        const text = readFileSync(note, 'utf8');
        if (text !== seen.at(-1)) seen.push(text);
      };
      for (let done = 0; done < 100; done++) {
        reportProgress({ step: 'Downloading', done, total: 100 });
        look();
        await vi.advanceTimersByTimeAsync(20);
      }
      expect(seen.length).toBeLessThanOrEqual(3);
      const last = readJson(note).at;
      await vi.advanceTimersByTimeAsync(5_000);
      const later = readJson(note);
      expect(later).toMatchObject({ done: 99 });
      expect(Date.parse(later.at)).toBeGreaterThan(Date.parse(last));
    });
  });

  test.skipIf(process.platform === 'win32')('is gone when a signal ends set-up', async () => {
    const note = noteIn(freshCache());
    const from = (name: string) => new URL(`../../scripts/setup/${name}.mjs`, import.meta.url).href;
    const script = `
      import { run } from '${from('command')}';
      import { withProgressFile } from '${from('progress-file')}';
      import { step } from '${from('steps')}';
      await withProgressFile(() => step('Waiting', () => run(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])));`;
    const setUp = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await vi.waitFor(() => expect(readJson(note)).toMatchObject({ step: 'Waiting' }), { timeout: 20_000 });
    setUp.kill('SIGTERM');
    await once(setUp, 'exit');
    expect(existsSync(note)).toBe(false);
  });

  test('that another set-up wrote is left alone by one that had nothing to tell', async () => {
    const note = noteIn(freshCache());
    writeJson(note, { pid: 1, step: 'Compiling' });
    await withProgressFile(() => sleep(1));
    expect(readJson(note)).toEqual({ pid: 1, step: 'Compiling' });
  });
});

describe('the line of a step', () => {
  function line(isTerminal: boolean) {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let text = '';
    const shown = progressLine('Fetching … ', { stream: { write: (part: string) => (text += part) }, isTerminal });
    return { ...shown, text: () => text };
  }

  test('in a terminal is drawn again as bytes come, and ends as if they had never been', () => {
    const it = line(true);
    vi.advanceTimersByTime(250);
    it.show(34e6, 110e6);
    expect(it.text()).toBe('Fetching … \r\u001b[KFetching … 34 of 110 MB (30 %)');
    it.show(35e6, 110e6);
    it.end('41.2 s');
    expect(it.text().split('\r\u001b[K').slice(2)).toEqual(['Fetching … 41.2 s\n']);
  });

  test('in a log grows every ten seconds, whatever comes between', () => {
    const it = line(false);
    for (let second = 0; second < 25; second++) {
      it.show(second * 1e6, null);
      vi.advanceTimersByTime(1_000);
    }
    it.end('25.0 s');
    expect(it.text()).toBe('Fetching … 10 MB … 20 MB … 25.0 s\n');
  });
});
