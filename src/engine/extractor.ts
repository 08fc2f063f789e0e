// The extractor role: says what an image network is, turns photos into feature vectors with it, and makes networks of
// published weights. A network stays open from request to request.

import { performance } from 'node:perf_hooks';
import { WhiskerError } from '../shared/errors.ts';
import type { BackboneInfo } from '../shared/training.ts';
import { openNetwork, type Network } from './backbone/network.ts';
import { extractFeatures } from './extract.ts';
import type {
  ExtractorReplies,
  ExtractorRequest,
  ExtractRequest,
  OpenBackboneRequest,
  TrainerEvent,
  TrainerSignal,
} from './messages.ts';

type Emit = (event: TrainerEvent) => void;

export interface Extractor {
  /** One reply a request; rejects with a WhiskerError. One extraction at a time. */
  handle(request: ExtractorRequest, emit: Emit): Promise<ExtractorReplies[ExtractorRequest['kind']]>;
  /** 'stop' cancels a running extraction. */
  tell(signal: TrainerSignal): void;
  close(): Promise<void>;
}

const ANNOUNCE_EVERY_MS = 200;

export function createExtractor(): Extractor {
  let running = false;
  let stopped = false;
  let kept: { key: string; network: Network } | null = null;

  async function close(): Promise<void> {
    const closing = kept;
    kept = null;
    await closing?.network.close();
  }

  /** The last one that was asked for: photos come in portions, and opening takes a moment. */
  async function take({ backbone, device }: ExtractRequest): Promise<Network> {
    const key = JSON.stringify([backbone.path, backbone.inputRange, device]);
    if (kept?.key !== key) {
      await close();
      kept = { key, network: await openNetwork(backbone, device, 'many') };
    }
    return kept.network;
  }

  async function extract(request: ExtractRequest, emit: Emit): Promise<ExtractorReplies['extract']> {
    if (running)
      throw new WhiskerError('training-running', 'Photos are being looked at already.', 'Wait until it ends.');
    running = true;
    stopped = false;
    try {
      const network = await take(request);
      const rows = await extractFeatures(request, network, {
        stopped: () => stopped,
        onProgress: announcer(request.photos.length, emit),
      });
      return { backbone: network.info, rows };
    } finally {
      running = false;
    }
  }

  async function answer(request: ExtractorRequest, emit: Emit): Promise<ExtractorReplies[ExtractorRequest['kind']]> {
    switch (request.kind) {
      case 'open-backbone':
        return openBackbone(request);
      case 'extract':
        return extract(request, emit);
      case 'convert-network': {
        const { convertWheel } = await import('./conversion/convert.ts');
        return convertWheel(request);
      }
      case 'describe-network': {
        const { describeOnnx } = await import('./backbone/describe-onnx.ts');
        return describeOnnx(request.backbone);
      }
    }
  }

  return {
    handle: answer,
    tell(signal) {
      if (signal === 'stop') stopped = true;
    },
    close,
  };
}

/** Says now and then how far it is, and always that it is done. */
function announcer(total: number, emit: Emit): (done: number) => void {
  const began = performance.now();
  let saidAt = -Infinity;
  return (done) => {
    const now = performance.now();
    if (done < total && now - saidAt < ANNOUNCE_EVERY_MS) return;
    saidAt = now;
    const photosPerSecond = done / Math.max(1e-3, (now - began) / 1000);
    const etaSeconds = (total - done) / photosPerSecond;
    emit({ event: 'progress', step: done, fraction: done / total, photosPerSecond, etaSeconds });
  };
}

async function openBackbone({ backbone }: OpenBackboneRequest): Promise<BackboneInfo> {
  const network = await openNetwork(backbone, 'auto', 'one');
  await network.close();
  return network.info;
}
