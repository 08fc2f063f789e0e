// npm run setup [-- --gpu | --cpu] [--fresh]: does all set-up now, and asks again where an earlier answer was no.
// --gpu and --cpu choose the TensorFlow to install; --fresh throws the installed one away first.
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { say, SetupError } from './setup/steps.mjs';

const TEN_MINUTES_MS = 600_000;
const KNOWN = ['--gpu', '--cpu', '--fresh'];

await runCommand(async () => {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => !KNOWN.includes(option));
  if (unknown) throw new SetupError(`Unknown option ${unknown}`, `npm run setup -- takes ${KNOWN.join(', ')}`);
  const device = options.includes('--gpu') ? 'gpu' : options.includes('--cpu') ? 'cpu' : 'auto';
  const { node, tensorflow } = await prepare({
    tensorflow: { device, trust: 'none', fresh: options.includes('--fresh') },
  });
  const electron = await ensureElectron(root, node, { retry: true, limitMs: TEN_MINUTES_MS });
  say(
    tensorflow.ok
      ? `Training: TensorFlow ${tensorflow.version} on the ${tensorflow.device.toUpperCase()}${tensorflow.note ? ` (${tensorflow.note})` : ''}`
      : `Training: not possible. ${tensorflow.reason}\n  What to do: ${tensorflow.remedy}`,
  );
  say(electron ? 'Window: Electron' : 'Window: your browser, because Electron could not be downloaded');
  say('Ready: npm start');
});
