// whisker import: every file of the folder becomes a photo, or a problem with a reason.

import type { Command } from 'commander';
import { WhiskerError } from '../../shared/errors.ts';
import type { Places } from '../places.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';

export function addImport(program: Command, places: Places): void {
  addCommand(program, 'import', 'read a folder of photos, list what could not be read')
    .addHelpText(
      'after',
      '\nJSON: one {path, code, reason} a problem, then {photos, problems, seconds, distinct}.\n' +
        'photos counts files that hold a photo, partly damaged ones too; distinct the different ones among them.',
    )
    .action((folder: string, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ call, scan, print }) => {
        if (scan.error !== null) throw new WhiskerError('folder-unavailable', scan.error);
        const met = await call('problems.list', undefined);
        for (const problem of met) print(problem, `${problem.path}: ${problem.reason}`);
        const { photos, seconds } = scan;
        const problems = met.length;
        const distinct = (await call('photos.list', { filter: { kind: 'all' } })).ids.length;
        const copies = distinct < photos ? ` (${distinct} different ones)` : '';
        print(
          { photos, problems, seconds, distinct },
          `${photos} photos${copies} and ${problems} files with problems in ${seconds.toFixed(1)} s.`,
        );
      }),
    );
}
