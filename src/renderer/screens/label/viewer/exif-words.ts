// What a camera wrote, in a photographer's words. Pure; no DOM.

import type { PhotoExif } from '../../../../shared/exif.ts';
import { count } from '../../../../shared/words.ts';

/** "1/250 s", "0.5 s", "30 s": parts of a second as cameras show them. */
export function exposureInWords(seconds: number): string {
  if (seconds >= 0.3) return `${Number(seconds.toPrecision(2))} s`;
  return `1/${count(Math.round(1 / seconds))} s`;
}

/** "35 mm", "4.2 mm (26 mm on 35 mm film)". */
export function focalInWords(mm: number, on35Mm: number | undefined): string {
  const own = `${Number(mm.toFixed(1))} mm`;
  return on35Mm === undefined || Math.round(mm) === on35Mm ? own : `${own} (${on35Mm} mm on 35 mm film)`;
}

/** "52.51630° N, 13.37770° E": five decimals are a metre. */
export function placeInWords({ latitude, longitude }: NonNullable<PhotoExif['place']>): string {
  const degrees = (value: number, [positive, negative]: [string, string]) =>
    `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
  return `${degrees(latitude, ['N', 'S'])}, ${degrees(longitude, ['E', 'W'])}`;
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** What there is to say, each with its name, in the order of the panel. */
export function exifInWords(exif: PhotoExif): { name: string; value: string }[] {
  const { camera, lens, exposureS, fNumber, iso, focalMm, focal35Mm, takenAt, place } = exif;
  const exposure = [
    ...(exposureS === undefined ? [] : [exposureInWords(exposureS)]),
    ...(fNumber === undefined ? [] : [`f/${Number(fNumber.toFixed(1))}`]),
    ...(iso === undefined ? [] : [`ISO ${count(Math.round(iso))}`]),
  ];
  return [
    // Cameras keep local time, so the zone of this machine must not move it.
    ...(takenAt === undefined ? [] : [{ name: 'Taken', value: clock.format(new Date(`${takenAt}Z`)) }]),
    ...(camera === undefined ? [] : [{ name: 'Camera', value: camera }]),
    ...(lens === undefined ? [] : [{ name: 'Lens', value: lens }]),
    ...(exposure.length === 0 ? [] : [{ name: 'Exposure', value: exposure.join(' · ') }]),
    ...(focalMm === undefined ? [] : [{ name: 'Focal length', value: focalInWords(focalMm, focal35Mm) }]),
    ...(place === undefined ? [] : [{ name: 'Place', value: placeInWords(place) }]),
  ];
}
