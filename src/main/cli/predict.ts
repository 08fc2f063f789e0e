// whisker predict: what the last model says of every photo, those that came after it included.

import type { Command } from 'commander';
import type { Places } from '../places.ts';
import { predictedPhotos, predictionsCsv } from '../export/formats/predictions-csv.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { writePieces } from './files.ts';

export function addPredict(program: Command, places: Places): void {
  addCommand(program, 'predict', 'write what the last model says of every photo')
    .requiredOption(
      '--csv <file>',
      'table to write, with the columns path, class, confidence, calibrated, source and run',
    )
    .addHelpText('after', '\nJSON: {predicted, added, run}; added counts the photos that came after the training.')
    .action((folder: string, options: CommonOptions & { csv: string }) =>
      withLibrary(folder, options, places, async ({ training, db, progress, print }) => {
        const { run, added } = await training.predict((done, total) =>
          progress.show(`Reading photos: ${done} of ${total}`),
        );
        progress.end();
        const photos = predictedPhotos(db);
        await writePieces(options.csv, [predictionsCsv(photos)]);
        const predicted = photos.length;
        print({ predicted, added, run }, `${predicted} photos predicted by run ${run}: ${options.csv}`);
      }),
    );
}
