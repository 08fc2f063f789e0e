// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { device } from '../../fake-bridge.ts';
import { readyBackbone } from '../../fake-learning.ts';
import { readiness } from '../../../../src/renderer/screens/train/readiness.ts';
import type { TrainingRuntime } from '../../../../src/shared/training.ts';
import type { ClassId, Counts, PhotoClass } from '../../../../src/shared/types.ts';

const cat: PhotoClass = { id: 1 as ClassId, name: 'Cat', colour: 'blue', shape: 'circle' };
const dog: PhotoClass = { id: 2 as ClassId, name: 'Dog', colour: 'orange', shape: 'square' };
const counts = (byClass: Record<number, number>): Counts => ({
  photos: 400,
  labelled: 0,
  unlabelled: 400,
  excluded: 0,
  problems: 0,
  byClass,
  predictedByClass: {},
});
const can: TrainingRuntime = { available: true, device };

describe('whether Train can be pressed', () => {
  it('asks for a second class', () => {
    expect(readiness([], counts({}), can)).toMatchObject({
      ready: false,
      fix: 'label',
      reason: 'There are no classes yet.',
    });
    expect(readiness([cat], counts({ 1: 20 }), can)).toMatchObject({ reason: 'There is only one class, Cat.' });
  });

  it('names every class with fewer than two labels', () => {
    expect(readiness([cat, dog], counts({ 2: 1 }), can)).toMatchObject({
      ready: false,
      fix: 'label',
      reason: 'Cat has no labels and Dog has one label.',
    });
  });

  it('hints at classes with few labels but lets the person train', () => {
    const state = readiness([cat, dog], counts({ 1: 20, 2: 4 }), can);
    expect(state).toEqual({ ready: true, hint: 'Dog: a few more labels would help.' });
  });

  it('is content with ten labels a class', () => {
    expect(readiness([cat, dog], counts({ 1: 10, 2: 10 }), can)).toEqual({ ready: true, hint: null });
  });

  it('passes on why this machine can not train, before anything else', () => {
    const cannot: TrainingRuntime = {
      available: false,
      reason: 'TensorFlow is missing.',
      remedy: 'Run npm run setup.',
    };
    expect(readiness([], counts({}), cannot)).toEqual({
      ready: false,
      fix: 'runtime',
      reason: 'TensorFlow is missing.',
      remedy: 'Run npm run setup.',
    });
  });

  it('waits while the trainer is still finding out', () => {
    expect(readiness([cat, dog], counts({ 1: 5, 2: 5 }), { available: null })).toMatchObject({
      ready: false,
      fix: 'wait',
    });
  });

  it('asks for a backbone only where training is to start from one', () => {
    const labelled = counts({ 1: 20, 2: 20 });
    expect(readiness([cat, dog], labelled, can, { status: 'none' })).toMatchObject({ ready: false, fix: 'backbone' });
    expect(readiness([cat, dog], labelled, can, readyBackbone)).toMatchObject({ ready: true });
    expect(readiness([cat, dog], labelled, can, null)).toMatchObject({ ready: true });
  });

  it('waits for a backbone that is being downloaded', () => {
    const downloading = { status: 'downloading', offer: 'small', doneBytes: 1, totalBytes: 2 } as const;
    expect(readiness([cat, dog], counts({ 1: 20, 2: 20 }), can, downloading)).toMatchObject({ fix: 'wait' });
  });
});
