// npm test [-- [--fast | --all] vitest arguments]: set-up, then the checks and the tests, then one line "N passed, N
// failed". With --all the proofs that take long, too; with --fast the tests without training runs and without a
// browser; with other arguments only the named ones. The last two leave the checks to `npm run check`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './setup/chromium.mjs';
import { exitCodeOf, handOver } from './setup/command.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureNode } from './setup/node-from-npm.mjs';
import { npmCommand } from './setup/npm.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { describeFailure, say, SetupError } from './setup/steps.mjs';
import { count } from './setup/test-count.mjs';

/** Nodes with another V8 than the engines', by major version; 24 is what Electron embeds. */
const OTHER_NODES = { 24: '24.21.0', 22: '22.23.3' };

const projects = (...names) => names.flatMap((name) => ['--project', name]);
const FAST = projects('node', 'renderer');
const EVERYDAY = projects('node', 'slow', 'renderer', 'e2e');

// Until the tests have run: set-up is the one thing that was tried, and the last line is there even when it fails.
let total = { passed: 0, failed: 1, skipped: 0 };

await runCommand(async () => {
  const given = process.argv.slice(2);
  const isAll = given.length === 1 && given[0] === '--all';
  const isWhole = isAll || given.length === 0;
  const some = given.flatMap((argument) => (argument === '--fast' ? FAST : [argument]));
  const chosen = isAll ? [] : isWhole ? EVERYDAY : some;
  const { node } = await prepare({ tensorflow: { trust: 'success' } });
  const isFast = process.argv.includes('--fast');
  const electron = isFast ? undefined : await ensureElectron(root, node);
  const chromium = isFast ? undefined : await ifAny(ensureChromium);
  const otherNodes = isFast ? {} : await otherNodesIfAny();
  const checks = isWhole ? await check(node) : { passed: 0, failed: 0 };

  const report = join(root, 'test-results', 'vitest.json');
  mkdirSync(join(root, 'test-results'), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const end = await handOver(
    node,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...chosen],
    {
      cwd: root,
      env: { ...process.env, WHISKER_CHROMIUM: chromium ?? '', WHISKER_ELECTRON: electron ?? '', ...otherNodes },
    },
  );
  const tests = count(readReport(report), exitCodeOf(end));
  total = { ...tests, passed: tests.passed + checks.passed, failed: tests.failed + checks.failed };
});

if (total.skipped) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Where each of OTHER_NODES is, as variables for the tests; one that is named already stays. */
async function otherNodesIfAny() {
  const found = {};
  for (const [major, version] of Object.entries(OTHER_NODES)) {
    const name = `WHISKER_NODE_${major}`;
    found[name] = process.env[name] || (await ifAny(() => ensureNode(version))) || '';
  }
  return found;
}

/** What the tests can do without: where it can't be had that is said, and those that need it are skipped. */
async function ifAny(ensure) {
  try {
    return await ensure();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(describeFailure(error));
    return undefined;
  }
}

/** Types, house rules and formatting, in full view; counted as one test. */
async function check(node) {
  say('  Checking types, house rules and formatting');
  const { program, programArgs, ...how } = npmCommand(['run', '--silent', 'check'], node);
  const isFine = (await handOver(program, programArgs, { cwd: root, ...how })).code === 0;
  return isFine ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
