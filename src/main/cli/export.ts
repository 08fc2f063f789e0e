// whisker export: labels and predictions to take away, in one of the formats; and moved photos moved back.

import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { revertMove } from '../export/export-job.ts';
import { listFormats } from '../export/table.ts';
import type { Places } from '../places.ts';
import { exportWish } from '../calls/schemas.ts';
import { WhiskerError } from '../../shared/errors.ts';
import { everything, exportWays, exportWhats } from '../../shared/export.ts';
import type { ExportReport, ExportWish, LeftOut, PhotoChoice } from '../../shared/export.ts';
import { asAdded } from '../../shared/search.ts';
import { addressOf, readAddress } from '../../shared/search-address.ts';
import type { PhotoClass } from '../../shared/types.ts';
import { plural } from '../../shared/words.ts';
import { addCommand, withLibrary } from './context.ts';
import type { CommonOptions } from './context.ts';
import { writePieces } from './files.ts';
import { checked } from './numbers.ts';
import { createProgress } from './progress.ts';
import { printer } from './terminal.ts';

interface ExportOptions extends CommonOptions, Pick<ExportWish, 'format' | 'what' | 'least'> {
  to?: string;
  how?: ExportWish['how'];
  filter?: string;
}

export function addExport(program: Command, places: Places): void {
  const group = program
    .command('export')
    .usage('[write|moves|revert] <folder> [options]')
    .description('write labels and predictions in one of the formats, or move photos back that it has moved')
    .helpCommand(false);

  const write = addCommand(group, 'write', 'write labels and predictions in one of the formats', { isDefault: true })
    .requiredOption('--format <name>', 'one of those below')
    .option('--to <path>', 'the new file or folder; - for standard output')
    .addOption(new Option('--what <what>', 'what is said of the photos').choices(exportWhats).default(everything.what))
    .option('--least <confidence>', 'leave out predictions less sure than that', checked(exportWish.entries.least), 0)
    .option('--filter <conditions>', 'only these photos, as the address of the page says it: label=Cat&name=2019')
    .addOption(new Option('--how <how>', 'one of the ways of the format (default: its first)').choices(exportWays))
    .addHelpText('after', `\nFormats:\n${formatLines()}\n\nJSON: {format, written, where, leftOut, notes, manifest}.`);
  write.action((folder: string, options: ExportOptions) => {
    const { to, json } = options;
    const listed = listFormats().find(({ id }) => id === options.format);
    const isInPlace = listed?.kind === 'in-place';
    if (!isInPlace && to === undefined) write.error('error: give --to PATH');
    if (isInPlace && to !== undefined) write.error(`error: ${options.format} lies with the photos and takes no --to`);
    if (to === '-' && json) write.error('error: - leaves no room for anything else on stdout');
    return withLibrary(folder, options, places, async ({ call, exports, progress, print, app }) => {
      const { format, what, least, filter, how = listed?.ways[0] ?? everything.how } = options;
      const { classes = [] } = (await call('library.state', undefined)) ?? {};
      const wish: ExportWish = { format, what, least, how, photos: photosOf(classes, filter) };
      if (to === '-') return writePieces('-', exports.pieces(wish));
      app.subscribe(({ name, payload }) => {
        if (name === 'export.changed' && payload.status === 'working') progress.show(progressLine(payload));
      });
      exports.start(wish, to === undefined ? null : resolve(to));
      const release = onInterrupt(() => exports.cancel());
      const state = await exports.ended();
      release();
      progress.end();
      if (state.status === 'failed') throw failed(state.failure);
      if (state.status !== 'done') return;
      const { done: written, where, leftOut, notes, manifest } = state.report;
      print({ format, written, where, leftOut, notes, manifest }, ...reportLines(state.report));
    });
  });

  addCommand(group, 'moves', 'list the exports that have moved photos and can be reverted, the newest first')
    .addHelpText('after', '\nJSON: one {manifest, startedAt, where, files} a move, then {moves}.')
    .action((folder: string, options: CommonOptions) =>
      withLibrary(folder, options, places, async ({ exports, print }) => {
        const moves = await exports.moves();
        for (const { manifest, startedAt, where, files } of moves)
          print(
            { manifest, startedAt, where, files },
            `${new Date(startedAt).toLocaleString('sv')}: ${plural(files, 'file')} to ${where}; its list: ${manifest}`,
          );
        print({ moves: moves.length }, `${plural(moves.length, 'move')} can be reverted.`);
      }),
    );

  group
    .command('revert')
    .description('move photos back to where they were, as the list of a move says, each checked by its hash')
    .argument('<manifest>', 'the list that the export named')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nJSON: {back, leftOut}. Nothing is overwritten; it can be asked again.')
    .action(async (manifest: string, options: CommonOptions) => {
      const progress = createProgress(process.stderr);
      const stop = new AbortController();
      const release = onInterrupt(() => stop.abort());
      const show = (done: number, total: number) => progress.show(progressLine({ done, total }));
      try {
        const { done, leftOut } = await revertMove(resolve(manifest), { signal: stop.signal, progress: show });
        progress.end();
        const lines = [`${plural(done, 'file')} moved back.`, ...leftOutLines(leftOut)];
        printer(options)({ back: done, leftOut }, ...lines);
      } finally {
        progress.end();
        release();
      }
    });
}

