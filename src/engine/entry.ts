// The engine process: loads the one role it was started for and speaks the envelope of messages.ts. Ends with its
// parent.

import { Socket } from 'node:net';
import { toFailure, WhiskerError } from '../shared/errors.ts';
import { openChannel, PIPE_FD, type Channel } from '../wire/channel.ts';
import {
  isToEngine,
  type EngineReplies,
  type EngineRequest,
  type FromEngine,
  type ToEngine,
  type TrainerEvent,
  type TrainerRequest,
  type TrainerSignal,
} from './messages.ts';

interface Role {
  /** `emit` sends an event of this very request. */
  handle(request: EngineRequest, emit: (event: TrainerEvent) => void): Promise<EngineReplies[keyof EngineReplies]>;
  tell(signal: TrainerSignal): void;
}

const wrongKind = (role: string, request: EngineRequest) =>
  new WhiskerError('internal', `The ${role} process can't answer '${request.kind}'.`);

async function loadRole(role: string | undefined): Promise<Role> {
  if (role === 'imaging') {
    const { createImaging } = await import('./imaging/imaging.ts');
    const imaging = createImaging();
    return {
      handle: async (request) => {
        if (isTrainerRequest(request)) throw wrongKind(role, request);
        return imaging.handle(request);
      },
      tell: () => {},
    };
  }
  if (role === 'trainer') {
    const { createTrainer } = await import('./trainer.ts');
    const trainer = createTrainer();
    return {
      handle: async (request, emit) => {
        if (!isTrainerRequest(request)) throw wrongKind(role, request);
        return trainer.handle(request, emit);
      },
      tell: (signal) => trainer.tell(signal),
    };
  }
  throw new WhiskerError('wrong-usage', `There is no engine role '${role}'; use 'imaging' or 'trainer'.`);
}

const trainerKinds: readonly string[] = [
  'describe',
  'train',
  'predict',
  'open-backbone',
  'extract',
  'train-on-features',
  'predict-features',
  'learn-live',
  'find-piles',
  'suggest',
  'find-alike',
] satisfies TrainerRequest['kind'][];
const isTrainerRequest = (request: EngineRequest): request is TrainerRequest => trainerKinds.includes(request.kind);

function openPipe(): Socket {
  try {
    return new Socket({ fd: PIPE_FD, readable: true, writable: true });
  } catch {
    throw new WhiskerError('wrong-usage', 'The engine process is started by Whisker itself; there is no pipe to it.');
  }
}

process.umask(0o077); // As in main: thumbnails and models are nobody else's.
// Ctrl-C in a terminal reaches every process of its group; what it means is for main to say.
process.on('SIGINT', () => {});
const role = await loadRole(process.argv[2]);
const main: Channel<FromEngine> = openChannel(openPipe(), {
  accepts: isToEngine,
  onMessage(message: ToEngine) {
    if ('ping' in message) main.send({ pong: true });
    else if ('tell' in message) role.tell(message.tell);
    else void answer(message);
  },
  onClosed: () => process.exit(),
  onFault(fault) {
    process.stderr.write(`Whisker's main process ${fault.message}.\n`);
    process.exit(1);
  },
});

async function answer({ id, request }: { id: number; request: EngineRequest }): Promise<void> {
  try {
    main.send({ id, value: await role.handle(request, (event) => main.send({ id, event })) });
  } catch (error) {
    main.send({ id, error: toFailure(error) });
  }
}

main.send({ ready: true, pid: process.pid });
