// A trainer all of whose requests send their events to one listener.

import type { TrainerEvent, TrainerRequest } from '../../src/engine/messages.ts';
import { createTrainer } from '../../src/engine/trainer.ts';

export function trainerWith(listener: (event: TrainerEvent) => void, now?: () => number) {
  const trainer = createTrainer(now);
  return {
    handle: (request: TrainerRequest) => trainer.handle(request, listener),
    tell: trainer.tell,
  };
}
export type ListeningTrainer = ReturnType<typeof trainerWith>;
