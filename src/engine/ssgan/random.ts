// The engine's random numbers are everybody's.

export { fillNormal, randomStream, shuffle, spread, type Random } from '../../shared/random.ts';
