// A clock for a machine that does other work as well.

/** How many of two cores training keeps busy: an estimate, not yet measured on a machine that does nothing else. */
const CORES_USED = 1.5;

/** Seconds that two cores with nothing else to do would have needed, about. */
export function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 / CORES_USED;
}
