// Fetches one file: from the server that is named and the hosts that it may send us on to, never more bytes than
// promised, and on from where an earlier attempt was cut off. What the bytes are worth is for their SHA-256 to say.

import { createWriteStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { WhiskerError } from '../../shared/errors.ts';

export interface FetchOrder {
  url: URL;
  file: string;
  /** Throws what `tooLong` makes beyond it. */
  mostBytes: number;
  tooLong(): Error;
  /** Other hosts that the server may send us on to, by the same protocol; none when left out. */
  redirectHosts?: readonly string[];
  /** Goes on from the bytes in the file as long as the server has the same file still; else anew. */
  resume?: boolean;
  signal: AbortSignal;
  /** How long the server may keep silent, half a minute when left out; then the connection has broken off. */
  silenceMs?: number;
  /** Bytes in the file. */
  onProgress(doneBytes: number): void;
}

const SILENCE_MS = 30_000;
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

/** What is fetched over several days is still the same file while this stays: the server's name for its content. */
const etagFile = (file: string): string => `${file}.etag`;

/** Forgets a file that was fetched, and how to go on with it. */
export async function removeFetched(file: string): Promise<void> {
  await rm(etagFile(file), { force: true });
  await rm(file, { force: true });
}

/** How much of the file is here. */
export const fetchedBytes = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/**
 * Resolves with the bytes in the file when the server has ended. Throws 'bad-input' when it answers with anything but
 * the file, and what the network, the disk or the signal throws; what has come so far then stays.
 */
export async function fetchFile(order: FetchOrder): Promise<number> {
  const { silenceMs = SILENCE_MS, onProgress } = order;
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`not a word for ${silenceMs / 1000} s`));
  const timer = setTimeout(giveUp, silenceMs);
  const heard = (doneBytes: number) => {
    timer.refresh();
    onProgress(doneBytes);
  };
  try {
    return await fetchAudible({ ...order, signal: AbortSignal.any([order.signal, silence.signal]), onProgress: heard });
  } finally {
    clearTimeout(timer);
  }
}

/** Until its signal ends it, which it does on silence too. */
async function fetchAudible(order: FetchOrder): Promise<number> {
  const { url, file, mostBytes, signal, onProgress } = order;
  const here = order.resume ? await fetchedBytes(file) : 0;
  if (here > 0 && here === mostBytes) return here;
  const from = here < mostBytes ? here : 0;
  const response = await ask(order, from);
  const isPart = response.status === PARTIAL_CONTENT;
  const goesOn = isPart && firstByte(response) === from;
  if (from > 0 && (response.status === RANGE_NOT_SATISFIABLE || (isPart && !goesOn))) {
    // The server has another file by now, or can't go on where it was asked to.
    await response.body?.cancel();
    await removeFetched(file);
    return fetchAudible(order);
  }
  if (!response.ok || !response.body || (isPart && !goesOn)) {
    await response.body?.cancel();
    throw new WhiskerError('bad-input', `${url.href} answered with ${response.status} instead of the file.`);
  }
  let done = goesOn ? from : 0;
  if (done + Number(response.headers.get('content-length')) > mostBytes) {
    await response.body.cancel();
    throw order.tooLong();
  }
  if (!goesOn) await rememberEtag(file, order.resume ? response.headers.get('etag') : null);
  onProgress(done);
  const counted = async function* (body: AsyncIterable<Uint8Array>) {
    for await (const chunk of body) {
      done += chunk.length;
      if (done > mostBytes) throw order.tooLong();
      onProgress(done);
      yield chunk;
    }
  };
  await pipeline(response.body, counted, createWriteStream(file, { flags: goesOn ? 'a' : 'w' }), { signal });
  return done;
}

/** The answer of the server, or of a host that it may send us on to; any other redirect is an answer like others. */
async function ask({ url, file, redirectHosts = [], signal }: FetchOrder, from: number): Promise<Response> {
  // As it is: what a server packs once more on the way has another length and no place to go on from.
  const headers = new Headers({ 'accept-encoding': 'identity' });
  if (from > 0) {
    headers.set('range', `bytes=${from}-`);
    const etag = await readFile(etagFile(file), 'utf8').catch(() => null);
    if (etag !== null) headers.set('if-range', etag);
  }
  let place = url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(place, { signal, headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || location === null || redirects === MOST_REDIRECTS) return response;
    const next = URL.parse(location, place.href);
    if (next?.protocol !== url.protocol || !redirectHosts.includes(next.host)) return response;
    await response.body?.cancel();
    place = next;
  }
}

const firstByte = (response: Response): number =>
  Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);

/** Weak ones are no promise of equal bytes, and may not be used to go on. */
async function rememberEtag(file: string, etag: string | null): Promise<void> {
  if (etag?.startsWith('"')) await writeFile(etagFile(file), etag);
  else await rm(etagFile(file), { force: true });
}
