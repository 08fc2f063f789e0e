// Pictures that a page has drawn and a person may save: they come by call and leave by link, as every export does.

import { pictureUrl } from '../../shared/urls.ts';

export interface KeptPicture {
  name: string;
  png: Uint8Array;
}

export interface PictureShelf {
  /** png: base64. Returns the address; only the few newest stay. */
  put(picture: { name: string; png: string }): { url: string };
  take(number: number): KeptPicture | null;
}

const MOST_KEPT = 4;

export function createPictureShelf(): PictureShelf {
  const kept = new Map<number, KeptPicture>();
  let last = 0;
  return {
    put({ name, png }) {
      kept.set(++last, { name, png: Buffer.from(png, 'base64') });
      kept.delete(last - MOST_KEPT);
      return { url: pictureUrl(last) };
    },
    take: (number) => kept.get(number) ?? null,
  };
}
