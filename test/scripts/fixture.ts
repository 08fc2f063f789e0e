// A throwaway folder and fake programs for the set-up tests; removed after each test.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** A folder holding `files` (path → content), gone when the test ends. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'whisker-scripts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Points the set-up's cache at an empty folder for this test. */
export function freshCache(): string {
  const before = process.env['WHISKER_CACHE_DIR'];
  const folder = folderWith({});
  process.env['WHISKER_CACHE_DIR'] = folder;
  onTestFinished(() => {
    if (before === undefined) delete process.env['WHISKER_CACHE_DIR'];
    else process.env['WHISKER_CACHE_DIR'] = before;
  });
  return folder;
}

export function makeProgram(path: string): string {
  chmodSync(path, 0o755);
  return path;
}

/** Keeps what this test writes to stderr off the screen; the returned function tells it. */
export function stderrText(): () => string {
  let text = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  onTestFinished(() => write.mockRestore());
  return () => text;
}

/**
 * A folder in which node_modules/electron has `script`, a shell script, for Electron's binary. Its core is never
 * dumped.
 */
export function stubElectron(script: string): { root: string; dist: string; binary: string } {
  const root = folderWith({
    'node_modules/electron/package.json': '{"version":"45.4.1"}',
    'node_modules/electron/path.txt': 'electron',
    'node_modules/electron/dist/electron': `#!/bin/sh\nulimit -c 0\n${script}\n`,
  });
  const dist = join(root, 'node_modules', 'electron', 'dist');
  // Another user may run it.
  chmodSync(root, 0o755);
  return { root, dist, binary: makeProgram(join(dist, 'electron')) };
}

/** A script for stubElectron that becomes Node running `code`, a CommonJS text without single quotes. */
export const nodeScript = (code: string): string => `exec "${process.execPath}" -e '${code}'`;
