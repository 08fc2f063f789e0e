import { expect, expectTypeOf, test } from 'vitest';
import { callNames, eventNames } from '../../src/shared/contract.ts';
import type { CallName, EventMessage, EventName, Events, Handlers } from '../../src/shared/contract.ts';
import { toFailure, WhiskerError } from '../../src/shared/errors.ts';
import { labelCode, labelFromCode } from '../../src/shared/types.ts';
import type { ClassId, Label } from '../../src/shared/types.ts';

// The type assertions hold when `tsc` passes; a call or event left out of its list fails there.

test('every call of the contract is in the list of names, once', () => {
  expectTypeOf<(typeof callNames)[number]>().toEqualTypeOf<CallName>();
  expectTypeOf<keyof Handlers>().toEqualTypeOf<CallName>();
  expect(new Set(callNames).size).toBe(callNames.length);
});

test('every event of the contract is in the list of names, once', () => {
  expectTypeOf<(typeof eventNames)[number]>().toEqualTypeOf<EventName>();
  expectTypeOf<EventMessage['name']>().toEqualTypeOf<EventName>();
  expectTypeOf<Extract<EventMessage, { name: 'photos.removed' }>['payload']>().toEqualTypeOf<
    Events['photos.removed']
  >();
  expect(new Set(eventNames).size).toBe(eventNames.length);
});

test('names read as subject and verb, so that they can be routed and logged', () => {
  for (const name of [...callNames, ...eventNames]) expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
});

test('an error keeps its code, sentence and remedy on the wire; anything else becomes internal', () => {
  expect(toFailure(new WhiskerError('conflict', 'Taken.', 'Choose another.'))).toEqual({
    code: 'conflict',
    message: 'Taken.',
    remedy: 'Choose another.',
  });
  expect(toFailure(new WhiskerError('not-found', 'Gone.'))).toEqual({ code: 'not-found', message: 'Gone.' });
  expect(toFailure(new TypeError('bug'))).toEqual({ code: 'internal', message: 'bug' });
  expect(toFailure('text')).toEqual({ code: 'internal', message: 'text' });
});

test('a label and its code are each other’s inverse', () => {
  const labels: Label[] = [null, 'excluded', 1 as ClassId, 42 as ClassId];
  expect(labels.map(labelCode)).toEqual([0, -1, 1, 42]);
  expect(labels.map(labelCode).map(labelFromCode)).toEqual(labels);
});