const formatLines = (): string => {
  const formats = listFormats();
  const width = Math.max(...formats.map(({ id }) => id.length));
  return formats
    .map(({ id, about, ways }) => {
      return `  ${id.padEnd(width)}  ${about}${ways.length > 0 ? ` --how ${ways.join(', ')}.` : ''}`;
    })
    .join('\n');
};

/** Conditions on photos as the page's address says them, with classes by name, too. Throws 'wrong-usage'. */
function photosOf(classes: readonly PhotoClass[], filter: string | undefined): PhotoChoice {
  if (filter === undefined) return { of: 'all' };
  const said = new URLSearchParams(filter.replace(/^#/, ''));
  for (const key of ['label', 'predicted']) {
    const named = classes.find(({ name }) => name.toLowerCase() === said.get(key)?.toLowerCase());
    if (named) said.set(key, String(named.id));
  }
  const { search } = readAddress(said.toString());
  const understood = new URLSearchParams(addressOf({ search, sort: asAdded }).replace(/^#/, ''));
  const strange = [...said].find(([key, value]) => understood.get(key) !== value);
  if (strange) {
    const what = `"${strange.join('=')}" is no condition on photos that is understood.`;
    throw new WhiskerError('wrong-usage', what, 'Search in the window and copy what its address says after the #.');
  }
  return { of: 'found', filter: { kind: 'all' }, search };
}

const progressLine = ({ done, total }: { done: number; total: number }): string =>
  total === 0 ? 'Counting photos' : `Writing photos: ${done} of ${total}`;

const reportLines = ({ done, where, leftOut, notes, manifest }: ExportReport): string[] => [
  `${plural(done, 'photo')} written to ${where}.`,
  ...notes,
  ...leftOutLines(leftOut),
  ...(manifest === null ? [] : [`To move them back: whisker export revert ${JSON.stringify(manifest)}`]),
];

const leftOutLines = (leftOut: readonly LeftOut[]): string[] =>
  leftOut.map(({ reason, photos, first }) => `${plural(photos, 'photo')} left out, as ${first.join(', ')}: ${reason}`);

const failed = ({ code, message, remedy }: { code: WhiskerError['code']; message: string; remedy?: string }) =>
  new WhiskerError(code, message, remedy);

/** Does it once on Ctrl-C, in place of ending the process. Returns the function that ends that. */
function onInterrupt(act: () => void): () => void {
  process.once('SIGINT', act);
  return () => process.off('SIGINT', act);
}
