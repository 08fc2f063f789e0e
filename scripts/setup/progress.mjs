// What set-up is doing and how far it is, told to whoever follows: the line in the terminal, the note for the app.
const followers = new Set();
let step = null;

/**
 * Tells how far set-up is: `done` of `total` bytes, null where that is unknown. `step` is the title of a step that
 * begins; without it the numbers are about the step under way.
 *
 * @param {{ step?: string | null, done?: number | null, total?: number | null }} progress
 */
export function reportProgress({ step: begun = step, done = null, total = null }) {
  step = begun;
  for (const follow of followers) follow({ step, done, total });
}

/** Calls `follow({ step, done, total })` at each report, until the returned function is called. */
export function followProgress(follow) {
  followers.add(follow);
  return () => followers.delete(follow);
}
