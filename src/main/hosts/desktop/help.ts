// What the Help menu does beyond the window: opens the project's page, the log folder and the licences, says what this
// is, and looks for a newer version when asked.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app as electron, dialog, shell } from 'electron';
import type { BrowserWindow } from 'electron';
import type { MenuId } from '../../../shared/commands.ts';
import type { Output } from '../../../shared/contract.ts';
import type { App } from '../../app.ts';
import type { Manifest } from './manifest.ts';
import { ask } from './message.ts';
import { lookForUpdate } from './updates.ts';

export interface HelpParts {
  app: App;
  dataDir: string;
  /** The folder of package.json. */
  root: string;
  manifest: Manifest;
  /** The window to answer in front of, null while there is none. */
  currentWindow(): BrowserWindow | null;
}

type HelpId = Extract<MenuId, 'documentation' | 'open-logs' | 'licences' | 'about' | 'check-for-updates'>;

export function createHelp({ app, dataDir, root, manifest, currentWindow }: HelpParts): Record<HelpId, () => void> {
  const { version, description, license, homepage } = manifest;

  /** As the trainer has last told of it. */
  async function tensorflowInWords(): Promise<string> {
    const asked = await app.call('training.runtime', undefined);
    // A handler answers as the contract says; only what a page may ask is unknown to the types.
    const runtime = asked.ok ? (asked.value as Output<'training.runtime'>) : null;
    const version = runtime?.available ? runtime.device.tensorflow : null;
    return version === null ? 'native TensorFlow: none in use' : `TensorFlow ${version}`;
  }

  async function about(): Promise<void> {
    const { electron: ofElectron, chrome, node } = process.versions;
    const choice = await ask(currentWindow(), {
      title: 'About Whisker',
      message: `Whisker ${version}`,
      detail: [
        description,
        `Electron ${ofElectron}, Chromium ${chrome}, Node ${node}, ${await tensorflowInWords()}`,
        `Licence: ${license}. Nothing leaves this machine.`,
      ].join('\n\n'),
      buttons: ['Close', 'Third-Party Licences'],
      cancelId: 0,
    });
    if (choice === 'Third-Party Licences') openFile(licencesFile(root));
  }

  async function checkForUpdates(): Promise<void> {
    const answer = await lookForUpdate(manifest);
    if (answer.kind === 'newer') {
      const choice = await ask(currentWindow(), {
        message: `Whisker ${answer.version} is available.`,
        detail: `This is ${version}. Whisker never updates itself: its page has the installers.`,
        buttons: ['Open the page', 'Later'],
      });
      if (choice === 'Open the page') void shell.openExternal(answer.page);
    } else if (answer.kind === 'newest') {
      await ask(currentWindow(), { message: `Whisker ${version} is the newest.`, buttons: ['OK'] });
    } else {
      const message = 'Whisker could not find out whether there is a newer version.';
      await ask(currentWindow(), { type: 'warning', message, detail: answer.why, buttons: ['OK'] });
    }
  }

  return {
    documentation() {
      if (homepage === undefined) openFile(join(root, 'README.md'));
      else void shell.openExternal(homepage);
    },
    'open-logs'() {
      const folder = join(dataDir, 'logs');
      mkdirSync(folder, { recursive: true });
      openFile(folder);
    },
    licences: () => openFile(licencesFile(root)),
    about: () => void about(),
    'check-for-updates': () => void checkForUpdates(),
  };
}

/** In a file manager or whatever the person has for it. */
function openFile(path: string): void {
  void shell.openPath(path).then((problem) => {
    if (problem !== '') dialog.showErrorBox(`${path} could not be opened.`, problem);
  });
}

/** electron-builder.yml lays it beside the program. */
const licencesFile = (root: string): string =>
  join(electron.isPackaged ? join(process.resourcesPath, '..') : root, 'THIRD-PARTY-NOTICES.txt');
