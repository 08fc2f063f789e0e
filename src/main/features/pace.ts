// How long work on photos takes, from batches done so far; waiting between them does not count.

export interface Pace {
  time<T>(photos: number, work: () => Promise<T>): Promise<T>;
  /** Null until a batch beyond the first is done: that one also loads the network. */
  secondsFor(photos: number): number | null;
}

/** How much the newest batch says of the ones to come. */
const NEWEST = 0.3;

export function createPace(now: () => number = () => performance.now() / 1000): Pace {
  let batches = 0;
  let secondsPerPhoto: number | null = null;
  return {
    async time(photos, work) {
      const began = now();
      const done = await work();
      const measured = (now() - began) / Math.max(1, photos);
      if (batches++ > 0) {
        secondsPerPhoto = secondsPerPhoto === null ? measured : NEWEST * measured + (1 - NEWEST) * secondsPerPhoto;
      }
      return done;
    },
    secondsFor: (photos) => (secondsPerPhoto === null ? null : photos * secondsPerPhoto),
  };
}
