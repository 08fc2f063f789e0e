// The engine process: loads the one role it was started for and speaks the envelope of messages.ts. Ends with its
// parent.

import { Socket } from 'node:net';
import { toFailure, WhiskerError } from '../shared/errors.ts';
import { openChannel, PIPE_FD, type Channel } from '../wire/channel.ts';
import {
  isToEngine,
  type EngineReplies,
  type EngineRequest,
  type ExtractorRequest,
  type FromEngine,
  type ImagingRequest,
  type ToEngine,
  type TrainerEvent,
  type TrainerRequest,
  type TrainerSignal,
} from './messages.ts';

type Emit = (event: TrainerEvent) => void;

interface Role {
  /** `emit` sends an event of this very request. */
  handle(request: EngineRequest, emit: Emit): Promise<EngineReplies[keyof EngineReplies]>;
  tell(signal: TrainerSignal): void;
}

async function loadRole(role: string | undefined): Promise<Role> {
  switch (role) {
    case 'imaging': {
      const { createImaging } = await import('./imaging/imaging.ts');
      const imaging = createImaging();
      return roleOf(isImagingRequest, { handle: (request) => imaging.handle(request), tell: () => {} });
    }
    case 'extractor': {
      const { createExtractor } = await import('./extractor.ts');
      return roleOf(isExtractorRequest, createExtractor());
    }
    case 'trainer': {
      const { createTrainer } = await import('./trainer.ts');
      return roleOf(isTrainerRequest, createTrainer());
    }
    default:
      throw new WhiskerError(
        'wrong-usage',
        `There is no engine role '${role}'; use 'imaging', 'extractor' or 'trainer'.`,
      );
  }

  function roleOf<R extends EngineRequest>(
    isOurs: (request: EngineRequest) => request is R,
    { handle, tell }: { handle(request: R, emit: Emit): ReturnType<Role['handle']>; tell: Role['tell'] },
  ): Role {
    return {
      async handle(request, emit) {
        if (isOurs(request)) return handle(request, emit);
        throw new WhiskerError('internal', `The ${role} process can't answer '${request.kind}'.`);
      },
      tell,
    };
  }
}

const imagingKinds: readonly string[] = [
  'inspect',
  'render',
  'pack',
  'measure-look',
  'draw-sample',
  'encode-pictures',
  'group-bursts',
  'read-exif',
  'read-keywords',
] satisfies ImagingRequest['kind'][];
const isImagingRequest = (request: EngineRequest): request is ImagingRequest => imagingKinds.includes(request.kind);

const extractorKinds: readonly string[] = [
  'open-backbone',
  'convert-network',
  'describe-network',
  'extract',
] satisfies ExtractorRequest['kind'][];
const isExtractorRequest = (request: EngineRequest): request is ExtractorRequest =>
  extractorKinds.includes(request.kind);

const isTrainerRequest = (request: EngineRequest): request is TrainerRequest =>
  !isImagingRequest(request) && !isExtractorRequest(request);

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
