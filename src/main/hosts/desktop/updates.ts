// Whether there is a newer Whisker: one question to the project's releases, only when the person asks.

import { session } from 'electron';
import * as v from 'valibot';
import type { Manifest } from './manifest.ts';

export type UpdateAnswer =
  | { kind: 'newest' }
  | { kind: 'newer'; version: string; page: string }
  /** `why`: one sentence. */
  | { kind: 'unknown'; why: string };

const ANSWER_WITHIN_MS = 10_000;
const ANSWER_AT_MOST_BYTES = 2 ** 20;

export async function lookForUpdate({ version, homepage }: Manifest): Promise<UpdateAnswer> {
  const [, repository] = /^https:\/\/github\.com\/([\w.-]+\/[\w.-]+)$/.exec(homepage ?? '') ?? [];
  if (repository === undefined) return unknown('This build names no project whose releases it could look at.');
  try {
    // A session of its own: the window's lets nothing out to the network.
    const reply = await session
      .fromPartition('updates', { cache: false })
      .fetch(`https://api.github.com/repos/${repository}/releases/latest`, {
        headers: { accept: 'application/vnd.github+json' },
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
    if (reply.status === 404) return unknown('No release has been published yet.');
    if (!reply.ok) return unknown(`The releases could not be read: HTTP ${reply.status}.`);
    const release = v.safeParse(releaseOf(repository), await readJson(reply));
    if (!release.success) return unknown('What came as an answer is no release of Whisker.');
    const { tag_name: newest, html_url: page } = release.output;
    return isNewer(newest, version) ? { kind: 'newer', version: newest, page } : { kind: 'newest' };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return unknown(`No answer came within ${ANSWER_WITHIN_MS / 1000} seconds.`);
    }
    return unknown(`The releases could not be reached: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

const unknown = (why: string): UpdateAnswer => ({ kind: 'unknown', why });

const releaseOf = (repository: string) =>
  v.object({
    tag_name: v.pipe(
      v.string(),
      v.regex(/^v?\d+\.\d+\.\d+$/),
      v.transform((tag) => tag.replace('v', '')),
    ),
    html_url: v.pipe(v.string(), v.startsWith(`https://github.com/${repository}/releases/`)),
  });

async function readJson(reply: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_AT_MOST_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** Of versions such as 1.10.0; what comes after a hyphen is before the release of that number. */
function isNewer(one: string, than: string): boolean {
  const [numbers = '', early] = than.split('-');
  const order = one.localeCompare(numbers, 'en', { numeric: true });
  return order > 0 || (order === 0 && early !== undefined);
}
