// Whether the layers of a layers model can be built one after the other. TensorFlow.js calls a layer when its inputs
// are there, and tries for ever when they never will be: in a circle, or with an input that there is not.

import { array, is, looseObject, optional, record, string, unknown } from 'valibot';
import type { InferOutput } from 'valibot';

/**
 * A layer and its calls; each is a list of inputs [layer name, which of that layer's calls, …]. Layers that just follow
 * each other have neither name nor calls.
 */
const layerSchema = looseObject({
  name: optional(string()),
  inbound_nodes: optional(array(array(array(unknown())))),
  config: optional(record(string(), unknown())),
});
type Layer = InferOutput<typeof layerSchema>;

/** Name of a layer that can never be built, at any depth of models within models; null when there is none. */
export function findUnbuildableLayer(topology: unknown): string | null {
  const layers = layersWithin(topology);
  return stuckLayer(layers) ?? firstFound(layers, ({ config }) => findUnbuildableLayer({ config }));
}

/** The layers of { model_config: { config: { layers } } } or { config: { layers } }. */
function layersWithin(topology: unknown): Layer[] {
  const inner = looseObject({ config: looseObject({ layers: array(unknown()) }) });
  if (is(looseObject({ model_config: unknown() }), topology)) return layersWithin(topology.model_config);
  return is(inner, topology) ? topology.config.layers.filter((layer): layer is Layer => is(layerSchema, layer)) : [];
}

/** Plays through what TensorFlow.js does, and sees when a round makes no call. */
function stuckLayer(layers: readonly Layer[]): string | null {
  // What is called on nothing is an input, and a model within the model has been called once, by itself.
  const made = new Map(layers.map((layer) => [layer.name, callsOf(layer).length === 0 || isModel(layer) ? 1 : 0]));
  let waiting = layers.flatMap((layer) => callsOf(layer).map((inputs) => ({ name: layer.name, inputs })));
  while (waiting.length > 0) {
    const stillWaiting = waiting.filter(({ name, inputs }) => {
      const ready = inputs.every(([from, call]) => (made.get(String(from)) ?? 0) > Number(call));
      if (ready) made.set(name, (made.get(name) ?? 0) + 1);
      return !ready;
    });
    if (stillWaiting.length === waiting.length) return stillWaiting[0]?.name ?? null;
    waiting = stillWaiting;
  }
  return null;
}

const callsOf = ({ inbound_nodes: calls }: Layer) => calls ?? [];
const isModel = ({ config }: Layer): boolean => Array.isArray(config?.['layers']);

function firstFound<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
