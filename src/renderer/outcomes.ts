// Each outcome of an action reaches the window twice, with the reply of its call and as events, in any order. Lets it
// through once, and an older one that comes late says nothing of what a newer one has said.

import type { EventMessage } from '../shared/contract.ts';
import type { OutcomeStamp } from '../shared/outcome.ts';
import type { PhotoId } from '../shared/types.ts';

export type OutcomeEvent = Extract<EventMessage, { payload: OutcomeStamp }>;

export const isOutcome = (event: EventMessage): event is OutcomeEvent =>
  ['labels.changed', 'classes.changed', 'photos.refused', 'labels.kept'].includes(event.name);

/** Gives each event back as it may be told, or null when it was told before or nothing of it holds any more. */
export function createOutcomeOrder(): (event: OutcomeEvent) => OutcomeEvent | null {
  const told = new Set<string>();
  let newest: OutcomeStamp | null = null;
  let newestClasses = 0;
  const newestOf = {
    'labels.changed': new Map<PhotoId, number>(),
    'photos.refused': new Map<PhotoId, number>(),
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
    const isNews = (id: PhotoId) => (numbers.get(id) ?? 0) < payload.number;
    const heard = (ids: readonly PhotoId[]) => ids.forEach((id) => numbers.set(id, payload.number));
    if (name === 'labels.changed') {
      const holds = payload.ids.map(isNews);
      const ids = payload.ids.filter((_, i) => holds[i]);
      heard(ids);
      if (ids.length === 0) return null;
      return { name, payload: { ...payload, ids, labels: payload.labels.filter((_, i) => holds[i]), counts, undo } };
    }
    // What one outcome says of a photo, it may say otherwise further on.
    if (name === 'photos.refused') {
      const changes = newsAmong(payload.changes, isNews);
      changes.forEach(({ ids }) => heard(ids));
      return changes.length === 0 ? null : { name, payload: { ...payload, changes, counts, undo } };
    }
    const changes = newsAmong(payload.changes, isNews);
    changes.forEach(({ ids }) => heard(ids));
    return changes.length === 0 ? null : { name, payload: { ...payload, changes, counts, undo } };
  };
}

/** The changes without the photos of which something newer was heard. */
const newsAmong = <Change extends { ids: PhotoId[] }>(changes: Change[], isNews: (id: PhotoId) => boolean): Change[] =>
  changes.map((change) => ({ ...change, ids: change.ids.filter(isNews) })).filter(({ ids }) => ids.length > 0);
