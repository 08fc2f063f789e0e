// The first, second, third … write of a file fails, in the app and in its engines, until a run meets no failure.
// Each command ends by itself with one sentence; labels and what was written before stay whole.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, whisker } from '../../main/cli/whisker.ts';
import { drawPhotos, writeTable } from '../../main/photo-folder.ts';
import { type Case, createLedger, within } from '../case.ts';

const preload = join(import.meta.dirname, '../failing-write.ts');
const END_LIMIT_MS = 120_000;
const MOST = 24;

const failing = (dataDir: string, nth: number): NodeJS.ProcessEnv => ({
  ...environment(dataDir),
  NODE_OPTIONS: `--import ${preload}`,
  WHISKER_FAIL_WRITE: String(nth),
});

interface Stage {
  stage: string;
  args(folder: string): string[];
  /** Enough for this stage. */
  most: number;
}
const stages: Stage[] = [
  { stage: 'scan', args: (folder) => ['import', join(folder, 'photos')], most: 6 },
  { stage: 'train', args: (folder) => ['train', join(folder, 'photos'), '--minutes', '0.2'], most: MOST },
  {
    stage: 'predict',
    args: (folder) => ['predict', join(folder, 'photos'), '--csv', join(folder, 'out.csv')],
    most: 6,
  },
  {
    stage: 'export',
    // What is there is never overwritten: each try has a name of its own.
    args: (folder) => ['export', join(folder, 'photos'), '--format', 'csv', '--to', join(folder, `${Date.now()}.csv`)],
    most: 6,
  },
];

export const failingWrites: Case[] = stages.map(({ stage, args, most }) => ({
  fault: 'nth write fails',
  stage,
  async run(folder) {
    const { expect, said, outcome } = createLedger();
    const [photos, data, table, out] = ['photos', 'data', 'labels.csv', 'out.csv'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    await drawPhotos(photos, 0, 24);
    await writeTable(table, 0, 22);
    await whisker(['label', photos, '--csv', table], environment(data));
    if (stage === 'predict') await whisker(['train', photos, '--minutes', '0.2'], environment(data));
    let times = 0;
    for (let nth = 1; nth <= most; nth++) {
      if (stage === 'predict' || stage === 'scan') await drawPhotos(photos, 30 + nth, 31 + nth);
      writeFileSync(out, 'what was there before\n');
      const ended = await within(END_LIMIT_MS, whisker(args(folder), failing(data, nth)));
      if (!ended) {
        expect(false, `write ${nth}: the command never ended`);
        break;
      }
      times++;
      const { code, stderr } = ended;
      const [failure] = stderr.split('\n').filter((line) => line.startsWith('whisker: '));
      if (code !== 0) {
        expect(failure !== undefined, `write ${nth}: code ${code} without a sentence: ${stderr.slice(-200)}`);
        if (failure) said(failure);
        const written = readFileSync(out, 'utf8');
        expect(written.startsWith('what was there') || written.endsWith('\n'), `write ${nth}: a cut file stayed`);
      }
      const names = readdirSync(folder);
      expect(!names.some((name) => name.startsWith('.whisker-export-')), `write ${nth}: half an export stayed`);
      const tables = names
        .filter((name) => /^\d+\.csv$/.test(name))
        .map((name) => readFileSync(join(folder, name), 'utf8'));
      expect(
        tables.every((text) => text.endsWith('\n')),
        `write ${nth}: a cut table stayed`,
      );
      expect(!/\n\s+at /.test(stderr), `write ${nth}: a stack was shown`);
      const counted = await whisker(['export', photos, '--format', 'csv', '--to', '-'], environment(data));
      const labelled = counted.stdout.split('\n').filter((line) => /,(Warm|Cool),.*import/.test(line)).length;
      expect(labelled === 44, `write ${nth}: ${labelled} of 44 labels are there`);
      if (code === 0 && stderr === '') break;
    }
    return outcome(times);
  },
}));
