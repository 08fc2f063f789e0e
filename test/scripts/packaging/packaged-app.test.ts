// The desktop app as `npm run dist` packs it, around a stub of Electron: what is in it, and that its engine draws and
// trains with nothing else on the machine. How Electron itself starts it can't be seen here.

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { packFolder, packInstaller } from '../../../scripts/packaging/pack.mjs';
import { ENGINE_PACKAGES, mainPackages } from '../../../scripts/packaging/packages.mjs';
import { readLock } from '../../../scripts/notices.mjs';
import { provePacked } from '../../../scripts/packaging/prove.mjs';
import { describeSizes } from '../../../scripts/packaging/sizes.mjs';
import { pinnedNode, stage } from '../../../scripts/packaging/stage.mjs';
import { ensureRuntime } from '../../../scripts/setup/tensorflow.mjs';
import { findNetwork, networkPlaces } from '../../../src/main/backbone/network-folder.ts';
import { xmpWords } from '../../../src/engine/imaging/xmp.ts';
import { createEngine } from '../../../src/main/engine-host/engine.ts';
import { exiftoolConfig } from '../../../src/main/export/xmp/vocabulary.ts';
import { fill } from '../../fixtures/folder.ts';
import { redAndBlueHeic } from '../../fixtures/heic.ts';
import { writeStubElectron } from '../../fixtures/stub-electron.ts';
import '../../fixtures/needs-tensorflow.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'whisker-dist-'));
const output = join(folder, 'dist');
const main = mainPackages(readLock());
let resources = '';
/** Paths of files and folders of the app, in the archive and beside it. */
let packed: string[] = [];
let unpacked: string[] = [];

/** A folder as set-up makes one, though without a network that is of any use. */
function drawnNetwork(place: string): string {
  const [name, id] = ['Drawn', 'efficientnet-lite2'];
  const description = { format: 1, id, name, licence: 'Apache-2.0', file: 'model.onnx', sha256: 'a'.repeat(64) };
  fill(join(place, id), {
    'network.json': JSON.stringify({ ...description, inputPx: 260, features: 1280 }),
    'model.onnx': 'twelve bytes',
    LICENSE: 'Apache License 2.0',
  });
  return join(place, id);
}

