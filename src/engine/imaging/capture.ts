// When a photo was taken, as its camera's clock said.

import readExif from 'exif-reader';

/**
 * The time of exposure from an EXIF block as ISO 8601 to the millisecond without a zone, because cameras keep local
 * time; null where there is none, or none that is a time.
 */
export function takenAt(exif: Buffer | undefined): string | null {
  const photo = exif && photoTags(exif);
  const taken = photo?.DateTimeOriginal;
  // A camera whose clock was never set writes zeros, which come as a day of 1899.
  if (!(taken instanceof Date) || !(taken.getUTCFullYear() >= 1900)) return null;
  // exif-reader takes the camera's clock for UTC.
  return new Date(taken.getTime() + milliseconds(photo?.SubSecTimeOriginal)).toISOString().slice(0, -1);
}

function photoTags(exif: Buffer) {
  try {
    return readExif(exif).Photo;
  } catch {
    return undefined; // A block that can't be read says nothing; the picture is fine without it.
  }
}

/** "5", "50" and "500" are all half a second. */
function milliseconds(subSeconds: unknown): number {
  const [digits = '0'] = (typeof subSeconds === 'string' && /^\d+/.exec(subSeconds)) || [];
  return Math.floor(1000 * Number(`0.${digits}`));
}
