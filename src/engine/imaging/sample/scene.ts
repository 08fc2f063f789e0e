// One picture: a cat or a dog somewhere pleasant, sitting as it likes. A whole SVG document.

import { drawCat } from './cat.ts';
import { dressed } from './coat.ts';
import { drawDog } from './dog.ts';
import { createChance, type Chance } from './random.ts';

export interface Scene {
  svg: string;
  width: number;
  height: number;
}

type Size = [width: number, height: number];
const shapes: [Size, ...Size[]] = [
  [512, 512],
  [576, 448],
  [448, 560],
  [600, 420],
];

export function drawScene(pet: 'cat' | 'dog', seed: number): Scene {
  const chance = createChance(seed);
  const [width, height] = chance.oneOf(shapes);
  const coat = dressed(chance);
  const backdrop = chance.oneOf([wall, meadow, spots, evening])(chance, width, height);
  const size = (Math.min(width, height) / 400) * chance.between(1, 1.16);
  const x = width / 2 + chance.between(-0.045, 0.045) * width;
  const y = height / 2 + chance.between(0, 0.05) * height;
  const mirror = chance.happens(0.5) ? -1 : 1;
  const tilt = chance.between(-9, 9);
  const drawn = pet === 'cat' ? drawCat(chance, coat) : drawDog(chance, coat);
  return {
    width,
    height,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <defs><radialGradient id="light" cx="0.4" cy="0.25" r="0.9">
        <stop offset="0" stop-color="#fff" stop-opacity="${chance.between(0.1, 0.35)}"/>
        <stop offset="1" stop-color="#102" stop-opacity="${chance.between(0.02, 0.16)}"/>
      </radialGradient></defs>
      ${backdrop}
      <ellipse cx="${x}" cy="${height * 1.02}" rx="${170 * size}" ry="${34 * size}" fill="#000" opacity="0.18"/>
      <g transform="translate(${x} ${y}) scale(${mirror * size} ${size}) rotate(${tilt})">${drawn}</g>
      <rect width="${width}" height="${height}" fill="url(#light)"/>
    </svg>`,
  };
}

const rect = (y: number, width: number, height: number, fill: string) =>
  `<rect x="0" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;

const times = (count: number, draw: (i: number) => string) => Array.from({ length: count }, (_, i) => draw(i)).join('');

/** A room: wallpaper stripes, a skirting board, a floor; sometimes a picture on the wall. */
function wall(chance: Chance, width: number, height: number): string {
  const floor = height * chance.between(0.72, 0.86);
  const paper = chance.oneOf(['#cfe0e8', '#ecd9c6', '#d8e2c8', '#e6d3de', '#d7d3e8']);
  const step = chance.between(34, 70);
  return `${rect(0, width, height, paper)}
    ${times(Math.ceil(width / step), (i) => `<rect x="${i * step}" width="${step / 2}" height="${floor}" fill="#fff" opacity="0.28"/>`)}
    ${chance.happens(0.5) ? `<rect x="${chance.oneOf([0.06, 0.74]) * width}" y="${height * 0.08}" width="${width * 0.2}" height="${width * 0.16}" fill="#f8f4ea" stroke="#9a7b56" stroke-width="8"/>` : ''}
    ${rect(floor, width, height - floor, chance.oneOf(['#b98d62', '#a77f63', '#8f9a9e']))}${rect(floor, width, 8, '#fff')}`;
}

/** Sky, a hill, flowers; sometimes the sun. */
function meadow(chance: Chance, width: number, height: number): string {
  const ground = height * chance.between(0.55, 0.75);
  const flower = chance.oneOf(['#f5d547', '#f08fb0', '#ffffff', '#c79bf0']);
  return `${rect(0, width, height, chance.oneOf(['#aedcf2', '#c7e6ee', '#f7dfc0']))}
    ${chance.happens(0.5) ? `<circle cx="${width * chance.oneOf([0.14, 0.86])}" cy="${height * 0.16}" r="42" fill="#ffe9a3"/>` : ''}
    <ellipse cx="${width * chance.between(0.2, 0.8)}" cy="${height * 1.1}" rx="${width}" ry="${height * 1.1 - ground}" fill="${chance.oneOf(['#8cc06d', '#76b27a', '#a4c964'])}"/>
    ${times(14, () => `<circle cx="${chance.between(0, width)}" cy="${chance.between(ground + 30, height)}" r="${chance.between(4, 9)}" fill="${flower}"/>`)}`;
}

/** Plain colour with soft spots, as in a studio. */
function spots(chance: Chance, width: number, height: number): string {
  const spot = chance.oneOf(['#ffffff', '#ffe3b8', '#bfe3d8', '#f3c4cf']);
  return `${rect(0, width, height, chance.oneOf(['#7fb5b5', '#d88c8c', '#8fa6cf', '#e3c169', '#a58fc4', '#7a8b99']))}
    ${times(22, () => `<circle cx="${chance.between(0, width)}" cy="${chance.between(0, height)}" r="${chance.between(8, 34)}" fill="${spot}" opacity="${chance.between(0.15, 0.45)}"/>`)}`;
}

/** Dusk, stars and a moon, a dark ground. */
function evening(chance: Chance, width: number, height: number): string {
  return `${rect(0, width, height, chance.oneOf(['#3c4a73', '#4d4468', '#2f5568']))}
    ${times(30, () => `<circle cx="${chance.between(0, width)}" cy="${chance.between(0, height * 0.7)}" r="${chance.between(1, 3.4)}" fill="#fff6d6"/>`)}
    <circle cx="${width * chance.oneOf([0.15, 0.84])}" cy="${height * 0.17}" r="34" fill="#fbeebd"/>
    ${rect(height * chance.between(0.78, 0.88), width, height, '#2b3a3f')}`;
}
