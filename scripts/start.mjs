// npm start [-- FOLDER]: the app, in Electron's window where that can be had, else in the browser on a loopback port.
// It opens first; the pretrained network and TensorFlow, if they are not there yet, are set up beside it.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setUpBeside } from './setup/beside.mjs';
import { findWindow, openWindow } from './setup/electron-window.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';

await runCommand(async () => {
  const { node } = await prepare({ network: null, tensorflow: null });
  // npm runs us in the repository; the person's folder is relative to where they called npm.
  const folders = process.argv.slice(2).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder));
  const binary = await findWindow({ root, node });
  const setUp = setUpBeside(root, node);
  try {
    if (binary && (await openWindow({ root, binary, folders }))) return;
    const cli = join(root, 'out', 'main', 'cli.js');
    process.argv = [process.execPath, cli, 'serve', ...folders];
    await import(pathToFileURL(cli).href);
  } finally {
    await setUp.end();
  }
});
