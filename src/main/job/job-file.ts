// What a job is, as job.json tells the Python file, and how large its parts are.

import type { DescribedNetwork } from '../../engine/messages.ts';

/** Of job.json and of the shards; whisker_job.py knows the same number. */
export const JOB_VERSION = 1;

/** Of the numbers of a vector: two bytes each, or one. */
export const vectorTypes = ['float16', 'int8'] as const;
export type VectorType = (typeof vectorTypes)[number];

export interface JobFile extends DescribedNetwork {
  version: typeof JOB_VERSION;
  backbone: { name: string; sha256: string; inputRange: string };
  type: VectorType;
  /** Longest side of the thumbnails that are made; 0: none are. */
  thumbnailPx: number;
  /** Photos whose keys begin with the same so many hex digits are one part of the work. */
  prefixDigits: number;
  photos: number;
}

/** Names of what lies in a job's folder. */
export const jobNames = {
  manifest: 'manifest.parquet',
  network: 'backbone.onnx',
  settings: 'job.json',
  script: 'whisker_job.py',
  shards: 'shards',
} as const;

const PHOTOS_IN_A_PART = 16_000;

/** At least 16 parts, and none of more than some 16,000 photos. */
export const prefixDigitsFor = (photos: number): number =>
  Math.max(1, Math.ceil(Math.log(Math.max(1, photos) / PHOTOS_IN_A_PART) / Math.log(16)));
