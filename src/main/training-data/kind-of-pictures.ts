// What kind of pictures a library holds, judged from a spread sample: grey or in colour, and whether a network that
// knows everyday things by sight is at home with them.

import type { PhotoLook } from '../../engine/messages.ts';
import type { RecommendedWay } from '../../shared/training.ts';
import { askInHalves, locate } from './pack-batch.ts';
import type { DecodeOrder, FoundPhoto } from './pack-batch.ts';

export interface LookOrder extends DecodeOrder {
  photos: readonly FoundPhoto[];
}

const SAMPLE = 48;
/** Mean difference between the channels, 0 to 255, under which photos count as grey: JPEG noise stays below it. */
const GREY_BELOW = 1.5;
/**
 * Medians: digits of MNIST have 1.00 of few colours and 0.77 of evenness, scanned text 1.00 and 0.50, photos 0.67 and
 * 0.22, the same in grey 1.00 and 0.16, drawings in colour, which the network knows, 0.79 and 0.60.
 */
const [FEW_COLOURS, EVEN] = [0.95, 0.4];

/** 1 when a spread sample of the photos has no colour to speak of, else 3: colour loses nothing. */
export async function findChannels(order: LookOrder): Promise<1 | 3> {
  const looks = await lookAtSample(order);
  return isGrey(looks) ? 1 : 3;
}

/** A library of which nothing can be seen is taken for one of photos. */
export async function recommendWay(order: LookOrder): Promise<RecommendedWay> {
  const looks = await lookAtSample(order);
  const median = (of: (look: PhotoLook) => number) => looks.map(of).sort((a, b) => a - b)[looks.length >> 1] ?? 0;
  const isPlain = median(({ mainColours }) => mainColours) >= FEW_COLOURS && median(({ evenness }) => evenness) >= EVEN;
  if (!isPlain)
    return { features: 'backbone', reason: 'For photos of everyday things a few labels are enough this way.' };
  return {
    features: 'pixels',
    reason: isGrey(looks)
      ? 'These look like digits, text or line drawings, which a network that knows everyday things has hardly seen.'
      : 'These look like scans or plain graphics, which a network that knows everyday things has hardly seen.',
  };
}

async function lookAtSample({ imaging, pathOf, signal, photos }: LookOrder): Promise<PhotoLook[]> {
  const step = Math.max(1, Math.floor(photos.length / SAMPLE));
  const sample = photos.filter((_, i) => i % step === 0);
  return askInHalves(await locate(sample, pathOf), (some) =>
    imaging.request({ kind: 'measure-look', photos: some }, { signal }),
  );
}

const isGrey = (looks: readonly PhotoLook[]): boolean =>
  looks.length > 0 && looks.reduce((sum, { chroma }) => sum + chroma, 0) / looks.length < GREY_BELOW;
