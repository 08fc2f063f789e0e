// npm run setup [-- --gpu | --cpu] [--fresh]: does all set-up now, and asks again where an earlier answer was no.
// --gpu and --cpu choose the TensorFlow to install; --fresh throws the installed one away first.
import { prepare, root, runCommand } from './setup/prepare.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { forgetWindowTrouble } from './setup/electron-window.mjs';
import { sandboxTrouble } from './setup/sandbox.mjs';
import { networkNote } from './setup/network.mjs';
import { inWords, say, SetupError } from './setup/steps.mjs';

const KNOWN = ['--gpu', '--cpu', '--fresh'];

await runCommand(async () => {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => !KNOWN.includes(option));
  if (unknown) throw new SetupError(`Unknown option ${unknown}`, `npm run setup -- takes ${KNOWN.join(', ')}`);
  const device = options.includes('--gpu') ? 'gpu' : options.includes('--cpu') ? 'cpu' : 'auto';
  const { node, network, tensorflow } = await prepare({
    network: { trust: 'success' },
    tensorflow: { device, trust: 'none', fresh: options.includes('--fresh') },
  });
  forgetWindowTrouble(root);
  const electron = await ensureElectron(root, node, { retry: true });
  say(network.ok ? 'Pretrained network: EfficientNet-Lite2' : networkNote(network));
  say(`Training: ${tensorflow.ok ? deviceLine(tensorflow) : `not possible. ${inWords(tensorflow)}`}`);
  const trouble = electron ? sandboxTrouble(electron) : { reason: 'Electron could not be downloaded.' };
  say(trouble ? `Window: your browser. ${inWords(trouble)}` : 'Window: Electron');
  say('Ready: npm start');
});

function deviceLine({ version, device, note }) {
  const line = `TensorFlow ${version} on the ${device.toUpperCase()}`;
  return note ? `${line} (${note})` : line;
}
