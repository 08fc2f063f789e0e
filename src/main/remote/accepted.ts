// What is accepted from another computer: nothing that is larger, or otherwise, than what was asked for. The envelope
// was looked at before.

import * as v from 'valibot';
import type { DescribedDevice, TrainerEvent, TrainReply } from '../../engine/messages.ts';
import { errorCodes } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { WireFault } from '../../wire/frame.ts';
import type { FarReply } from './messages.ts';

/** What the answer must fit. */
export interface Expected {
  /** Photos that were told of. */
  count: number;
  classes: number;
}

/** No message but a blob, a sheet of drawings or a preview is larger than a few kilobytes. */
export const MOST_MESSAGE_BYTES = 32 * 2 ** 20;
/** Larger than any network of Whisker, with what it knows of a million photos. */
export const MOST_FILE_BYTES = 2 * 2 ** 30;
const BESIDE_PREDICTIONS_BYTES = 64 * 2 ** 20;

export const mostReplyBytes = ({ count, classes }: Expected): number =>
  Math.min(MOST_FILE_BYTES, 4 * count * (2 * classes + 8) + BESIDE_PREDICTIONS_BYTES);

const number = v.pipe(v.number(), v.finite());
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sentence = v.pipe(
  v.string(),
  v.maxLength(1000),
  // Nothing that a terminal would act on.
  v.transform((text) => text.replace(/\p{Cc}/gu, ' ')),
);
const device = v.object({ kind: v.picklist(['gpu', 'cpu']), name: sentence });
const head = v.picklist(['ssgan', 'labels-only', 'logistic', 'propagation']);
const learningStage = v.picklist(['labels-only', 'ssgan']);
const accuracy = v.object({ accuracy: share, low: share, high: share, n: wholeNumber });
const receipt = v.object({
  labelsOnly: v.nullable(accuracy),
  ssgan: v.nullable(accuracy),
  logistic: v.nullable(accuracy),
  propagation: v.nullable(accuracy),
  measuredBy: v.nullable(v.picklist(['held-out', 'cross-validation'])),
  gain: v.nullable(v.object({ difference: number, low: number, high: number })),
  active: head,
  temperature: v.nullable(number),
  note: v.nullable(sentence),
});

/** Positions of photos that were told of. */
const positions = ({ count }: Expected) =>
  v.pipe(
    v.instance(Int32Array),
    v.check((some) => some.length <= count && some.every((at) => at >= 0 && at < count)),
  );
const floats = (length: number) =>
  v.pipe(
    v.instance(Float32Array),
    v.check((some) => some.length === length),
  );

const savedEvent = (expected: Expected) =>
  v.object({
    event: v.literal('saved'),
    steps: wholeNumber,
    receipt,
    heldOut: positions(expected),
    measured: v.nullable(
      v.pipe(
        v.object({
          positions: positions(expected),
          predicted: v.pipe(
            v.instance(Int32Array),
            v.check((some) => some.every((k) => k >= 0 && k < expected.classes)),
          ),
          confidences: v.instance(Float32Array),
        }),
        v.check((rows) => [rows.predicted, rows.confidences].every(({ length }) => length === rows.positions.length)),
      ),
    ),
  });

const events = (expected: Expected) =>
  v.variant('event', [
    v.object({ event: v.literal('device'), device }),
    v.object({
      event: v.literal('stage'),
      stage: v.picklist(['preparing', 'labels-only', 'ssgan', 'evaluating', 'predicting']),
    }),
    v.object({
      event: v.literal('progress'),
      step: wholeNumber,
      fraction: share,
      photosPerSecond: number,
      etaSeconds: v.nullable(number),
    }),
    v.object({
      event: v.literal('metrics'),
      points: v.pipe(
        v.array(
          v.object({
            stage: learningStage,
            step: wholeNumber,
            seconds: number,
            classifierLoss: number,
            unlabelledLoss: v.nullable(number),
            generatedLoss: v.nullable(number),
            generatorLoss: v.nullable(number),
            heldOutAccuracy: v.nullable(share),
          }),
        ),
        v.maxLength(10_000),
      ),
    }),
    v.object({ event: v.literal('sent'), fraction: share }),
    v.object({ event: v.literal('paused') }),
    savedEvent(expected),
    v.object({ event: v.literal('rewound'), stage: learningStage, step: wholeNumber }),
    v.pipe(
      v.object({
        event: v.literal('preview'),
        positions: positions(expected),
        probabilities: v.instance(Float32Array),
      }),
      v.check((told) => told.probabilities.length === told.positions.length * expected.classes),
    ),
    v.object({ event: v.literal('notice'), message: sentence }),
    v.pipe(
      v.object({
        event: v.literal('samples'),
        step: wholeNumber,
        count: v.pipe(wholeNumber, v.maxValue(1024)),
        sizePx: v.pipe(wholeNumber, v.maxValue(1024)),
        channels: v.picklist([1, 3]),
        pixels: v.instance(Uint8Array),
      }),
      v.check((sheet) => sheet.pixels.length === sheet.count * sheet.sizePx ** 2 * sheet.channels),
    ),
  ]);

const replies = (expected: Expected) =>
  v.object({
    saved: v.nullable(savedEvent(expected)),
    value: v.object({
      status: v.picklist(['finished', 'stopped']),
      steps: wholeNumber,
      seconds: number,
      device,
      receipt,
      heldOut: positions(expected),
      probabilities: floats(expected.count * expected.classes),
      otherProbabilities: v.nullable(floats(expected.count * expected.classes)),
      doubts: floats(expected.count),
    }),
  });

const described = v.object({
  ...device.entries,
  tensorflow: v.nullable(sentence),
  memoryMb: v.nullable(number),
  productMs: number,
  gpuProblem: v.nullable(v.object({ reason: sentence, needs: v.picklist(['driver', 'runtime']) })),
  whyNotNative: v.nullable(sentence),
});

const failure = v.object({ code: v.picklist(errorCodes), message: sentence, remedy: v.optional(sentence) });

/** Each throws a `WireFault` for anything else. */
export const acceptEvent = (told: unknown, expected: Expected): TrainerEvent => accept(events(expected), told);
export const acceptReply = (told: unknown, expected: Expected): FarReply & { value: TrainReply } =>
  accept(replies(expected), told);
export const acceptDescribed = (told: unknown): DescribedDevice => accept(described, told);

export function acceptFailure(told: unknown): Failure {
  const { remedy, ...rest } = accept(failure, told);
  return { ...rest, ...(remedy !== undefined && { remedy }) };
}

function accept<T>(schema: v.GenericSchema<unknown, T>, told: unknown): T {
  const parsed = v.safeParse(schema, told, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new WireFault('sent an answer that fits nothing it was asked');
}
