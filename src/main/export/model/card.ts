// The model card: what a model learned, how right it is and what it must not be used for, as the README.md beside it
// (Mitchell et al. 2019, "Model cards for model reporting").

import { AGREEMENT, modelFormatWords, type ModelFormat } from '../../../shared/model-export.ts';
import { count, interval, percent, plural } from '../../../shared/words.ts';
import type { WrittenAbout } from './about.ts';

export interface Card {
  format: ModelFormat;
  about: WrittenAbout;
  /** Name of the library. */
  library: string;
  /** Photos that it was asked about after it was written, and how far it was from the app at most. */
  checked: { photos: number; largestDifference: number };
  /** Name of the pretrained network's licence in the folder; null where it brought none. */
  licence: string | null;
}

export function modelCard(card: Card): string {
  const { about, library } = card;
  return [
    `# ${escaped(about.classes.join(', '))}`,
    `A model that sorts pictures into ${plural(about.classes.length, ['# class', '# classes'])}. Whisker ${about.whisker} made it in run ${about.run} on the library “${escaped(library)}”, on ${about.trained.slice(0, 10)}.`,
    '## What it learned from',
    classTable(about),
    learnedFrom(about),
    '## How right it is',
    ...howRight(about),
    '## What it must not be used for',
    limits(about),
    '## How to use it',
    ...recipe(card),
    '## How it was checked',
    `After it was written it was loaded again from these files and asked about ${plural(card.checked.photos, ['# photo', '# photos'])} of the library. Its probabilities were at most ${card.checked.largestDifference.toExponential(1)} from Whisker's own; over ${AGREEMENT.difference} nothing would have been written.`,
    ...licences(card),
  ]
    .join('\n\n')
    .concat('\n');
}

function classTable({ classes, labels, thresholds }: WrittenAbout): string {
  const rows = classes.map((name, k) => {
    const given = labels ? count(labels[k] ?? 0) : 'not known any more';
    return `| ${k} | ${escaped(name)} | ${given} | ${thresholds[k]} |`;
  });
  return ['| place | class | labels | sure from |', '| ----- | ----- | ------ | --------- |', ...rows].join('\n');
}

function learnedFrom({ photos, network, head }: WrittenAbout): string {
  const heads = {
    ssgan: 'a semi-supervised GAN, which learned from the photos without a label too',
    'labels-only': 'a network that learned from the labels alone',
    logistic: 'a logistic regression on the labels',
    propagation: 'labels that spread among photos that are alike',
  };
  const seen = network
    ? `It sees pictures through the pretrained network ${escaped(network.name)} (SHA-256 \`${network.sha256}\`), which is in the same file.`
    : 'It learned from the pixels of these photos alone.';
  return `The library had ${plural(photos, ['# photo', '# photos'])}. ${seen} What answers is ${heads[head]}.`;
}

function howRight({ measured, note, calibrated, temperature }: WrittenAbout): string[] {
  const how = {
    'held-out': 'labels held out of training',
    'cross-validation': 'labels left out in turn (cross-validation)',
  };
  const right = measured
    ? [
        `${percent(measured.accuracy)} right, with a 95 % interval of ${interval(measured)}, measured on ${plural(measured.n, ['# label', '# labels'])}: ${how[measured.by]}.`,
        ...(measured.warning ? [measured.warning] : []),
      ]
    : ['Nothing was measured: nobody knows how often it is right.'];
  const sure = calibrated
    ? `Its probabilities were calibrated on the same labels: logits are divided by ${temperature?.toFixed(3)} within the model.`
    : 'Its probabilities are **not calibrated**: 0.9 does not mean that it is right nine times in ten.';
  return [...right, ...(note ? [note] : []), sure];
}

function limits({ calibrated, measured }: WrittenAbout): string {
  return [
    'Pictures of anything else: it puts every picture into one of its classes, also one that shows none of them.',
    'Pictures that differ from that library (another camera, place, light or season) without measuring it on them first.',
    'Decisions about people, their health, rights, work or safety; nor where a wrong answer does harm that nobody would notice.',
    ...(calibrated ? [] : ['Anything that takes its probabilities for chances.']),
    ...(measured ? [] : ['Anything that relies on how often it is right.']),
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

function recipe({ format, about }: Card): string[] {
  const { sizePx, together } = about.input;
  const side = `${sizePx} × ${sizePx}`;
  const many =
    together === null ? 'any number of pictures' : `${plural(together, ['# picture', '# pictures'])} at a time`;
  const takes = {
    onnx: `\`model.onnx\` (operators of version 17 or of the network's own) takes ${many} as bytes, \`uint8 [photos, ${sizePx}, ${sizePx}, 3]\`,`,
    tfjs: `\`model/model.json\` (a graph model of TensorFlow.js) takes ${many} as floats from 0 to 255, \`pixels [photos, ${sizePx}, ${sizePx}, 3]\`,`,
    savedmodel: `\`saved_model\` (signature \`serving_default\`) takes ${many} as floats from 0 to 255, \`pixels [photos, ${sizePx}, ${sizePx}, 3]\`,`,
  };
  const tries = {
    onnx: 'Try it: `uv run classify.py photo.jpg` (or with onnxruntime, numpy and Pillow installed: `python classify.py photo.jpg`).',
    tfjs: 'Try it: `python3 -m http.server` in this folder, then open http://localhost:8000. A browser loads no model from a file that is just opened.',
    savedmodel:
      'Try it: `uv run classify.py photo.jpg` (or with tensorflow, numpy and Pillow installed: `python classify.py photo.jpg`).',
  };
  return [
    `${modelFormatWords[format].title}: ${takes[format]} red first, and gives \`probabilities [photos, ${about.classes.length}]\` in the order of the table.`,
    `Before it a picture is turned upright, brought to sRGB, laid on grey 128 where it is transparent, cut to its middle square and scaled to ${side} pixels by a Lanczos filter. All else is in the model: ${about.preprocessing.inside.join('; ')}. Another library's filter gives slightly other pixels, and so slightly other probabilities.`,
    tries[format],
    '`whisker.json` says all of this to programs.',
  ];
}

function licences({ format, about, licence }: Card): string[] {
  const lines = [
    ...(about.network
      ? [
          `The pretrained network ${escaped(about.network.name)} is in the model's file under its own licence${licence ? `, \`${licence}\`` : ', which its maker tells'}.`,
        ]
      : []),
    ...(format === 'tfjs' ? ['`tf.min.js` is TensorFlow.js, © Google LLC, under the Apache License 2.0.'] : []),
  ];
  return lines.length > 0 ? ['## Licences', ...lines] : [];
}

/** Names are of a person's choosing, and a card is Markdown. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');
