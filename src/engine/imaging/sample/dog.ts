// A dog: hanging or folded ears, round pupils, a long muzzle with a big nose, often a tongue. SVG fragment; the head's
// centre is 0,0.

import type { Coat } from './coat.ts';
import { blush, drawEyes, drawMouth } from './face.ts';
import type { Chance } from './random.ts';

export function drawDog(chance: Chance, coat: Coat): string {
  const stroke = `stroke="${coat.outline}" stroke-width="5" stroke-linejoin="round"`;
  const jaw = chance.between(76, 88);
  return `
    <path d="M-108 470 Q-118 98 -52 66 h104 Q118 98 108 470 z" fill="${coat.fur}" ${stroke}/>
    <path d="M-46 470 Q-52 140 0 118 Q52 140 46 470 z" fill="${coat.light}"/>
    ${chance.happens(0.6) ? collar(chance) : ''}
    <path d="M0 -96 C56 -96 88 -62 90 -16 C92 30 ${jaw} 104 0 106 C${-jaw} 104 -92 30 -90 -16 C-88 -62 -56 -96 0 -96 z"
      fill="${coat.fur}" ${stroke}/>
    ${chance.happens(0.4) ? `<ellipse cx="${chance.oneOf([-40, 40])}" cy="-14" rx="36" ry="42" fill="${coat.dark}" opacity="0.9"/>` : ''}
    ${chance.happens(0.4) ? `<path d="M-13 -94 Q0 -100 13 -94 Q20 -20 26 30 H-26 Q-20 -20 -13 -94 z" fill="${coat.light}"/>` : ''}
    ${drawEyes(chance, { apart: 38, y: -16, size: chance.between(14, 18), iris: chance.oneOf(['#6b4326', '#7d5a34', '#4d3222']), pupil: 'round' }, coat)}
    <ellipse cx="0" cy="56" rx="${chance.between(54, 62)}" ry="${chance.between(42, 50)}" fill="${coat.light}" ${stroke}/>
    ${blush(64, 30)}
    ${chance.happens(0.5) ? tongue : ''}
    <path d="M-27 26 Q0 10 27 26 Q30 48 0 54 Q-30 48 -27 26 z" fill="#2b2524"/>
    <ellipse cx="-9" cy="27" rx="8" ry="4.5" fill="#fff" opacity="0.55"/>
    ${drawMouth(72, 27, coat.outline)}
    ${chance.oneOf([hangingEars, hangingEars, foldedEars])(chance, coat, stroke)}`;
}

const tongue = `<path d="M-17 78 h34 v26 q0 22 -17 22 q-17 0 -17 -22 z" fill="#f0808a" stroke="#b5505c" stroke-width="4"/><path d="M0 84 v26" stroke="#b5505c" stroke-width="3"/>`;

function hangingEars(chance: Chance, coat: Coat, stroke: string): string {
  const length = chance.between(56, 104);
  const out = chance.between(122, 146);
  const fill = chance.happens(0.7) ? coat.dark : coat.fur;
  return [-1, 1]
    .map(
      (side) =>
        `<path d="M${side * 46} -88 C${side * 92} -108 ${side * out} -70 ${side * out} ${length - 46} C${side * out} ${length + 6} ${side * 92} ${length + 4} ${side * 86} ${length - 40} C${side * 82} -10 ${side * 78} -50 ${side * 46} -88 z" fill="${fill}" ${stroke}/>`,
    )
    .join('');
}

function foldedEars(chance: Chance, coat: Coat, stroke: string): string {
  const reach = chance.between(112, 132);
  return [-1, 1]
    .map(
      (side) =>
        `<path d="M${side * 34} -90 Q${side * 70} -128 ${side * 102} -98 L${side * reach} -34 Q${side * 96} -40 ${side * 80} -58 Q${side * 62} -80 ${side * 34} -90 z" fill="${coat.dark}" ${stroke}/>`,
    )
    .join('');
}

function collar(chance: Chance): string {
  const colour = chance.oneOf(['#d1495b', '#3d8bb3', '#3f9c6c', '#e0a526', '#8562b5']);
  return `<path d="M-76 104 Q0 146 76 104 l4 24 Q0 172 -80 128 z" fill="${colour}"/><circle cx="0" cy="156" r="13" fill="#f2c94c" stroke="#b98a1d" stroke-width="3"/>`;
}
