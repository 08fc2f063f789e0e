import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyRuntime, filesOfRuntime } from '../../scripts/packaging/copy-runtime.mjs';
import { packRuntime } from '../../scripts/packaging/pack-runtime.mjs';
import { findProgram } from '../../scripts/setup/command.mjs';
import { folderWith, stderrText } from './fixture.ts';

const extract = `@msgpackr-extract/msgpackr-extract-${process.platform}-${process.arch}`;
const library = resolve('node_modules', extract, 'node.napi.glibc.node');
const addon = 'addon/tfjs-4.22.0/tfjs_binding.node';
const licences: [string, string] = ['site/tensorflow/THIRD_PARTY_NOTICES.txt', 'site/tensorflow/include/LICENSE'];
const files = [addon, 'runtime.json', ...licences, 'site/tensorflow/libtensorflow_cc.so.2'].sort();

/** A runtime as set-up leaves it, with a small library of this machine's in place of TensorFlow's. */
function runtime(): string {
  const description = {
    format: 1,
    tensorflow: '2.21.0',
    flavour: 'cpu',
    platform: 'linux',
    arch: 'x64',
    napi: 8,
    addon,
  };
  const folder = folderWith({
    ...Object.fromEntries(licences.map((name) => [name, 'licence'])),
    'runtime.json': JSON.stringify(description),
    'addon/tfjs-4.21.0/tfjs_binding.node': 'of another version',
    'site/tensorflow/include/tensorflow/c/c_api.h': 'header',
    'site/tensorflow/python/common.dll.if.lib': 'import library',
  });
  for (const file of [addon, 'site/tensorflow/libtensorflow_cc.so.2']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(library, join(folder, file));
  }
  return folder;
}

describe('what others get of a runtime', () => {
  test('is what training needs and its licences, without headers, import libraries and older addons', () =>
    expect(filesOfRuntime(runtime())).toEqual(files));
});

describe.skipIf(process.platform !== 'linux' || !findProgram('strip'))('a copy of a runtime', () => {
  test('has libraries without what only debuggers read, and the original keeps it', async () => {
    const symbols = (file: string) => execFileSync('nm', [file], { encoding: 'utf8', stdio: 'pipe' }).length;
    const source = runtime();
    const target = join(folderWith({}), 'copy');
    await copyRuntime(source, target);
    expect(symbols(join(source, addon))).toBeGreaterThan(0);
    for (const file of [addon, 'site/tensorflow/libtensorflow_cc.so.2']) expect(symbols(join(target, file))).toBe(0);
    expect(() => process.dlopen({ exports: {} }, join(target, addon))).not.toThrow();
  });

  test('as an archive is proved where it was unpacked, is described, and comes out the same each time', async () => {
    stderrText();
    const source = runtime();
    const output = folderWith({ 'runtimes.json': '[{ "id": "another" }]' });
    const proved: string[][] = [];
    const prove = async (folder: string) => {
      expect(readFileSync(join(folder, 'runtime.json'), 'utf8')).toBe(
        readFileSync(join(source, 'runtime.json'), 'utf8'),
      );
      proved.push(filesOfRuntime(folder));
    };
    const entry = await packRuntime(source, { output, prove });
    expect(proved).toEqual([files]);
    const archive = readFileSync(join(output, entry.file));
    expect(entry).toEqual({
      ...{ id: 'whisker-runtime-2.21.0-cpu-linux-x64', file: 'whisker-runtime-2.21.0-cpu-linux-x64.tar.gz' },
      ...{ tensorflow: '2.21.0', flavour: 'cpu', platform: 'linux', arch: 'x64' },
      bytes: archive.length,
      installedBytes: expect.any(Number),
      sha256: createHash('sha256').update(archive).digest('hex'),
    });
    expect(readFileSync(join(output, `${entry.file}.sha256`), 'utf8')).toBe(`${entry.sha256}  ${entry.file}\n`);
    expect(JSON.parse(readFileSync(join(output, 'runtimes.json'), 'utf8'))).toEqual([{ id: 'another' }, entry]);
    expect(readdirSync(output).sort()).toEqual([
      'runtimes.json',
      'whisker-runtime-2.21.0-cpu-linux-x64.tar.gz',
      'whisker-runtime-2.21.0-cpu-linux-x64.tar.gz.sha256',
    ]);

    const again = await packRuntime(source, { output: folderWith({}), prove: () => Promise.resolve() });
    expect(again.sha256).toBe(entry.sha256);
  });

  test('that can not train leaves no archive', async () => {
    stderrText();
    const output = folderWith({});
    const prove = () => Promise.reject(new Error('no training'));
    await expect(packRuntime(runtime(), { output, prove })).rejects.toThrow('no training');
    expect(readdirSync(output)).toEqual([]);
  });
});

test('without the licences of TensorFlow nothing is packed', async () => {
  const folder = runtime();
  rmSync(join(folder, licences[0]));
  const packing = packRuntime(folder, { output: folderWith({}), prove: () => Promise.resolve() });
  await expect(packing).rejects.toThrow(/licences are not in its folder/);
});
