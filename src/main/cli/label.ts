// whisker label: labels from a table or from the names of folders, with a reason for every row that had no effect.

import type { Command } from 'commander';
import { importLabels, labelFromFolders } from '../labels/import-labels.ts';
import type { Places } from '../places.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { markWords } from '../../shared/mark-words.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { readLabelCsv } from './files.ts';

interface LabelOptions extends CommonOptions {
  csv?: string;
  fromFolders?: true;
  dryRun?: true;
}

export function addLabel(program: Command, places: Places): void {
  const command = addCommand(program, 'label', 'label photos from a table, or by the folders they lie in')
    .option(
      '--csv <file>',
      'table with the columns file (path in the folder, or a name that is unique) and class; a "yes" under excluded, none or unsure is a mark in its place',
    )
    .option('--from-folders', "the name of a photo's folder is its class; labelled photos stay as they are")
    .option('--dry-run', 'write nothing, list what each row would do')
    .addHelpText(
      'after',
      '\nJSON: one {row, file, reason} a row without effect (with --dry-run also {row, file, class, mark} for the others),\n' +
        'then {matched, unmatched, changed, newClasses, dryRun}.',
    );
  command.action(async (folder: string, options: LabelOptions) => {
    const { csv, fromFolders = false, dryRun = false } = options;
    if ((csv === undefined) === !fromFolders) command.error('error: give either --csv FILE or --from-folders');
    const rows = csv === undefined ? null : await readLabelCsv(csv);
    await withLibrary(folder, options, places, ({ db, announce, print }) => {
      const report = rows ? importLabels(db, rows, { dryRun }) : labelFromFolders(db, { dryRun });
      if (report.changed > 0 && !dryRun) announce.outcome(report.touched);
      const { matched, unmatched, changed, newClasses } = report;
      if (dryRun)
        for (const row of matched)
          print(row, `row ${row.row}: ${row.file} is ${row.mark ? markWords[row.mark] : row.class}`);
      for (const row of unmatched) print(row, `row ${row.row}: ${row.file}: ${row.reason}`);
      const [first] = unmatched;
      if (rows && first && matched.length === 0) {
        throw new WhiskerError(
          'bad-input',
          `None of the ${rows.length} rows of "${csv}" labels a photo. Row ${first.row}, ${first.file}: ${first.reason}`,
          'Mend the rows as each reason says; paths are relative to the folder, as in cats/tom.jpg.',
        );
      }
      print(
        { matched: matched.length, unmatched: unmatched.length, changed, newClasses, dryRun },
        `${changed} photos ${dryRun ? 'would be labelled' : 'labelled'}; ` +
          `${matched.length} rows matched, ${unmatched.length} did not.` +
          (newClasses.length > 0 ? ` New classes: ${newClasses.join(', ')}.` : ''),
      );
    });
  });
}