// The stub is a program for Linux; elsewhere `npm run dist` packs the real one.
describe.skipIf(process.platform !== 'linux')('a packaged app', () => {
  beforeAll(async () => {
    const staged = join(folder, 'staged');
    const node = await pinnedNode(root);
    const { folder: runtime } = await ensureRuntime('cpu', { root, node });
    await stage(staged, { node, runtime, network: drawnNetwork(join(folder, 'drawn')) });
    const electronDist = writeStubElectron(join(folder, 'electron'));
    resources = await packFolder(root, { staged, output, electronDist });
    const lines = listPackage(join(resources, 'app.asar'), { isPack: true });
    const those = (kind: string) =>
      lines.filter((line) => line.startsWith(kind)).map((line) => line.slice(line.indexOf('/') + 1));
    packed = those('pack ');
    unpacked = those('unpack ');
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('draws, looks through a network and trains ten steps with no Node, Python, compiler, cache or node_modules but its own', async () => {
    for (let above = tmpdir(); above !== dirname(above); above = dirname(above))
      expect(existsSync(join(above, 'node_modules'))).toBe(false);
    const proof = await provePacked(resources);
    expect(proof.device).toBe('cpu');
    expect(proof.pictureBytes).toBeGreaterThan(100);
    expect(proof.features).toBe(3);
    expect(proof.steps).toBeGreaterThanOrEqual(10);
    expect(proof.ownSteps).toBeGreaterThanOrEqual(10);
    expect(proof.ownDevice).toMatch(/TensorFlow\.js WebAssembly/);
  });

  test('has the pretrained network with its licence, where the app finds it', async () => {
    const place = join(resources, 'networks', 'efficientnet-lite2');
    expect(readdirSync(place).sort()).toEqual(['LICENSE', 'model.onnx', 'network.json']);
    vi.stubEnv('WHISKER_NETWORKS', undefined);
    vi.stubEnv('WHISKER_CACHE_DIR', join(folder, 'empty'));
    onTestFinished(() => void vi.unstubAllEnvs());
    const places = networkPlaces(join(folder, 'data'), join(resources, 'app.asar.unpacked/out/main/engine.js'));
    expect(await findNetwork(places)).toMatchObject({ path: join(place, 'model.onnx'), info: { name: 'Drawn' } });
    expect(describeSizes(resources)).toContain('the network 0.0 MB');
  });

  test('draws HEIC too, whose decoder is loaded only then', async () => {
    const heic = join(folder, 'photo.heic');
    writeFileSync(heic, redAndBlueHeic);
    const entry = join(resources, 'app.asar.unpacked/out/main/engine.js');
    const imaging = createEngine({ role: 'imaging', node: join(resources, 'node/node'), entry });
    onTestFinished(() => imaging.kill());
    const webp = await imaging.request({ kind: 'render', path: heic, sizePx: 64 });
    expect(Buffer.from(webp).toString('latin1', 8, 12)).toBe('WEBP');
  });

  test('brings ExifTool, a program of its own beside the archive, which writes keywords with nothing but Perl', () => {
    const script = beside('node_modules/exiftool-vendored.pl/bin/exiftool');
    expect(packed).toContain('node_modules/exiftool-vendored.pl/index.js');
    const config = join(folder, 'whisker.config');
    writeFileSync(config, exiftoolConfig);
    const sidecar = join(folder, 'photo.jpg.xmp');
    const args = [
      '-config',
      config,
      '-XMP-dc:Subject=Cat',
      '-XMP-whisker:Written=Cat',
      '-XMP-lr:HierarchicalSubject=Cat',
    ];
    execFileSync('perl', [script, ...args, sidecar], { env: { PATH: process.env['PATH'] } });
    expect(xmpWords(readFileSync(sidecar))).toMatchObject({ keywords: ['Cat'], written: ['Cat'] });
  });

  test('is refused with the reason when a package that its engine loads is missing', async () => {
    const taken = join(resources, 'app.asar.unpacked/node_modules/seedrandom');
    renameSync(taken, `${taken}.aside`);
    onTestFinished(() => renameSync(`${taken}.aside`, taken));
    await expect(provePacked(resources)).rejects.toMatchObject({
      message: 'The packed engine does not work',
      detail: expect.stringContaining("Cannot find module 'seedrandom'"),
    });
  });

  test('checks its archive, loads nothing else, and heeds nothing that makes it a plain Node', async () => {
    const { version, ...fuses } = await getCurrentFuseWire(join(dirname(resources), 'whisker'));
    const stateOf = (fuse: FuseV1Options) => String.fromCharCode(Number(fuses[fuse]));
    const { EnableEmbeddedAsarIntegrityValidation: checks, OnlyLoadAppFromAsar: onlyArchive } = FuseV1Options;
    expect(version).toBe('1');
    expect([checks, onlyArchive].map(stateOf)).toEqual(['1', '1']);
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.EnableCookieEncryption,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    expect(off.map(stateOf)).toEqual(off.map(() => '0'));
  });

  test('keeps all of main in the archive, and beside it only what plain Node reads', () => {
    const inArchive = ['package.json', 'out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
    expect(packed).toEqual(expect.arrayContaining(inArchive));
    expect(packed.filter((path) => path.startsWith('out/main/engine/'))).toEqual([]);
    expect(unpacked.filter((path) => path.startsWith('out/') && !/^out\/main\/engine(\.js$|\/)/.test(path))).toEqual(
      [],
    );
    const ofMain = unpacked.filter((path) => main.some((name) => path.startsWith(`node_modules/${name}/`)));
    expect(ofMain.filter((path) => path.endsWith('.js'))).toEqual([]);
  });

  test('has no other app in it', () => {
    expect(readdirSync(resources).sort()).toEqual(['app.asar', 'app.asar.unpacked', 'networks', 'node', 'runtime']);
  });

  test('carries the packages that its code imports, and of those only what runs here', () => {
    const engine = importsOf(unpacked.filter((path) => path.startsWith('out/')).map(beside));
    expect(engine).toEqual(expect.arrayContaining(['libheif-js', 'onnxruntime-node', 'sharp']));
    expect(engine.filter((name) => !ENGINE_PACKAGES.includes(name))).toEqual([]);
    const window = importsOf(mainFiles(join(root, 'out/main')));
    expect(window).toEqual(expect.arrayContaining(['better-sqlite3', 'valibot']));
    expect(window.filter((name) => !main.includes(name))).toEqual([]);

    const all = [...packed, ...unpacked];
    expect(all.filter((path) => /\.(map|ts|mts|cts|md)$/.test(path))).toEqual([]);
    expect(
      all.filter((path) => /node_modules\/(typescript|@types|@mapbox|commander|core-js|yargs)\//.test(path)),
    ).toEqual([]);
    const ofThisMachine = new RegExp(`${process.platform}[-/]${process.arch}`);
    const native = all.filter((path) => /\.(node|dll|dylib|so[.\d]*)$/.test(path));
    expect(native.filter((path) => !ofThisMachine.test(path))).toEqual([]);
    expect(
      native
        .filter((path) => path.includes('onnxruntime'))
        .map((path) => path.split('/').at(-1))
        .sort(),
    ).toEqual([...['libonnxruntime.so.1', 'onnxruntime_binding.node']]);
  });

  test('has in its archive all that main loads', () => {
    const app = join(folder, 'extracted');
    extractAll(join(resources, 'app.asar'), app);
    const specifiers = specifiersOf(mainFiles(join(app, 'out/main'))).filter((name) => name !== 'electron');
    const script = `
      for (const name of ${JSON.stringify(specifiers)}) await import(name);
      const { default: Database } = await import('better-sqlite3');
      console.log(new Database(':memory:').prepare('select 6 * 7').pluck().get());`;
    writeFileSync(join(app, 'out/main/load.mjs'), script);
    const node = join(resources, 'node/node');
    expect(execFileSync(node, [join(app, 'out/main/load.mjs')], { encoding: 'utf8', env: {} }).trim()).toBe('42');
  });

  test('takes less than 225 MB besides Electron and TensorFlow, 46 of them ONNX Runtime and 10 ExifTool', () => {
    const sizes = describeSizes(resources);
    const mb = (part: string) => Number(new RegExp(`${part} ([\\d.]+) MB`).exec(sizes)?.[1]);
    expect(mb('Node') + mb('the archive') + mb('beside it')).toBeLessThan(225);
    expect(readdirSync(join(dirname(resources), 'locales'))).toEqual(['en-US.pak']);
  });

  test('becomes a deb that names its makers and home, and lets the sandbox work under AppArmor', async () => {
    const told = join(folder, 'fpm.txt');
    const script = join(folder, 'after-install.sh');
    const fpm = program(
      'fpm',
      `printf '%s\\n' "$@" > '${told}'; while [ "$1" != --after-install ]; do shift; done; cp "$2" '${script}'`,
    );
    vi.stubEnv('CUSTOM_FPM_PATH', fpm);
    onTestFinished(() => void vi.unstubAllEnvs());
    await packInstaller(root, 'deb', { resources, output });

    const args = readFileSync(told, 'utf8').split('\n');
    const after = (option: string) => args[args.indexOf(option) + 1];
    expect(after('-t')).toBe('deb');
    expect(after('--maintainer')).toBe('The Whisker authors <whisker@users.noreply.github.com>');
    expect(after('--url')).toBe('https://github.com/whisker-app/whisker');
    expect(args).toContain(`${dirname(resources)}/=/opt/Whisker`);
    expect(args.filter((arg) => /=\/usr\/share\/icons\/.*\.png$/.test(arg))).not.toEqual([]);
    expect(args.filter((arg) => arg.endsWith('=/usr/share/applications/whisker.desktop'))).toHaveLength(1);
    const profile = readFileSync(join(resources, 'apparmor-profile'), 'utf8');
    expect(profile).toMatch(/"\/opt\/Whisker\/whisker" flags=\(unconfined\) \{\s+userns,/);
    expect(readFileSync(script, 'utf8')).toMatch(
      /'\/opt\/Whisker\/resources\/apparmor-profile'[^]*apparmor_parser --replace/,
    );
  });

  test('becomes an AppImage that brings its own FUSE, and whose menu entry leaves the sandbox on', async () => {
    const tools = join(folder, 'appimage-tools');
    const entry = join(folder, 'whisker.desktop');
    mkdirSync(join(tools, 'runtimes'), { recursive: true });
    mkdirSync(join(tools, 'lib', process.arch), { recursive: true });
    // The place of the runtime that needs no libfuse2; the older tools keep theirs elsewhere.
    writeFileSync(join(tools, 'runtimes', `runtime-${process.arch}`), 'FUSE 3 and ');
    program('appimage-tools/desktop-file-validate', 'true');
    program('appimage-tools/mksquashfs', `cp "$1/whisker.desktop" '${entry}'; printf '           an app' > "$2"`);
    vi.stubEnv('APPIMAGE_TOOLS_PATH', tools);
    onTestFinished(() => void vi.unstubAllEnvs());
    const [image = ''] = await packInstaller(root, 'AppImage', { resources, output });

    expect(readFileSync(image, 'latin1')).toMatch(/^FUSE 3 and an app/);
    expect(/^Exec=(.*)$/m.exec(readFileSync(entry, 'utf8'))?.[1]).toBe('AppRun %U');
  });

  test('has beside the program the licences of Whisker, of Electron and of all others', () => {
    const text = (name: string) => readFileSync(join(dirname(resources), name), 'utf8');
    expect(text('LICENSE')).toContain('The Whisker authors');
    expect(text('LICENSE.electron.txt')).toBe('The licence of Electron.\n');
    expect(text('THIRD-PARTY-NOTICES.txt')).toContain('\nsharp ');
  });
});

/** A shell script in place of a tool that electron-builder downloads. */
function program(name: string, line: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  return file;
}

const beside = (path: string) => join(resources, 'app.asar.unpacked', path);

/** What the window's own process runs, of the folder out/main. */
const mainFiles = (main: string) => [
  join(main, 'index.js'),
  ...readdirSync(join(main, 'chunks')).map((name) => join(main, 'chunks', name)),
];

/** What built files import by name, sorted. */
const specifiersOf = (files: readonly string[]): string[] => {
  const found = files.flatMap((file) =>
    existsSync(file) && file.endsWith('.js')
      ? [
          ...readFileSync(file, 'utf8').matchAll(
            /(?:from |import |(?:import|require)\(|\(import\.meta\.url\)\()"([^."][^"\s,]*)"/g,
          ),
        ]
      : [],
  );
  return [...new Set(found.map(([, name = '']) => name))].filter((name) => !isBuiltin(name)).sort();
};

const importsOf = (files: readonly string[]): string[] => [
  ...new Set(
    specifiersOf(files)
      .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
      .filter((name) => name !== 'electron'),
  ),
];
