// whisker evaluate: the last model against a table of truth that it never learned from.

import type { Command } from 'commander';
import type { Places } from '../places.ts';
import type { Evaluation } from '../review/score.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { readLabelCsv } from './files.ts';
import { interval, percent } from './numbers.ts';

export function addEvaluate(program: Command, places: Places): void {
  addCommand(program, 'evaluate', 'score the last model on photos whose class is known but was never shown to it')
    .requiredOption('--csv <file>', 'table of truth with the columns file and class')
    .addHelpText(
      'after',
      '\nJSON: {accuracy, low, high, n, confusion, classes, perClass, leftOut, run}. low and high bound the 95 % Wilson\n' +
        'interval, confusion counts [truth][predicted] in the order of classes. Labelled photos are left out.',
    )
    .action(async (folder: string, options: CommonOptions & { csv: string }) => {
      const rows = await readLabelCsv(options.csv);
      await withLibrary(folder, options, places, async ({ training, progress, print }) => {
        const found = await training.evaluate(rows, (done, total) =>
          progress.show(`Reading photos: ${done} of ${total}`),
        );
        progress.end();
        print(found, ...summarise(found));
      });
    });
}

const percentOrDash = (share: number | null): string => (share === null ? '-' : percent(share));

function summarise({ accuracy, low, high, n, classes, confusion, perClass, leftOut }: Evaluation): string[] {
  const width = Math.max(...classes.map((name) => name.length), 7);
  const cell = (value: string | number) => String(value).padStart(width + 2);
  const left = [
    `${leftOut.trainedOn} labelled`,
    `${leftOut.excluded} excluded`,
    `${leftOut.unmatched.length} not found or unreadable`,
  ];
  return [
    `Accuracy ${percent(accuracy)} (95 % interval ${interval({ low, high })}) on ${n} photos.`,
    `Left out: ${left.join(', ')}.`,
    '',
    `${'truth'.padEnd(width)}${classes.map(cell).join('')}${cell('recall')}  <- predicted as`,
    ...confusion.map(
      (row, k) =>
        `${(classes[k] ?? '').padEnd(width)}${row.map(cell).join('')}${cell(percentOrDash(perClass[k]?.recall ?? null))}`,
    ),
    `${'precision'.padEnd(width)}${perClass.map(({ precision }) => cell(percentOrDash(precision))).join('')}`,
  ];
}
