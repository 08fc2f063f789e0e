// npm test [-- vitest arguments]: set-up, then the checks and every test, then one line "N passed, N failed".
// With arguments only the named tests run, without the checks.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './setup/chromium.mjs';
import { handOver, tryRun } from './setup/command.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { describeFailure, say, SetupError, step } from './setup/steps.mjs';
import { count } from './setup/test-count.mjs';

const CHECKS = [
  ['Checking the types', 'typescript/bin/tsc', ['--build']],
  ['Checking the Svelte components', 'svelte-check/bin/svelte-check', ['--tsconfig', 'tsconfig.renderer.json']],
  ['Checking the house rules', 'eslint/bin/eslint.js', ['.']],
  ['Checking the formatting', 'prettier/bin/prettier.cjs', ['--check', '.']],
];

await runCommand(async () => {
  const chosen = process.argv.slice(2);
  const { node } = await prepare({ tensorflow: { trust: 'success' } });
  const electron = await ensureElectron(root, node);
  const chromium = await chromiumIfAny();
  let passed = 0;
  let failed = 0;
  for (const [title, script, args] of chosen.length ? [] : CHECKS)
    if (await check(node, title, script, args)) passed++;
    else failed++;

  const report = join(root, 'test-results', 'vitest.json');
  mkdirSync(join(root, 'test-results'), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await handOver(
    node,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...chosen],
    { cwd: root, env: { ...process.env, WHISKER_CHROMIUM: chromium ?? '', WHISKER_ELECTRON: electron ?? '' } },
  );
  const tests = count(readReport(report), code);
  passed += tests.passed;
  failed += tests.failed;
  if (tests.skipped) console.log(`${tests.skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});

async function chromiumIfAny() {
  try {
    return await ensureChromium();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(describeFailure(error));
    return undefined;
  }
}

async function check(node, title, script, args) {
  let complaint = '';
  try {
    await step(title, async () => {
      const { code, output } = await tryRun(node, [join(root, 'node_modules', script), ...args], { cwd: root });
      complaint = output;
      if (code !== 0) throw new SetupError(title);
    });
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(complaint.trim());
    return false;
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
