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
