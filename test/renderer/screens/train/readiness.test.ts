// @vitest-environment node

import { describe, expect, it } from 'vitest';
import { device } from '../../fake-bridge.ts';
import { readyBackbone } from '../../fake-learning.ts';
import { readiness } from '../../../../src/renderer/screens/train/readiness.ts';
import type { TrainingRuntime } from '../../../../src/shared/training.ts';
import type { ClassId, Counts, PhotoClass } from '../../../../src/shared/types.ts';

const cat: PhotoClass = { id: 1 as ClassId, name: 'Cat', colour: 'blue', shape: 'circle', key: null };
const dog: PhotoClass = { id: 2 as ClassId, name: 'Dog', colour: 'orange', shape: 'square', key: null };
const counts = (byClass: Record<number, number>): Counts => ({
  photos: 400,
  labelled: 0,
  unlabelled: 400,
  excluded: 0,
  none: 0,
  unsure: 0,
  audited: 0,
  problems: 0,
  byClass,
  acceptedByClass: {},
  predictedByClass: {},
});
const can: TrainingRuntime = { available: true, device };

describe('whether Train can be pressed', () => {
  it('counts labels that were accepted without a look only where they are learned from', () => {
    const accepted = { ...counts({ 1: 5000, 2: 12 }), labelled: 5012, acceptedByClass: { 1: 4999 } };
    expect(readiness([cat, dog], accepted, 'leave-out', can)).toEqual({
      ready: false,
      fix: 'label',
      reason: 'Only one photo is labelled "Cat".',
      remedy:
        'Label another "Cat", or take the label off. ' +
        'Labels that you accepted without a look at each are left out, unless you choose otherwise under Advanced.',
    });
    expect(readiness([cat, dog], accepted, 'learn', can)).toEqual({ ready: true, hint: null });
    const enough = { ...accepted, acceptedByClass: { 1: 4998 } };
    expect(readiness([cat, dog], enough, 'leave-out', can)).toEqual({
      ready: true,
      hint: 'Cat: a few more labels would help.',
    });
  });

  it('asks for labels of a second class', () => {
    expect(readiness([], counts({}), 'leave-out', can)).toMatchObject({
      ready: false,
      fix: 'label',
      reason: 'No photo is labelled yet.',
    });
    expect(readiness([cat, dog], counts({ 1: 20 }), 'leave-out', can)).toMatchObject({
      ready: false,
      reason: 'Only "Cat" has labelled photos, and telling classes apart takes two.',
    });
  });

  it('names every class with a single label', () => {
    expect(readiness([cat, dog], counts({ 1: 1, 2: 1 }), 'leave-out', can)).toMatchObject({
      ready: false,
      fix: 'label',
      reason: 'Only one photo each is labelled "Cat" and "Dog".',
    });
  });

  it('lets the person train without a class that has no labels, and says so', () => {
    const bird: PhotoClass = { id: 3 as ClassId, name: 'Bird', colour: 'green', shape: 'triangle', key: null };
    expect(readiness([cat, dog, bird], counts({ 1: 20, 2: 20 }), 'leave-out', can)).toEqual({
      ready: true,
      hint: 'Bird: left out until there are labels.',
    });
  });

  it('hints at classes with few labels but lets the person train', () => {
    const state = readiness([cat, dog], counts({ 1: 20, 2: 4 }), 'leave-out', can);
    expect(state).toEqual({ ready: true, hint: 'Dog: a few more labels would help.' });
  });

  it('is content with ten labels a class', () => {
    expect(readiness([cat, dog], counts({ 1: 10, 2: 10 }), 'leave-out', can)).toEqual({ ready: true, hint: null });
  });

  it('passes on why this machine can not train, before anything else', () => {
    const cannot: TrainingRuntime = {
      available: false,
      reason: 'TensorFlow is missing.',
      remedy: 'Run npm run setup.',
    };
    expect(readiness([], counts({}), 'leave-out', cannot)).toEqual({
      ready: false,
      fix: 'runtime',
      reason: 'This machine can’t train: TensorFlow is missing.',
      remedy: 'Run npm run setup.',
    });
  });

  it('without native TensorFlow a pretrained network is enough, and photos alone say what they lack', () => {
    const labelled = counts({ 1: 20, 2: 20 });
    const nativeProblem = { reason: 'TensorFlow is missing.', remedy: 'Run npm run setup.' };
    const without: TrainingRuntime = { available: true, device: { ...device, tensorflow: null, nativeProblem } };
    expect(readiness([cat, dog], labelled, 'leave-out', without, readyBackbone)).toEqual({ ready: true, hint: null });
    expect(readiness([cat, dog], labelled, 'leave-out', without, null)).toEqual({
      ready: false,
      fix: 'runtime',
      reason: 'Learning from your photos alone needs native TensorFlow. TensorFlow is missing.',
      remedy: 'Run npm run setup. A pretrained network needs none.',
    });
    const settingUp = { step: 'Compiling', done: null, total: null };
    const soon: TrainingRuntime = { ...without, settingUp };
    expect(readiness([cat, dog], labelled, 'leave-out', soon, readyBackbone)).toMatchObject({ ready: true });
    expect(readiness([cat, dog], labelled, 'leave-out', soon, null)).toMatchObject({ ready: false, fix: 'wait' });
  });

  it('waits while the trainer is still finding out', () => {
    expect(readiness([cat, dog], counts({ 1: 5, 2: 5 }), 'leave-out', { available: null })).toMatchObject({
      ready: false,
      fix: 'wait',
    });
  });

  it('asks for a backbone only where training is to start from one', () => {
    const labelled = counts({ 1: 20, 2: 20 });
    expect(readiness([cat, dog], labelled, 'leave-out', can, { status: 'none' })).toMatchObject({
      ready: false,
      fix: 'backbone',
    });
    expect(readiness([cat, dog], labelled, 'leave-out', can, readyBackbone)).toMatchObject({ ready: true });
    expect(readiness([cat, dog], labelled, 'leave-out', can, null)).toMatchObject({ ready: true });
  });

  it('waits for a backbone that is being downloaded', () => {
    const downloading = { status: 'downloading', offer: 'small', doneBytes: 1, totalBytes: 2 } as const;
    expect(readiness([cat, dog], counts({ 1: 20, 2: 20 }), 'leave-out', can, downloading)).toMatchObject({
      fix: 'wait',
    });
  });
});
