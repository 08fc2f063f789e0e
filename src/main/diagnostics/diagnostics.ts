// Gathers what a person sends along when something goes wrong. Answers whatever is broken: a part that can't be asked
// is left at nothing.

import { readdir, stat } from 'node:fs/promises';
import { arch, availableParallelism, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { Diagnostics, LogEntry } from '../../shared/diagnostics.ts';
import type { AppInfo } from '../../shared/types.ts';
import type { BackboneService } from '../backbone/backbone.ts';
import { listClasses } from '../db/classes.ts';
import { countPhotos } from '../db/counts.ts';
import type { LibraryService } from '../library/library.ts';
import type { LogFile } from '../log-file.ts';
import type { RuntimeService } from '../runtime/runtime.ts';

export interface DiagnosticsParts {
  info: AppInfo;
  dataDir: string;
  library: LibraryService;
  backbones: BackboneService;
  runtime: Pick<RuntimeService, 'current'>;
  /** Null where nothing is logged. */
  logFile: LogFile | null;
}

const ENTRIES = 30;

/** `names`: whether it may hold names of folders and photos. */
export async function diagnose(parts: DiagnosticsParts, { names }: { names: boolean }): Promise<Diagnostics> {
  const { info, dataDir, library, backbones, logFile } = parts;
  const entries = (await logFile?.recent(['warning', 'error'], ENTRIES)) ?? [];
  return {
    version: info.version,
    host: info.host,
    platform: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    electron: process.versions['electron'] ?? null,
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    runtime: parts.runtime.current(),
    backbone: await describeBackbone(backbones),
    library: describeLibrary(library, names),
    dataBytes: await bytesUnder(dataDir),
    lastErrors: entries.map((entry): LogEntry => (names ? entry : { ...entry, detail: null })),
  };
}

async function describeBackbone(backbones: BackboneService): Promise<string> {
  try {
    const state = await backbones.state();
    return state.status === 'ready' ? `${state.info.format} model, ${state.info.features} features` : state.status;
  } catch {
    return 'its record can not be read';
  }
}

function describeLibrary({ current }: LibraryService, names: boolean): Diagnostics['library'] {
  if (!current) return null;
  try {
    const { photos, problems, labelled } = countPhotos(current.db, null);
    const classes = listClasses(current.db).length;
    return { folder: names ? current.folder : null, photos, problems, labelled, classes };
  } catch {
    return null;
  }
}

async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null);
    bytes += found?.size ?? 0;
  }
  return bytes;
}
