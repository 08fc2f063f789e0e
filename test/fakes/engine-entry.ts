// An engine process with every bad habit a real one could have. What a path's name says, it does; test/main/engine-host
// holds it to the envelope.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FromEngine, Inspected, ToEngine } from '../../src/engine/messages.ts';
import type { BackboneInfo } from '../../src/shared/training.ts';

const send = (message: FromEngine) => process.send?.(message);
const photo: Inspected = {
  ok: true,
  sha256: 'a'.repeat(64),
  width: 1,
  height: 1,
  format: 'jpeg',
  bytes: 1,
  damaged: false,
};

/** "killed 2x": the first two processes that meet this file die of it; how many have is what is in the file. */
function dieIfTold(path: string): void {
  const times = Number(/killed (\d)x/.exec(path)?.[1] ?? 0);
  const before = times > 0 && existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (before >= times) return;
  writeFileSync(path, String(before + 1));
  process.kill(process.pid, 'SIGKILL');
}

function inspectOne(path: string): Inspected {
  dieIfTold(path);
  if (path.includes('crash')) process.kill(process.pid, 'SIGKILL');
  if (path.includes('exit')) {
    console.error('lost the plot');
    // What TensorFlow says of its own log is nobody's last words.
    console.error('WARNING: All log messages before absl::InitializeLog() is called are written to STDERR');
    console.error('I0000 00:00:1 port.cc:153] oneDNN custom operations are on.');
    process.exit(7);
  }
  // Not even the event loop turns any more.
  if (path.includes('hang')) for (;;);
  return photo;
}

if (process.env['FAKE_ENGINE_BROKEN'] === '1') throw new Error('no such library');
const backbone: BackboneInfo = {
  name: 'fake',
  format: 'layers',
  sha256: 'b'.repeat(64),
  inputRange: 'zero-to-one',
  inputPx: 32,
  features: 2,
  bytes: 1,
  takenFrom: 'pool',
};
let training = 0;
process.on('disconnect', () => process.exit());
process.on('message', (message: ToEngine) => {
  if ('ping' in message) {
    send({ pong: true });
    return;
  }
  if ('tell' in message) {
    send({ id: message.id, error: { code: 'cancelled', message: 'Stopped as asked.' } });
    return;
  }
  const { id, request } = message;
  if (request.kind === 'inspect') {
    if (request.paths.some((path) => path.includes('silent'))) return;
    send({ id, value: request.paths.map(inspectOne) });
  } else if (request.kind === 'render') {
    send({ id, error: { code: 'bad-input', message: `No ${request.path}.`, remedy: 'Try another.' } });
  } else if (request.kind === 'open-backbone') {
    if (!request.backbone.folder.includes('silent')) send({ id, value: backbone });
  } else if (request.kind === 'train') {
    training = id;
    send({ id: training, event: { event: 'stage', stage: 'ssgan' } });
  }
});
send({ ready: true, pid: process.pid });
