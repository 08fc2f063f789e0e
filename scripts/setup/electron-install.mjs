// node electron-install.mjs FOLDER: runs the own installer of the electron package in FOLDER, and tells our parent
// process how far its download is ({ done, total } in bytes) or who refused it ({ refused }, a sentence).
import { createRequire } from 'node:module';
import { join } from 'node:path';

const EVERY_MS = 200;
/** Answers that mean "later", not "no". */
const FOR_NOW = [408, 425, 429];

const fetchPlainly = globalThis.fetch;

// The installer fetches through this one function, whatever mirror or proxy it is told to use.
globalThis.fetch = async (url, options) => {
  const { host } = new URL(url);
  let response;
  try {
    response = await fetchPlainly(url, options);
  } catch (error) {
    throw refusal(`${host} can't be reached (${error.cause?.code ?? error.cause?.message ?? error.message})`);
  }
  const { status, ok, headers, body } = response;
  if (status >= 400 && status < 500 && !FOR_NOW.includes(status))
    throw refusal(`${host} answered ${status} for ${url}`);
  if (!ok || !body) return response;
  return new Response(body.pipeThrough(counter(Number(headers.get('content-length')) || null)), response);
};

createRequire(import.meta.url)(join(process.argv[2], 'install.js'));

function refusal(sentence) {
  process.send({ refused: sentence });
  return new Error(sentence);
}

/** Passes bytes on and tells how many; at the end `done` equals `total`, known or not. */
function counter(total) {
  let done = 0;
  let toldAt = 0;
  return new TransformStream({
    transform(chunk, controller) {
      done += chunk.byteLength;
      controller.enqueue(chunk);
      if (Date.now() - toldAt < EVERY_MS) return;
      toldAt = Date.now();
      process.send({ done, total });
    },
    flush: () => void process.send({ done, total: done }),
  });
}
