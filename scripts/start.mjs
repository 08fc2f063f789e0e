// npm start [-- FOLDER]: the app, in Electron's window where that can be had, else in the browser on a loopback port.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openWindow } from './setup/electron-window.mjs';
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { say } from './setup/steps.mjs';

await runCommand(async () => {
  const { node, tensorflow } = await prepare();
  if (!tensorflow.ok) say(`Training is not possible yet. ${tensorflow.reason}\n  What to do: ${tensorflow.remedy}`);
  // npm runs us in the repository; the person's folder is relative to where they called npm.
  const folders = process.argv.slice(2).map((folder) => resolve(process.env.INIT_CWD ?? '.', folder));
  if (await openWindow({ root, node, folders })) return;
  const cli = join(root, 'out', 'main', 'cli.js');
  process.argv = [process.execPath, cli, 'serve', ...folders];
  await import(pathToFileURL(cli).href);
});
