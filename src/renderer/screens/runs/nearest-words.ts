// How near a drawing is to the photos, in words. Pure; no DOM.

import type { NearestToDrawing } from '../../../shared/drawings.ts';
import { count, plural } from '../../../shared/words.ts';

/** Of the picked drawing; null where distances between the photos say nothing. */
export function nearnessSentence({ photos, betweenPhotos }: NearestToDrawing): string | null {
  const distance = photos[0]?.distance;
  if (!betweenPhotos || distance === undefined) return null;
  const { low, median } = betweenPhotos;
  if (distance < low) return 'It is nearer to this photo than 95 in 100 photos are to any other photo.';
  if (distance <= median) return 'It is about as near to this photo as photos are to each other.';
  const times = distance / median;
  const far = times < 1.25 ? 'a little further' : `${times < 10 ? times.toFixed(1) : Math.round(times)} times as far`;
  const than = times < 1.25 ? 'than' : 'as';
  return `It is ${far} from this photo ${than} photos usually are from the one most like them.`;
}

/** Chance below which more drawings than half are not taken for chance. */
const CHANCE = 0.01;

/**
 * Whether the generator has copied. If it had only learned what photos look like, about half of its drawings at most
 * would be nearer to a photo than half of the photos are: a sign test, after Meehan, Chaudhuri and Dasgupta 2020.
 */
export function copiedSentence({ nearer, drawings, betweenPhotos }: NearestToDrawing): string | null {
  if (!betweenPhotos || drawings === 0) return null;
  const all = `of the ${count(drawings)} drawings`;
  const than = 'nearer to a photo than photos usually are to each other';
  const found =
    nearer === 0 ? `None ${all} are ${than}` : plural(nearer, [`# ${all} is ${than}`, `# ${all} are ${than}`]);
  return atLeast(nearer, drawings) < CHANCE
    ? `${found}: it has copied in part.`
    : `${found}: nothing suggests that it has copied your photos.`;
}

/** Chance of at least k heads in n throws of a coin. */
function atLeast(k: number, n: number): number {
  let [term, sum] = [0.5 ** n, 0];
  for (let heads = 0; heads <= n; heads++) {
    if (heads >= k) sum += term;
    term *= (n - heads) / (heads + 1);
  }
  return sum;
}
