// A model that is taken away, in a person's words. Pure; no DOM.

import { modelFormatWords, type ExportedModelReport, type ModelExportStep } from '../../../shared/model-export.ts';
import { plural } from '../../../shared/words.ts';
import { bytesInWords } from '../../ui/numbers.ts';

export const stepWords: Record<ModelExportStep, string> = {
  asking: 'Asking the model about some photos',
  writing: 'Writing its files',
  checking: 'Loading the files again, and asking about the same photos',
};

/** How far it is, 0 to 1: the steps take about as long as each other. */
export const stepShare: Record<ModelExportStep, number> = { asking: 0.1, writing: 0.4, checking: 0.7 };

export const reportTitle = ({ run, format, bytes }: ExportedModelReport): string =>
  `The model of run ${run} was taken away as ${modelFormatWords[format].title}, ${bytesInWords(bytes)}.`;

export const reportDetail = ({ photos }: ExportedModelReport): string =>
  `It was loaded again and says the same as Whisker of ${plural(photos, ['# photo', '# photos'])}. README.md tells what it is and how to use it.`;
