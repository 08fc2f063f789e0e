// The in-app folder picker: what folders there are on this machine. Lists names only; opens no file.

import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { WhiskerError } from '../../shared/errors.ts';
import type { FolderListing } from '../../shared/types.ts';

const photoExtensions = new Set(
  ['jpg', 'jpeg', 'jfif', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif', 'heic', 'heif'].map((name) => `.${name}`),
);

/**
 * Subfolders of `path`, the home folder's when null, where `~` is the home folder; hidden ones are left out. Throws
 * 'folder-unavailable'.
 */
export async function listFolders(path: string | null): Promise<FolderListing> {
  const here = resolve(path === null ? homedir() : path.replace(/^~(?=$|[\\/])/, () => homedir()));
  const entries = await readdir(here, { withFileTypes: true }).catch(() => {
    throw new WhiskerError('folder-unavailable', `The folder "${here}" can't be listed.`, 'Choose another folder.');
  });
  const shown = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => byName.compare(a.name, b.name));
  const folders = await Promise.all(shown.map((entry) => isFolder(here, entry)));
  const parent = dirname(here);
  const filesLike = (extension: string) =>
    shown
      .filter(({ name }, i) => !folders[i] && extname(name).toLowerCase() === extension)
      .map(({ name }) => ({ name, path: join(here, name) }));
  return {
    path: here,
    parent: parent === here ? null : parent,
    folders: shown.filter((_, i) => folders[i]).map(({ name }) => ({ name, path: join(here, name) })),
    photos: shown.filter(({ name }, i) => !folders[i] && photoExtensions.has(extname(name).toLowerCase())).length,
    networks: filesLike('.onnx'),
    archives: filesLike('.whisker'),
    places: await listPlaces(),
  };
}

const byName = new Intl.Collator('en', { numeric: true });

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

const isFolder = async (parent: string, entry: Dirent): Promise<boolean> =>
  entry.isDirectory() || (entry.isSymbolicLink() && (await isThere(join(parent, entry.name))));

async function listPlaces(): Promise<FolderListing['places']> {
  const home = homedir();
  const places = [
    { name: 'Home', path: home },
    { name: 'Pictures', path: join(home, 'Pictures') },
    ...(await listDrives()),
  ];
  const there = await Promise.all(places.map(({ path }) => isThere(path)));
  return places.filter((_, i) => there[i]);
}

async function listDrives(): Promise<FolderListing['places']> {
  if (process.platform === 'win32') {
    return Array.from('CDEFGHIJKLMNOPQRSTUVWXYZAB', (letter) => ({ name: `${letter}:`, path: `${letter}:\\` }));
  }
  const user = userInfo().username;
  const mounts = process.platform === 'darwin' ? ['/Volumes'] : [`/media/${user}`, `/run/media/${user}`, '/mnt'];
  const drives = await Promise.all(
    mounts.map((mount) =>
      readdir(mount).then(
        (names) => names.map((name) => join(mount, name)),
        () => [],
      ),
    ),
  );
  return drives.flat().map((path) => ({ name: basename(path), path }));
}
