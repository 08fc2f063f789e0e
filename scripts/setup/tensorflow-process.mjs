// node tensorflow-process.mjs ROOT: TensorFlow's set-up as a process of its own, which ends when its parent does.
import { constants, setPriority } from 'node:os';
import { onInterrupt } from './command.mjs';
import { withProgressFile } from './progress-file.mjs';
import { describeFailure, say } from './steps.mjs';
import { ensureTensorflow } from './tensorflow.mjs';
import { trainingNote } from './tensorflow-beside.mjs';

// The app beside it comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
// What runs right now is ended by whoever runs it, who is told of the signal too; then nothing is left to do.
onInterrupt((code) => setImmediate(() => process.exit(code)));
process.on('disconnect', () => process.emit('SIGTERM'));

try {
  const status = await withProgressFile(() => ensureTensorflow({ root: process.argv[2], node: process.execPath }));
  say(status.ok ? 'Training is possible now.' : trainingNote(status));
} catch (error) {
  say(describeFailure(error));
  process.exitCode = 1;
}
// Listening for our parent's end is no reason to stay.
process.channel.unref();
