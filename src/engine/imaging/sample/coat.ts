// The colours a pet can have. Cats and dogs share most of them, so that colour alone doesn't tell which is which.

import type { Chance } from './random.ts';

export interface Coat {
  fur: string;
  /** Ears, patches and stripes. */
  dark: string;
  /** Muzzle and chest. */
  light: string;
  outline: string;
}

const coats: [Coat, ...Coat[]] = [
  { fur: '#e8a15c', dark: '#c4742f', light: '#fbe9d2', outline: '#8a4f22' },
  { fur: '#d9b382', dark: '#a97b48', light: '#f6e8d0', outline: '#7a5630' },
  { fur: '#9aa0a8', dark: '#6d737c', light: '#e3e6ea', outline: '#4b5058' },
  { fur: '#5b5350', dark: '#3a3432', light: '#a89e98', outline: '#241f1e' },
  { fur: '#f3efe8', dark: '#cfc4b6', light: '#ffffff', outline: '#9b8f82' },
  { fur: '#8d5f3d', dark: '#5f3d25', light: '#d9b894', outline: '#43291a' },
  { fur: '#c98a4b', dark: '#54392a', light: '#f2dcc0', outline: '#4a2f20' },
  { fur: '#e9d3b0', dark: '#7c6250', light: '#fff6e6', outline: '#5f4a3c' },
  { fur: '#b9aca2', dark: '#857568', light: '#f1ebe5', outline: '#5d5148' },
];

export const dressed = (chance: Chance): Coat => chance.oneOf(coats);
