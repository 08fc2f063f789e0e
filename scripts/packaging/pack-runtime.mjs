// Makes a runtime folder into the archive that a release carries and the app downloads, with its checksum beside it and
// its line in runtimes.json. The same runtime gives the same archive.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar/fs';
import { readJson, writeJson } from '../setup/cache.mjs';
import { step } from '../setup/steps.mjs';
import { copyRuntime, filesOfRuntime, requireLicences } from './copy-runtime.mjs';

const THE_SAME_TIME = new Date(0);
/**
 * Packs the runtime in `folder` into `output` and returns its entry for runtimes.json: { id, tensorflow, flavour,
 * platform, arch, file, bytes, installedBytes, sha256 }. `prove(folder)` rejects if the runtime that lies there can't
 * train; it is given what was unpacked of the archive, and nothing is kept of one that it rejects.
 */
export async function packRuntime(folder, { output, prove }) {
  const { tensorflow, flavour, platform, arch } = JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8'));
  requireLicences(folder);
  const id = ['whisker-runtime', tensorflow, flavour, platform, arch].join('-');
  const file = `${id}.tar.gz`;
  const archive = join(output, file);
  const [stripped, unpacked] = ['stripped', 'unpacked'].map((name) => join(output, `${id}.${name}`));
  const clean = () => [stripped, unpacked].forEach((path) => rmSync(path, { recursive: true, force: true }));
  clean();
  mkdirSync(output, { recursive: true });
  try {
    await step('Copying and stripping the libraries', () => copyRuntime(folder, stripped));
    const files = filesOfRuntime(stripped);
    const installedBytes = files.reduce((sum, name) => sum + statSync(join(stripped, name)).size, 0);
    await step(`Packing ${file}`, () => pack(stripped, files, archive));
    await step('Unpacking it elsewhere', () =>
      pipeline(createReadStream(archive), createGunzip(), unpackTar(unpacked)),
    );
    await prove(unpacked);
    const sha256 = await sha256Of(archive);
    const bytes = statSync(archive).size;
    writeFileSync(`${archive}.sha256`, `${sha256}  ${file}\n`);
    const entry = { id, tensorflow, flavour, platform, arch, file, bytes, installedBytes, sha256 };
    addEntry(join(output, 'runtimes.json'), entry);
    return entry;
  } catch (error) {
    rmSync(archive, { force: true });
    throw error;
  } finally {
    clean();
  }
}

function pack(folder, files, archive) {
  const entries = files.map((name) => {
    const source = join(folder, name);
    const mode = statSync(source).mode & 0o111 ? 0o755 : 0o644;
    return { type: 'file', source, target: name, mode, mtime: THE_SAME_TIME, uid: 0, gid: 0, uname: '', gname: '' };
  });
  return pipeline(packTar(entries), createGzip({ level: 9 }), createWriteStream(archive));
}

async function sha256Of(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Entries of other runtimes stay; the list is sorted, so that two lists can be compared. */
function addEntry(file, entry) {
  const others = (readJson(file) ?? []).filter(({ id }) => id !== entry.id);
  writeJson(
    file,
    [...others, entry].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}
