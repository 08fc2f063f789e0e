// The preload as it is shipped: a sandboxed page can load one CommonJS file and nothing beside it.

import { resolveConfig } from 'electron-vite';
import { build } from 'vite';
import { expect, test } from 'vitest';

test('is built as one CommonJS file that requires electron and nothing else', async () => {
  const { config } = await resolveConfig(
    { root: `${import.meta.dirname}/../..`, logLevel: 'silent' },
    'build',
    'production',
  );
  const built = await build({
    ...config?.preload,
    configFile: false,
    build: { ...config?.preload?.build, write: false },
  });
  const files = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  expect(files.map(({ fileName }) => fileName)).toEqual(['index.cjs']);
  const code = files[0]?.type === 'chunk' ? files[0].code : '';
  expect(code.match(/require\([^)]*\)|\bimport\b[^\n]*|\beval\b|new Function/g)).toEqual(['require("electron")']);
  expect(code.match(/exposeInMainWorld\("[^"]*"/g)).toEqual(['exposeInMainWorld("whisker"']);
});
