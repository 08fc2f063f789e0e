// node beside-process.mjs ROOT: what the app opens without, set up in a process that ends when its parent does. First
// the network, which takes seconds, then TensorFlow.
import { constants, setPriority } from 'node:os';
import { trainingNote } from './beside.mjs';
import { onInterrupt } from './command.mjs';
import { ensureNetwork, networkNote } from './network.mjs';
import { withProgressFile } from './progress-file.mjs';
import { describeFailure, say } from './steps.mjs';
import { ensureTensorflow, knownTensorflow } from './tensorflow.mjs';

// The app beside it comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// What runs right now is ended by whoever runs it, who is told of the signal too; then nothing is left to do.
onInterrupt((code) => setImmediate(() => process.exit(code)));
process.on('disconnect', () => process.emit('SIGTERM'));

const [, , root] = process.argv;
try {
  await withProgressFile(async () => {
    const network = await ensureNetwork({ trust: 'success' });
    if (!network.ok) say(networkNote(network));
    if (knownTensorflow(root)) return;
    const tensorflow = await ensureTensorflow({ root, node: process.execPath });
    say(tensorflow.ok ? 'Training is possible now.' : trainingNote(tensorflow));
  });
} catch (error) {
  say(describeFailure(error));
  process.exitCode = 1;
}
// Listening for our parent's end is no reason to stay.
process.channel.unref();
