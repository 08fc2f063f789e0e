// The fault campaign: breaks disk, engines, database and listeners at each stage of the work, and prints what became of
// it. Nothing acknowledged may be lost, nothing may hang, and each failure is one sentence.
//   npm run test:faults [-- --only TEXT] [--kills 100] [--run-kills 20] [--json]
// Ends with 1 when a promise is broken.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { damagedLibraries } from './cases/damage.ts';
import { fullDisks } from './cases/disk.ts';
import { lostEngines } from './cases/engines.ts';
import { killsWhileLabelling, killsWhileTraining } from './cases/kills.ts';
import { throwingListeners } from './cases/listeners.ts';
import { failingWrites } from './cases/writes.ts';
import type { Case, Outcome } from './case.ts';

const CASE_LIMIT_MS = 30 * 60_000;

/** Takes what nobody caught: a broken promise of the case that runs, or of the one before it. */
let onUncaught: (error: unknown) => void = () => {};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      kills: { type: 'string', default: '100' },
      'run-kills': { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  });
  const cases = [
    killsWhileLabelling(Number(values.kills)),
    ...killsWhileTraining(Number(values['run-kills'])),
    ...lostEngines,
    ...fullDisks,
    ...failingWrites,
    ...throwingListeners,
    ...damagedLibraries,
  ].filter(({ fault, stage }) => `${fault} ${stage}`.includes(values.only));

  let broken = 0;
  if (!values.json) printRow('fault', 'stage', 'times', 'seconds', 'kept its promises');
  for (const one of cases) {
    const began = performance.now();
    const outcome = await outcomeOf(one);
    const seconds = (performance.now() - began) / 1000;
    broken += outcome.broken.length > 0 ? 1 : 0;
    if (values.json) console.log(JSON.stringify({ fault: one.fault, stage: one.stage, seconds, ...outcome }));
    else print(one, outcome, seconds);
  }
  if (!values.json) console.log(`\n${cases.length - broken} of ${cases.length} kept their promises.`);
  return broken === 0 ? 0 : 1;
}

/** Runs it in a folder of its own. What is thrown, what nobody caught, and what never ends are broken promises. */
async function outcomeOf(one: Case): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-faults-'));
  const broken: string[] = [];
  onUncaught = (error) => void broken.push(`nobody caught: ${inWords(error)}`);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${CASE_LIMIT_MS / 60_000} minutes`)), CASE_LIMIT_MS);
  });
  try {
    const outcome = await Promise.race([one.run(folder), tooLong]);
    return { ...outcome, broken: [...outcome.broken, ...broken] };
  } catch (error) {
    return { times: 0, broken: [...broken, inWords(error)], sentences: [] };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function print({ fault, stage }: Case, { times, broken, sentences }: Outcome, seconds: number): void {
  printRow(fault, stage, String(times), seconds.toFixed(1), broken.length === 0 ? 'yes' : 'NO');
  for (const promise of new Set(broken)) console.log(`    broken: ${promise}`);
  for (const sentence of new Set(sentences)) console.log(`    said: ${sentence}`);
}

function printRow(fault: string, stage: string, times: string, seconds: string, kept: string): void {
  console.log(`${fault.padEnd(24)}${stage.padEnd(16)}${times.padStart(6)}${seconds.padStart(9)}  ${kept}`);
}

process.on('uncaughtException', (error) => onUncaught(error));
process.on('unhandledRejection', (error) => onUncaught(error));
// What a broken case has left running must not keep the campaign from ending.
process.exit(await main());
