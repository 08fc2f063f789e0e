// Eyes and noses, which cats and dogs have in their own way. SVG fragments; the head's centre is 0,0 and it is about
// 200 wide.

import type { Coat } from './coat.ts';
import type { Chance } from './random.ts';

export interface Eyes {
  /** Half the distance between them, and their height on the face. */
  apart: number;
  y: number;
  size: number;
  iris: string;
  pupil: 'slit' | 'round';
}

/** Both eyes looking the same way, or both closed in contentment. */
export function drawEyes(chance: Chance, { apart, y, size, iris, pupil }: Eyes, coat: Coat): string {
  const closed = chance.happens(0.14);
  const [lookX, lookY] = [chance.between(-0.18, 0.18) * size, chance.between(-0.12, 0.15) * size];
  const pupilWidth = pupil === 'slit' ? size * chance.between(0.22, 0.5) : size * 0.62;
  return [-apart, apart]
    .map((x) =>
      closed
        ? `<path d="M${x - size} ${y} q${size} ${size * 1.1} ${size * 2} 0" fill="none" stroke="${coat.outline}" stroke-width="6" stroke-linecap="round"/>`
        : `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * 1.05}" fill="${iris}" stroke="${coat.outline}" stroke-width="4"/>
           <ellipse cx="${x + lookX}" cy="${y + lookY}" rx="${pupilWidth}" ry="${size * 0.8}" fill="#1d1a1a"/>
           <circle cx="${x + lookX - size * 0.25}" cy="${y + lookY - size * 0.35}" r="${size * 0.24}" fill="#fff"/>`,
    )
    .join('');
}

/** A smile below the nose: two arcs that meet. */
export const drawMouth = (y: number, width: number, colour: string): string =>
  `<path d="M0 ${y - 9} v9 M${-width} ${y - 2} q${width / 2} ${width * 0.6} ${width} 2 q${width / 2} ${width * 0.6 - 2} ${width} -2"
     fill="none" stroke="${colour}" stroke-width="4.5" stroke-linecap="round"/>`;

export const blush = (x: number, y: number): string =>
  [-x, x].map((side) => `<ellipse cx="${side}" cy="${y}" rx="15" ry="9" fill="#ff8f8f" opacity="0.35"/>`).join('');
