// The graph of a recorded body, for several turns after each other.

import type { GraphNode } from './graph-def.ts';
import type { Recording } from './recording.ts';

/**
 * Each turn takes inputs of its own; variables, what was there before, and constants are shared. What reads or changes
 * a variable waits for all that did so in the turn before; the rest, such as drawing random numbers, does not. The
 * outputs are those of the last turn.
 */
export function repeated({ nodes, inputs, stateful }: Recording, turns: number): GraphNode[] {
  const own = nodes.filter((node) => !isShared(node, inputs));
  const shared = nodes.filter((node) => isShared(node, inputs));
  const ownNames = new Set(own.map(({ name }) => name));

  function nameIn(turn: number, name: string): string {
    const argument = argumentOf(name);
    if (argument >= inputs) return `input_${argument + (turns - 1) * inputs}`;
    if (argument >= 0) return `input_${argument + turn * inputs}`;
    return ownNames.has(name) ? `t${turn}_${name}` : name;
  }

  const inTurn = (turn: number, { inputs: from, ...node }: GraphNode): GraphNode => ({
    ...node,
    name: isOutput(node.name) ? node.name : nameIn(turn, node.name),
    inputs: [
      ...from.map((input) => input.replace(/[^^:]+/, (name) => nameIn(turn, name))),
      ...(turn > 0 && node.name === stateful?.first ? [`^${nameIn(turn - 1, stateful.last)}`] : []),
    ],
  });

  const turn = (i: number) =>
    own.filter(({ name }) => i === turns - 1 || !isOutput(name)).map((node) => inTurn(i, node));
  return [...shared.map((node) => inTurn(0, node)), ...Array.from({ length: turns }, (_, i) => turn(i)).flat()];
}

const isShared = ({ name, op }: GraphNode, inputs: number): boolean => op === 'Const' || argumentOf(name) >= inputs;
const isOutput = (name: string): boolean => name.startsWith('output_');

/** Which argument of the graph a node is; -1 for other nodes. */
const argumentOf = (name: string): number => (name.startsWith('input_') ? Number(name.slice('input_'.length)) : -1);
