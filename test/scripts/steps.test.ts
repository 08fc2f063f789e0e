import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, handOver, run, tryRun } from '../../scripts/setup/command.mjs';
import { describeFailure, duration, SetupError, step } from '../../scripts/setup/steps.mjs';
import { count } from '../../scripts/setup/test-count.mjs';
import { stderrText } from './fixture.ts';

describe('steps', () => {
  test('say what they do and how long it took', async () => {
    const said = stderrText();
    expect(await step('Building the app', () => Promise.resolve('built'))).toBe('built');
    expect(said()).toMatch(/^ {2}Building the app … \d+\.\d s\n$/);
  });

  test('say that they failed, and the failure says what to do', async () => {
    const said = stderrText();
    const failure = new SetupError('g++ was not found', 'install g++');
    await expect(step('Compiling', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(said()).toMatch(/Compiling … failed after/);
    expect(describeFailure(failure)).toBe('  g++ was not found\n  What to do: install g++');
  });

  test.for([
    [3_240, '3.2 s'],
    [93_000, '1 min 33 s'],
    [119_900, '2 min 0 s'],
  ] as const)('%i ms reads as %s', ([ms, text]) => expect(duration(ms)).toBe(text));
});

describe('other programs', () => {
  test('a failing one is told with its last lines and without its stack', async () => {
    const script = 'console.error("E: no such package\\n    at f (x.js:1)"); process.exit(3)';
    const failure = run(process.execPath, ['-e', script], { remedy: 'try again' });
    await expect(failure).rejects.toThrow(/ended with code 3$/);
    await expect(failure).rejects.toMatchObject({
      remedy: 'try again',
      detail: expect.stringMatching(/:\nE: no such package$/),
    });
  });

  test.skipIf(process.platform === 'win32')('one that had the terminal ended with a code or by a signal', async () => {
    const end = (code: string) => handOver(process.execPath, ['-e', code]);
    const byCode = await end('process.exit(143)');
    expect(byCode).toEqual({ code: 143, signal: null, asked: null });
    const bySignal = await end('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1e6)');
    expect(bySignal).toEqual({ code: null, signal: 'SIGTERM', asked: null });
    expect([byCode, bySignal].map(exitCodeOf)).toEqual([143, 143]);
  });

  test.skipIf(process.platform === 'win32')('one whose own child lives on has ended all the same', async () => {
    const told = join(mkdtempSync(join(tmpdir(), 'whisker-orphan-')), 'pid');
    const orphan = `
      const child = require('child_process').spawn('sleep', ['300'], { detached: true, stdio: 'inherit' });
      require('fs').writeFileSync(${JSON.stringify(told)}, String(child.pid));
      child.unref()`;
    const end = await handOver(process.execPath, ['-e', orphan], { stdio: ['ignore', 'inherit', 'pipe'] });
    expect(end.code).toBe(0);
    // Was there to be ended, which fails for what is gone.
    expect(process.kill(Number(readFileSync(told, 'utf8')), 'SIGTERM')).toBe(true);
  });

  test('what to do may depend on what it said', async () => {
    const script = 'console.error("E: disk full"); process.exit(1)';
    const remedy = (output: string) => (output.includes('disk full') ? 'make room' : 'try again');
    await expect(run(process.execPath, ['-e', script], { remedy })).rejects.toMatchObject({ remedy: 'make room' });
  });

  test('one that is not there, or runs past its limit, has no exit code', async () => {
    expect(await tryRun('/no/such/program', [])).toMatchObject({ code: null });
    expect(await tryRun(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { timeoutMs: 100 })).toEqual({
      code: null,
      output: '',
    });
  });
});

describe('the last line of npm test', () => {
  const failedTest = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] };
  const brokenFile = { status: 'failed', assertionResults: [] };

  test('counts tests, and a file that could not run as one failure', () =>
    expect(
      count({ numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, testResults: [failedTest, brokenFile] }, 1),
    ).toEqual({ passed: 7, failed: 2, skipped: 2 }));

  test('never reads as success after a bad exit code or without a report', () => {
    expect(count({ numPassedTests: 7, numFailedTests: 0, testResults: [] }, 1).failed).toBe(1);
    expect(count(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
