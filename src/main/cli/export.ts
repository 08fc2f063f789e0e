// whisker export: labels and predictions to take away.

import type { Command } from 'commander';
import { everythingOf, formats } from '../export/table.ts';
import type { Places } from '../places.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { writePieces } from './files.ts';

interface ExportOptions extends CommonOptions {
  csv?: string;
  jsonFile?: string;
}

export function addExport(program: Command, places: Places): void {
  const command = addCommand(
    program,
    'export',
    'write labels and predictions: path, hash, class, source, confidence, calibrated, run',
  )
    .option('--csv <file>', 'table to write; - for standard output')
    .option('--json-file <file>', 'JSON to write; - for standard output')
    .addHelpText('after', '\nJSON: {exported, files}, the number of photos and what was written.');
  command.action((folder: string, options: ExportOptions) => {
    const { csv, jsonFile, json } = options;
    const files = [csv, jsonFile].filter((file) => file !== undefined);
    if (files.length === 0) command.error('error: give --csv FILE, --json-file FILE or both');
    const toStdout = files.includes('-');
    if (toStdout && (json || files.length > 1)) command.error('error: - leaves no room for anything else on stdout');
    return withLibrary(folder, options, places, async ({ db, call, print }) => {
      const everything = everythingOf(db, '', '');
      if (csv !== undefined) await writePieces(csv, formats.csv.write(everything));
      if (jsonFile !== undefined) await writePieces(jsonFile, formats.json.write(everything));
      if (toStdout) return;
      const exported = (await call('photos.list', { filter: { kind: 'all' } })).ids.length;
      print({ exported, files }, `${exported} photos written to ${files.join(' and ')}.`);
    });
  });
}
