// A clock for a machine that does other work as well.

/**
 * How many of two cores training from pixels kept busy with nothing else to do when a step went op by op. As one native
 * call it is 1.6, 271 processor seconds in 166 s; the lower number stays, so that tables compare, and errs low.
 */
const CORES_USED = 1.2;

/** Seconds that two cores with nothing else to do would have needed, about. */
export function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 / CORES_USED;
}
