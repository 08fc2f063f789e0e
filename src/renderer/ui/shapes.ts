// The outlines of the class shapes in a 16 × 16 box, of about equal weight to the eye.

import type { ClassShape } from '../../shared/types.ts';

export const shapePaths: Record<ClassShape, string> = {
  circle: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z',
  square: 'M2.4 2.4h11.2v11.2H2.4z',
  triangle: 'M8 1.6L15 14H1z',
  diamond: 'M8 .8L15.2 8L8 15.2L.8 8z',
  star: 'M8 .9l2.2 4.7l5.1.6l-3.8 3.5l1 5.1L8 12.3l-4.5 2.5l1-5.1L.7 6.2l5.1-.6z',
  hexagon: 'M8 1l6.1 3.5v7L8 15l-6.1-3.5v-7z',
  cross: 'M5.6 1.6h4.8v4h4v4.8h-4v4H5.6v-4h-4V5.6h4z',
  drop: 'M8 .8c2.6 3.3 5 5.9 5 8.9a5 5 0 0 1-10 0c0-3 2.4-5.6 5-8.9z',
  heart: 'M8 14.6C3.4 11.2 1.2 8.8 1.2 5.9A3.6 3.6 0 0 1 8 4.2a3.6 3.6 0 0 1 6.8 1.7c0 2.9-2.2 5.3-6.8 8.7z',
};
