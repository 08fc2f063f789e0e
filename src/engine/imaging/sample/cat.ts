// A cat: pointed ears, slit pupils, a small nose, whiskers, often stripes. SVG fragment; the head's centre is 0,0.

import type { Coat } from './coat.ts';
import { blush, drawEyes, drawMouth } from './face.ts';
import type { Chance } from './random.ts';

export function drawCat(chance: Chance, coat: Coat): string {
  const stroke = `stroke="${coat.outline}" stroke-width="5" stroke-linejoin="round"`;
  const cheeks = chance.between(98, 112);
  const mask = chance.happens(0.3) ? coat.light : 'none';
  return `
    <path d="M-86 470 Q-100 80 -42 54 h84 Q100 80 86 470 z" fill="${coat.fur}" ${stroke}/>
    <path d="M-36 470 Q-44 124 0 100 Q44 124 36 470 z" fill="${coat.light}"/>
    ${ears(chance, coat, stroke)}
    <path d="M0 -84 C62 -84 ${cheeks} -40 ${cheeks} 14 C${cheeks} 66 52 92 0 92 C-52 92 ${-cheeks} 66 ${-cheeks} 14 C${-cheeks} -40 -62 -84 0 -84 z"
      fill="${coat.fur}" ${stroke}/>
    ${chance.happens(0.55) ? stripes(cheeks, coat.dark) : ''}
    <path d="M0 -60 C26 -20 66 20 58 56 C46 86 -46 86 -58 56 C-66 20 -26 -20 0 -60 z" fill="${mask}"/>
    <ellipse cx="0" cy="50" rx="40" ry="28" fill="${coat.light}"/>
    ${drawEyes(chance, { apart: 44, y: -4, size: chance.between(19, 24), iris: chance.oneOf(['#9cc94f', '#e6c445', '#6fb7c9', '#d99a3a']), pupil: 'slit' }, coat)}
    ${blush(70, 34)}
    <path d="M-11 33 h22 q2 2 -11 13 q-13 -11 -11 -13 z" fill="#e98a8f" stroke="${coat.outline}" stroke-width="3"/>
    ${drawMouth(56, 20, coat.outline)}
    ${whiskers(chance, coat)}`;
}

function ears(chance: Chance, coat: Coat, stroke: string): string {
  const tip = chance.between(-158, -136);
  const lean = chance.between(80, 96);
  return [-1, 1]
    .map(
      (side) => `
      <path d="M${side * 96} -18 Q${side * 100} -90 ${side * lean} ${tip} Q${side * 46} -118 ${side * 22} -74 z" fill="${chance.happens(0.25) ? coat.dark : coat.fur}" ${stroke}/>
      <path d="M${side * 84} -48 Q${side * 88} -90 ${side * (lean - 6)} ${tip + 28} Q${side * 54} -104 ${side * 42} -76 z" fill="#f0a6a8"/>`,
    )
    .join('');
}

const stripes = (cheeks: number, colour: string): string =>
  `<g fill="none" stroke="${colour}" stroke-width="10" stroke-linecap="round">
     <path d="M0 -78 v30 M-24 -76 l4 24 M24 -76 l-4 24"/>
     ${[-1, 1].map((s) => `<path d="M${s * (cheeks - 4)} 6 l${s * -24} 5 M${s * (cheeks - 8)} 34 l${s * -24} 0"/>`).join('')}
   </g>`;

function whiskers(chance: Chance, coat: Coat): string {
  const droop = chance.between(-8, 14);
  const lines = [-1, 1].flatMap((side) =>
    [-8, 0, 8].map(
      (y, i) => `M${side * 44} ${48 + y} q${side * 40} ${y - 4} ${side * 82} ${y * 2 + droop * (i === 1 ? 1 : 0.6)}`,
    ),
  );
  return `<path d="${lines.join(' ')}" fill="none" stroke="${coat.fur === '#5b5350' ? '#f4f0ea' : coat.outline}" stroke-width="3" stroke-linecap="round" opacity="0.75"/>`;
}
