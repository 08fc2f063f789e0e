// The log in the data folder: one JSON object a line, written at once so that a crash loses nothing, a second file
// kept when the first is full.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import electronLog from 'electron-log/node.js';
import * as v from 'valibot';
import type { LogEntry } from '../shared/diagnostics.ts';
import type { Log, LogLevel } from './log.ts';

export interface LogFile {
  log: Log;
  /** The last entries of these levels, oldest first. */
  recent(levels: readonly LogLevel[], count: number): Promise<LogEntry[]>;
}

const MAX_BYTES = 2 ** 20;
const levels = { info: 'info', warning: 'warn', error: 'error' } as const satisfies Record<LogLevel, string>;
const entry = v.object({
  at: v.string(),
  level: v.picklist(['info', 'warning', 'error']),
  text: v.string(),
  detail: v.optional(v.string()),
});

export function openLogFile(dataDir: string, maxBytes = MAX_BYTES): LogFile {
  const path = join(dataDir, 'logs', 'whisker.log');
  const logger = electronLog.create({ logId: path });
  logger.transports.console.level = false;
  // The library shows on the console, with a stack, that a log can't be written; no work is the worse for that.
  for (const { transports } of [electronLog, logger]) transports.console.writeFn = () => {};
  const { file } = logger.transports;
  file.resolvePathFn = () => path;
  file.maxSize = maxBytes;
  file.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  file.format = '{text}';

  return {
    log(level, text, detail) {
      const at = new Date().toISOString();
      logger[levels[level]](JSON.stringify({ at, level, text, ...(detail !== undefined && { detail }) }));
    },
    async recent(wanted, count) {
      const texts = await Promise.all(
        [join(dataDir, 'logs', 'whisker.old.log'), path].map((name) => readFile(name, 'utf8').catch(() => '')),
      );
      return texts
        .flatMap((text) => text.split(/\r?\n/))
        .flatMap(parse)
        .filter(({ level }) => wanted.includes(level))
        .slice(-count);
    },
  };
}

/** Lines that a crash has cut are no entries. */
function parse(line: string): LogEntry[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), entry), line);
  if (!parsed.success) return [];
  const { detail = null, ...rest } = parsed.output;
  return [{ ...rest, detail }];
}
