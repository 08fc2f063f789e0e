// Owns the ExifTool processes of one export: a few that stay and take one command after another. ExifTool is a program
// of its own, under licences of its own, and is only ever run, see THIRD-PARTY-NOTICES.txt. It works in one folder and
// is told names in it that Whisker has chosen, so that no name of a person's file can be taken for anything else.

import { execFile, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { writeWhole } from '../../../files/whole-file.ts';
import { WhiskerError } from '../../../shared/errors.ts';
import { exiftoolConfig } from './vocabulary.ts';

/** The values of each field, by its name with its group: `XMP-dc:Subject`. */
export type Tags = Record<string, string[]>;

export interface Exiftool {
  /** Throws what ExifTool says against the file, in a few words. */
  read(name: string, fields: readonly string[]): Promise<Tags>;
  /** Writes `target`, which is new: `source` with these changes, or nothing else than them. Throws as `read` does. */
  write(changes: readonly Change[], source: string | null, target: string): Promise<void>;
  /** Ends the processes; what they were at rejects. */
  end(): Promise<void>;
}

/** What happens to a value of a field: it is added to the list, taken out of it, or the only one ('' empties it). */
export interface Change {
  field: string;
  how: '+=' | '-=' | '=';
  value: string;
}

/** Each takes some 30 MB and a core. */
export const MOST_PROCESSES = Math.min(4, availableParallelism());
const COMMAND_MS = 60_000;
/** Perl gives back no memory. */
const COMMANDS_A_PROCESS = 5000;

/** `folder`: absolute, where it works. Throws 'not-found' where ExifTool or its Perl can't be run, 'storage-failed'. */
export async function startExiftool(folder: string, processes = MOST_PROCESSES): Promise<Exiftool> {
  const { ExifTool, ExifToolTask, exiftoolPath } = await import('exiftool-vendored');
  const CONFIG = 'whisker.config';
  writeWhole(join(folder, CONFIG), [Buffer.from(exiftoolConfig)]);
  const [program, ...before] = await command(exiftoolPath);
  const options = { cwd: folder, env: { ...process.env, LANG: 'C' } };
  await promisify(execFile)(program, [...before, '-config', CONFIG, '-ver'], options).catch((error: unknown) => {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const remedy = process.platform === 'win32' ? undefined : 'Install Perl, then try again.';
    throw new WhiskerError('not-found', `Keywords are written by ExifTool, which can't be started (${why}).`, remedy);
  });
  const tool = new ExifTool({
    maxProcs: processes,
    maxTasksPerProcess: COMMANDS_A_PROCESS,
    taskTimeoutMillis: COMMAND_MS,
    // What was the end of one process would be the end of the next.
    taskRetries: 0,
    processFactory: async () =>
      spawn(program, [...before, '-config', CONFIG, '-stay_open', 'True', '-@', '-'], { ...options, stdio: 'pipe' }),
  });

  class Command extends ExifToolTask<string> {
    protected override parse(output: string, error?: Error): string {
      if (error) throw error;
      return output;
    }
  }
  // What is under way when its process is ended would never be settled.
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => {});

  async function run(args: string[]): Promise<string> {
    try {
      return await Promise.race([tool.enqueueTask(() => new Command(args)), ended.promise]);
    } catch (error) {
      // It ends itself when its processes do, time and again.
      if (tool.ended)
        throw new WhiskerError('engine-crashed', 'ExifTool, which writes keywords, does not keep running.');
      throw inWords(error);
    }
  }

  return {
    async read(name, fields) {
      const args = ['-j', '-G1', '-api', 'StructFormat=JSONQ', ...fields.map((field) => `-${field}`), name];
      const [tags] = v.parse(answer, JSON.parse(await run(args)));
      // Of an empty list it gives the spaces.
      const values = (value: string | string[]) => [value].flat().filter((one) => one.trim() !== '');
      return Object.fromEntries(Object.entries(tags).map(([field, value]) => [field, values(value)]));
    },
    async write(changes, source, target) {
      const args = changes.map(({ field, how, value }) => `-${field}${how}${encoded(value)}`);
      // Readers of PNG, Whisker's own among them, look for XMP before the pixels.
      const files = source === null ? [target] : ['-o', target, source];
      await run(['-E', '-api', 'PNGEarlyXMP=1', ...args, ...files]);
    },
    end() {
      ended.reject(new Error('ExifTool was ended'));
      return tool.end(false);
    },
  };
}

const answer = v.tuple([v.record(v.string(), v.union([v.string(), v.array(v.string())]))]);

/** The program to run and what it is told first. Perl is found on the path, as the script itself would find it. */
async function command(exiftoolPath: () => Promise<string>): Promise<[string, ...string[]]> {
  const path = await exiftoolPath();
  return process.platform === 'win32' ? [path] : ['perl', path];
}

/** All but plain letters and digits as references by number (`-E`), so that no value can be taken for anything else. */
const encoded = (value: string): string => value.replace(/[^A-Za-z0-9]/gu, (sign) => `&#${sign.codePointAt(0)};`);

/** "Error: XMP format error (no closing tag) - 7.xmp" without its ends, which say nothing to a person. */
function inWords(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.replace(/^(Error:\s*)+/i, '').replace(/ - \S+$/, '');
  return new Error(/timeout/i.test(said) ? 'ExifTool did not come to an end with it' : said, { cause: error });
}
