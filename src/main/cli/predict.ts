// whisker predict: what the model in use says of every photo, of another folder, or of each path on standard input.

import { once } from 'node:events';
import type { Command } from 'commander';
import type { Places } from '../places.ts';
import { foundCsv } from '../export/formats/found-csv.ts';
import { predictedPhotos, predictionsCsv } from '../export/formats/predictions-csv.ts';
import { rounded } from '../export/rows.ts';
import { realFolder } from '../library/real-folder.ts';
import { listFolder, predictPaths } from '../predictions/other-folder.ts';
import type { FoundFile } from '../predictions/other-folder.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { writePieces } from './files.ts';
import { linesOf } from './lines.ts';
import { visible } from './terminal.ts';

interface PredictOptions extends CommonOptions {
  csv?: string;
  other?: string;
  stdin?: true;
  null?: true;
}

export function addPredict(program: Command, places: Places): void {
  const command = addCommand(program, 'predict', 'write what the model in use says of photos')
    .option('--csv <file>', 'table to write, with the columns path, class, confidence, calibrated, source and run')
    .option('--other <folder>', 'of every picture in this folder and below in place of the library; nothing is kept')
    .option('--stdin', 'of each path that comes on standard input, a line each, until it ends')
    .option('-0, --null', 'with --stdin: a NUL ends each path in place of a line break')
    .addHelpText(
      'after',
      '\nJSON: {predicted, added, run}; added counts the photos that came after the training.\n' +
        'With --other: one {path, reason} a file that is no picture, then {predicted, problems, run}.\n' +
        'With --stdin: for each path, in order, {path, class, confidence, calibrated, classes, run}, or {path, error}.',
    );
  command.action((folder: string, options: PredictOptions) => {
    const { csv, other, stdin, null: byNul } = options;
    if (stdin && (csv !== undefined || other !== undefined)) command.error('error: --stdin goes with no other way');
    if (byNul && !stdin) command.error('error: -0 goes with --stdin');
    if (stdin) return predictStdin(folder, options, places);
    if (csv === undefined) return command.error('error: give --csv FILE, or --stdin');
    return other === undefined
      ? predictLibrary(folder, csv, options, places)
      : predictOther(folder, other, csv, options, places);
  });
}

const predictLibrary = (folder: string, csv: string, options: CommonOptions, places: Places): Promise<void> =>
  withLibrary(folder, options, places, async ({ training, db, progress, print }) => {
    const { run, added } = await training.predict((done, total) =>
      progress.show(`Reading photos: ${done} of ${total}`),
    );
    progress.end();
    const photos = predictedPhotos(db);
    await writePieces(csv, [predictionsCsv(photos)]);
    const predicted = photos.length;
    print({ predicted, added, run }, `${predicted} photos predicted by run ${run}: ${csv}`);
  });

const predictOther = (
  folder: string,
  asked: string,
  csv: string,
  options: CommonOptions,
  places: Places,
): Promise<void> =>
  withLibrary(
    folder,
    options,
    places,
    async ({ predictor, progress, print }) => {
      const { run } = predictor.model();
      const other = await realFolder(asked);
      const { signal } = new AbortController();
      const { paths, problems } = await listFolder(other, { signal, exclude: [] });
      const tell = (path: string, reason: string) => csv !== '-' && print({ path, reason }, `${path}: ${reason}`);
      for (const { path, reason } of problems) tell(path, reason);
      const found: FoundFile[] = [];
      for await (const file of predictPaths(other, paths, predictor)) {
        found.push(file);
        if ('reason' in file) tell(file.path, file.reason);
        progress.show(`Predicting: ${found.length} of ${paths.length}`);
      }
      progress.end();
      await writePieces(csv, foundCsv([found]));
      if (csv === '-') return;
      const predicted = found.filter((file) => 'predicted' in file).length;
      const odd = problems.length + found.length - predicted;
      const words = `${predicted} pictures predicted by run ${run}, ${odd} files with problems: ${csv}`;
      print({ predicted, problems: odd, run }, words);
    },
    { looks: false },
  );

const predictStdin = (folder: string, options: PredictOptions, places: Places): Promise<void> =>
  withLibrary(
    folder,
    options,
    places,
    async ({ predictor }) => {
      predictor.model();
      const { stdin, stdout } = process;
      let isRead = true;
      // Whoever read has gone, and with it the reason to go on.
      stdout.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        isRead = false;
      });
      const paths = linesOf(stdin, options.null ? '\0' : '\n');
      for await (const file of predictPaths(process.cwd(), paths, predictor)) {
        if (!isRead) break;
        const line = `${visible(JSON.stringify(asLine(file)))}\n`;
        if (!stdout.write(line)) await once(stdout, 'drain').catch(() => {});
      }
      stdin.destroy();
    },
    { looks: false },
  );

function asLine(file: FoundFile): object {
  const { path } = file;
  if ('reason' in file) return { path, error: { code: 'bad-input', reason: file.reason } };
  const { class: name, confidence, calibrated, classes, run } = file.predicted;
  return {
    path,
    class: name,
    confidence: rounded(confidence),
    calibrated,
    classes: classes.map((one) => ({ name: one.name, confidence: rounded(one.confidence) })),
    run,
  };
}
