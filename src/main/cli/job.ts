// whisker job: hands the looking at photos over to other machines, and takes back what they saw.

import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import { toFailure, WhiskerError } from '../../shared/errors.ts';
import { exportJob } from '../job/export-job.ts';
import { importJob } from '../job/import-job.ts';
import { jobNames, vectorTypes } from '../job/job-file.ts';
import type { VectorType } from '../job/job-file.ts';
import type { Places } from '../places.ts';
import { plural } from '../../shared/words.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';

interface ExportOptions extends CommonOptions {
  uri?: string;
  uris?: string;
  type: VectorType;
  thumbnails?: boolean;
}

export function addJob(program: Command, places: Places): void {
  const group = program
    .command('job')
    .description('have other machines look at the photos, and take back what they saw')
    .helpCommand(false);

  addCommand(group, 'export', 'write a folder with all that other machines need to look at the photos')
    .argument('<dir>', 'folder to make')
    .option('--uri <prefix>', 'where the folder of photos lies for them: file://, s3://, http:// or https://')
    .option('--uris <file>', 'text with the address of one more photo a line, of photos that are not here')
    .addOption(new Option('--type <type>', 'of the numbers of a vector').choices(vectorTypes).default('float16'))
    .option('--thumbnails', 'have small pictures made as well; those of --uris have them anyway')
    .addHelpText('after', '\nJSON: {dir, photos, backbone, type, parts}.')
    .action((folder: string, dir: string, options: ExportOptions) =>
      withLibrary(folder, options, places, async ({ library, backbones, print }) => {
        const job = await exportJob(
          { library: library.require(), backbones },
          {
            ...{ dir, prefix: options.uri ?? null, type: options.type, script: places.jobScript },
            others: options.uris === undefined ? [] : await readAddresses(options.uris),
            thumbnails: options.thumbnails ?? options.uris !== undefined,
          },
        );
        const { photos, backbone, type, prefixDigits } = job;
        print(
          { dir, photos, backbone: backbone.name, type, parts: 16 ** prefixDigits },
          `${plural(photos, ['# photo', '# photos'])} for ${backbone.name}: ${dir}`,
          `  Next: uv run ${dir}/${jobNames.script}, then whisker job import ${folder} ${dir}`,
        );
      }),
    );

  addCommand(group, 'import', 'check what a job has made of the photos, and take it in')
    .argument('<dir>', 'folder of the job, or of its shards')
    .option('--unchecked', 'also where none of its photos is here to be compared')
    .addHelpText(
      'after',
      '\nJSON: {shards, skipped, checked, worst, added, elsewhere, failed, failure}; skipped holds {file, reason}, worst\n' +
        '{path, cosine} of the photo that agrees least with what the network makes of it here.',
    )
    .action((folder: string, dir: string, options: CommonOptions & { unchecked?: true }) =>
      withLibrary(folder, options, places, async ({ library, backbones, features, progress, print }) => {
        const done = await importJob({ library, backbones, features }, dir, {
          unchecked: options.unchecked ?? false,
          signal: new AbortController().signal,
          onProgress: (shards, total) => progress.show(`Taking in shard ${shards + 1} of ${total}`),
        });
        progress.end();
        const { shards, skipped, checked, worst, added, elsewhere, failed, failure } = done;
        const lines = [
          `${plural(added, ['# photo', '# photos'])} taken in from ${plural(shards, ['# shard', '# shards'])}, ${elsewhere} of them new.`,
        ];
        if (worst)
          lines.push(`  ${checked} compared with here; ${worst.path} agrees least: ${worst.cosine.toFixed(5)}.`);
        if (failure) lines.push(`  ${failed} could not be looked at, for example ${failure}.`);
        for (const { file, reason } of skipped) lines.push(`  Left out: ${file} ${reason}.`);
        print(done, ...lines);
      }),
    );
}

async function readAddresses(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new WhiskerError('bad-input', `"${file}" can't be read (${toFailure(error).message}).`);
  });
  return text.split('\n').flatMap((line) => line.trim() || []);
}
