// What nobody caught: one sentence, exit code 1, no stack, whoever it was that threw.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../src/main/last-resort.ts');
const run = (fault: string) =>
  new Promise<{ code: number; stderr: string }>((done) => {
    const script = `
      import { endOnUncaught } from ${JSON.stringify(module)};
      endOnUncaught(() => {}, (sentence) => { process.stderr.write(sentence + '\\n'); process.exit(1); });
      ${fault};
      setTimeout(() => {}, 10_000);`;
    execFile(process.execPath, ['--input-type=module', '--eval', script], (error, _stdout, stderr) =>
      done({ code: Number(error?.code ?? 0), stderr }),
    );
  });

test.each([
  ['a timer that throws', `setTimeout(() => { throw new Error('the disk is full'); })`],
  ['a promise that nobody waits for', `void Promise.reject(new Error('the disk is full'))`],
])('%s', async (_, fault) => {
  expect(await run(fault)).toEqual({
    code: 1,
    stderr: 'Whisker met a fault that it did not expect, and ends: the disk is full\n',
  });
});
