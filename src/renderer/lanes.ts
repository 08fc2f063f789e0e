// A browser has six connections to a host, for all of its pages together. Calls that wait for an engine can be open for
// seconds, and enough of them would leave none to pictures and to what main answers at once. So each kind of them has
// one connection, in all pages of the browser, and waits for its turn here.

import type { CallName } from '../shared/contract.ts';

/** What helps with the photo that is looked at, and what takes long. */
type Lane = 'at hand' | 'long';

const lanes: Partial<Record<CallName, Lane>> = {
  'review.alike': 'at hand',
  'photos.alike': 'at hand',
  'suggestions.list': 'at hand',
  'drawings.walk': 'at hand',
  'drawings.nearest': 'at hand',
  'pictures.predict': 'at hand',
  'labels.curve': 'long',
  'review.doubtfulLabels': 'long',
  'piles.arrange': 'long',
  'piles.split': 'long',
  'models.takeAway': 'long',
};

/** Does `call`, in its turn where the name has a lane. */
export function inLane<T>(name: CallName, call: () => Promise<T>): Promise<T> {
  const lane = lanes[name];
  return lane === undefined ? call() : navigator.locks.request(`whisker.calls.${lane}`, call);
}
