// Photos that are not in the folder: in place of a path they have a URI, which no path looks like, as it holds "://".

export const isUri = (place: string): boolean => place.includes('://');

/** Name of the file at a path or a URI, as a person reads it. */
export function fileNameOf(place: string): string {
  const last = place.slice(place.lastIndexOf('/') + 1);
  if (!isUri(place)) return last;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
