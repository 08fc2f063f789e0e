// Calls electron-builder: electron-builder.yml, and what only this machine and the lock file can say.
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ENGINE_PACKAGES, mainPackages, nameOf, withNeeds } from './packages.mjs';

/** In a folder with an unpacked Electron. */
const ELECTRON_RESOURCES = process.platform === 'darwin' ? 'Electron.app/Contents/Resources' : 'resources';

/**
 * Packs the app into a folder of `output`, without an installer, and returns the path of its `resources`. `staged` is
 * what stage.mjs laid out, `electronDist` a folder that holds an unpacked Electron.
 * @returns {Promise<string>}
 */
export async function packFolder(root, { staged, output, electronDist }) {
  let resources;
  await build(root, ['dir'], {
    ...packages(root),
    directories: { output },
    extraResources: [{ from: staged, to: '.' }, ...licencesOf(electronDist)],
    electronDist,
    // What Electron shows when it is started without an app.
    afterExtract: ({ appOutDir }) => rmSync(join(appOutDir, ELECTRON_RESOURCES, 'default_app.asar'), { force: true }),
    afterPack: ({ packager, appOutDir }) => void (resources = packager.getResourcesDir(appOutDir)),
  });
  return resources;
}

/** On macOS Electron's licences lie beside its app, of which alone the app is made. */
const licencesOf = (electronDist) =>
  Object.entries({ LICENSE: 'LICENSE.electron.txt', 'LICENSES.chromium.html': 'LICENSES.chromium.html' })
    .filter(() => process.platform === 'darwin')
    .map(([file, to]) => ({ from: join(electronDist, file), to }));

/** Makes one kind of installer ('deb', 'AppImage', 'nsis', 'dmg') of what packFolder has packed; returns its files. */
export const packInstaller = (root, target, { resources, output }) =>
  build(root, [target], { directories: { output } }, appOf(resources));

/** The folder that an installer installs: the .app on macOS, else the one that holds `resources`. */
export const appOf = (resources) => dirname(process.platform === 'darwin' ? dirname(resources) : resources);

async function build(root, targets, config, prepackaged) {
  const { build, Platform } = await import('electron-builder');
  // A certificate in the environment signs; without one an ad-hoc signature lets Apple silicon start the app at all.
  const isSigned = process.env.CSC_LINK || process.env.CSC_NAME;
  return build({
    projectDir: root,
    targets: Platform.current().createTarget(targets),
    prepackaged,
    publish: 'never',
    config: { ...config, ...(!isSigned && { mac: { identity: '-' } }) },
  });
}

/**
 * Which packages of the lock file go in, and which of them lie beside the archive for plain Node. By name, because
 * electron-builder lays them out in a tree of its own.
 */
function packages(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const names = (paths) => [...new Set(paths.map(nameOf))];
  const engine = names(withNeeds(lock, ENGINE_PACKAGES));
  const needed = new Set([...engine, ...names(withNeeds(lock, mainPackages(lock)))]);
  const all = names(Object.keys(lock.packages).filter((path) => path !== ''));
  return {
    files: all.filter((name) => !needed.has(name)).map((name) => `!**/node_modules/${name}/**`),
    asarUnpack: engine.map((name) => `**/node_modules/${name}/**`),
  };
}
