// What the camera wrote into a file, as far as it makes sense.

import readExif from 'exif-reader';
import sharp from 'sharp';
import type { PhotoExif } from '../../shared/exif.ts';
import { takenAt } from './capture.ts';
import { withFile } from './read.ts';

/** Throws `Unusable` for what is no picture; a picture that says nothing of itself has nothing to tell. */
export const readPhotoExif = (path: string): Promise<PhotoExif> =>
  withFile(path, async ({ bytes }) => {
    const header = await sharp(bytes)
      .metadata()
      .catch(() => null);
    return exifOf(header?.exif);
  });

/** What an EXIF block (EXIF 3.0, CIPA DC-008) says. */
export function exifOf(block: Buffer | undefined): PhotoExif {
  const { Image, Photo, GPSInfo } = tagsOf(block);
  const taken = takenAt(block);
  return withoutMissing({
    camera: cameraOf(words(Image?.Make), words(Image?.Model)),
    lens: words(Photo?.LensModel),
    exposureS: positive(Photo?.ExposureTime, 1e5),
    fNumber: positive(Photo?.FNumber, 1000),
    iso: positive(first(Photo?.ISOSpeedRatings), 1e8),
    focalMm: positive(Photo?.FocalLength, 1e5),
    focal35Mm: positive(Photo?.FocalLengthIn35mmFilm, 1e5),
    takenAt: taken ?? undefined,
    place: placeOf(GPSInfo),
  });
}

type Exif = ReturnType<typeof readExif>;

function tagsOf(block: Buffer | undefined): Partial<Exif> {
  try {
    return block ? readExif(block) : {};
  } catch {
    return {}; // A block that can't be read says nothing.
  }
}

const LONGEST_WORDS = 100;

/** Text without what can't be shown; undefined where nothing is left. */
function words(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const shown = value.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return shown === '' ? undefined : shown.slice(0, LONGEST_WORDS);
}

/** Many makers begin the model with their name. */
function cameraOf(make: string | undefined, model: string | undefined): string | undefined {
  if (make === undefined || model === undefined) return model ?? make;
  const [brand = ''] = make.split(' ');
  return model.toLowerCase().startsWith(brand.toLowerCase()) ? model : `${make} ${model}`;
}

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const positive = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && value > 0 && value <= most ? value : undefined;

function placeOf(gps: Exif['GPSInfo']): PhotoExif['place'] {
  const latitude = degrees(gps?.GPSLatitude, gps?.GPSLatitudeRef, 'S', 90);
  const longitude = degrees(gps?.GPSLongitude, gps?.GPSLongitudeRef, 'W', 180);
  // Without a fix, cameras write zeros.
  if (latitude === undefined || longitude === undefined || (latitude === 0 && longitude === 0)) return undefined;
  return { latitude, longitude };
}

/** Degrees, minutes and seconds as degrees; negative on the side that `negative` names. */
function degrees(parts: unknown, side: unknown, negative: 'S' | 'W', most: number): number | undefined {
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => Number.isFinite(part))) return undefined;
  const [whole, minutes, seconds] = parts as [number, number, number];
  const value = whole + minutes / 60 + seconds / 3600;
  if (value < 0 || value > most) return undefined;
  return side === negative ? -value : value;
}

type Missing<T> = { [Key in keyof T]: T[Key] | undefined };

const withoutMissing = (all: Missing<Required<PhotoExif>>): PhotoExif =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
