// Each outcome of an action reaches the window twice, with the reply of its call and as events, in any order. Lets it
// through once, and an older one that comes late says nothing of what a newer one has said.

import type { EventMessage } from '../shared/contract.ts';
import type { OutcomeStamp } from '../shared/outcome.ts';
import type { PhotoId } from '../shared/types.ts';

export type OutcomeEvent = Extract<EventMessage, { payload: OutcomeStamp }>;

export const isOutcome = (event: EventMessage): event is OutcomeEvent =>
  ['labels.changed', 'classes.changed', 'review.skipped', 'labels.kept'].includes(event.name);

/** Gives each event back as it may be told, or null when it was told before or nothing of it holds any more. */
export function createOutcomeOrder(): (event: OutcomeEvent) => OutcomeEvent | null {
  const told = new Set<string>();
  let newest: OutcomeStamp | null = null;
  let newestClasses = 0;
  const newestOf = {
    'labels.changed': new Map<PhotoId, number>(),
    'review.skipped': new Map<PhotoId, number>(),
    'labels.kept': new Map<PhotoId, number>(),
  };

  return (event) => {
    const { name, payload } = event;
    const key = `${payload.number} ${name}`;
    if (told.has(key)) return null;
    told.add(key);
    if (!newest || payload.number >= newest.number) newest = payload;
    const { counts, undo } = newest;
    if (name === 'classes.changed') {
      if (payload.number < newestClasses) return null;
      newestClasses = payload.number;
      return { name, payload: { ...payload, counts, undo } };
    }
    const numbers = newestOf[name];
    const holds = payload.ids.map((id) => (numbers.get(id) ?? 0) < payload.number);
    const ids = payload.ids.filter((_, i) => holds[i]);
    for (const id of ids) numbers.set(id, payload.number);
    if (ids.length === 0) return null;
    if (name === 'labels.kept') return { name, payload: { ...payload, ids, counts, undo } };
    if (name === 'review.skipped') return { name, payload: { ...payload, ids, counts, undo } };
    return { name, payload: { ...payload, ids, labels: payload.labels.filter((_, i) => holds[i]), counts, undo } };
  };
}
