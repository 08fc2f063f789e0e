import { expect, test } from 'vitest';
import { createGate } from '../../../src/main/features/gate.ts';

const never = new AbortController().signal;

test('it is passed when the last reason is gone, and not when a new one came in the same moment', async () => {
  const gate = createGate(() => {});
  await gate.passed(never);
  gate.hold('scan');
  gate.hold('run');
  let passed = false;
  const waiting = gate.passed(never).then(() => (passed = true));
  gate.release('scan');
  await new Promise((done) => setTimeout(done, 5));
  expect(passed).toBe(false);
  gate.release('run');
  gate.hold('pictures');
  await new Promise((done) => setTimeout(done, 5));
  expect(passed).toBe(false);
  gate.release('pictures');
  await waiting;
});

test('a reason for a while holds as long after the last time', async () => {
  const gate = createGate(() => {});
  const began = performance.now();
  gate.holdFor('pictures', 40);
  setTimeout(() => gate.holdFor('pictures', 40), 30);
  await gate.passed(never);
  expect(performance.now() - began).toBeGreaterThan(65);
});

test('whoever waits is let go when the work is cancelled', async () => {
  const gate = createGate(() => {});
  gate.hold('scan');
  const cancelling = new AbortController();
  const waiting = gate.passed(cancelling.signal);
  cancelling.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(gate.passed(cancelling.signal)).rejects.toMatchObject({ code: 'cancelled' });
});
