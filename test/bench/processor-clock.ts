// A clock for a machine that does other work as well.

/** How many of two cores training from pixels keeps busy when nothing else runs: 194 processor seconds in 162 s. */
const CORES_USED = 1.2;

/** Seconds that two cores with nothing else to do would have needed, about. */
export function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 / CORES_USED;
}
