// Other computers as main would answer for them: `lab` can be reached, any other can't.

import type { Computer } from '../../src/shared/computers.ts';
import type { Handlers } from '../../src/shared/contract.ts';

export function fakeComputers(
  known: Computer[] = [],
): Pick<Handlers, 'computers.list' | 'computers.save' | 'computers.remove' | 'computers.test' | 'training.reconnect'> {
  let computers = known;
  return {
    'computers.list': () => computers,
    'computers.save': (one) =>
      (computers = [...computers.filter(({ destination }) => destination !== one.destination), one]),
    'computers.remove': ({ destination }) =>
      (computers = computers.filter((computer) => computer.destination !== destination)),
    'computers.test': ({ destination }) =>
      destination === 'lab'
        ? {
            ...{ reachable: true, whisker: '0.1.0', node: '26.10.0', problem: null },
            device: { kind: 'gpu', name: 'NVIDIA H100 80GB HBM3', tensorflow: '2.21.0', memoryMb: 81_000 },
          }
        : {
            reachable: false,
            reason: `${destination} refused the connection.`,
            remedy: 'Check that an ssh server runs there.',
          },
    'training.reconnect': () => {},
  };
}
