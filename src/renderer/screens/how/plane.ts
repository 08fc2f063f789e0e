// Draws the plane of the two rings on a canvas: a field of colour for what a learner believes, and the points.

import { shapePaths } from '../../ui/shapes.ts';
import { REACH, type LabelledPoint, type Ring } from './rings.ts';

/** How many places along each side of the field are asked about. */
const FIELD = 40;
/** Of the class marks, in px. */
const MARK = 14;

/** As `getComputedStyle` writes them. */
export interface PlaneColours {
  fills: Record<Ring, string>;
  edges: Record<Ring, string>;
  unlabelled: string;
  generated: string;
  cross: string;
  /** Around what has a label. */
  halo: string;
}

export interface PlanePoints {
  labels: readonly LabelledPoint[];
  unlabelled: Float32Array;
  /** Points that this learner is not shown are fainter. */
  showsUnlabelled: boolean;
  generated: Float32Array;
  /** Where the keyboard is; null while it is elsewhere. */
  cross: { x: number; y: number } | null;
}

/** The middle of each place of the field, row by row: [FIELD², 2]. */
const places: Float32Array = Float32Array.from({ length: 2 * FIELD ** 2 }, (_, i) => {
  const place = i >> 1;
  const along = ((i % 2 === 0 ? place % FIELD : FIELD - 1 - Math.floor(place / FIELD)) + 0.5) / FIELD;
  return (2 * along - 1) * REACH;
});

/** Where on a plane of so many px a point lies, and which point a place of it is. Up is up. */
export const toPx = (value: number, size: number): number => ((value / REACH + 1) / 2) * size;
export const fromPx = (px: number, size: number): number => ((2 * px) / size - 1) * REACH;

/** The field as pixels: each ring's colour, the stronger the surer.  probabilities: [n] of ring 1 -> [4n] RGBA. */
export function fieldPixels(probabilities: Float32Array, fills: Record<Ring, string>): Uint8ClampedArray<ArrayBuffer> {
  const rgb = { 0: channelsOf(fills[0]), 1: channelsOf(fills[1]) };
  const pixels = new Uint8ClampedArray(4 * probabilities.length);
  probabilities.forEach((p, i) => {
    pixels.set(rgb[p > 0.5 ? 1 : 0], 4 * i);
    pixels[4 * i + 3] = 150 * Math.abs(2 * p - 1);
  });
  return pixels;
}

/** size: the side in CSS px; believes: the probability of the outer ring at each of some points. */
export function drawPlane(
  canvas: HTMLCanvasElement,
  size: number,
  believes: (points: Float32Array) => Float32Array,
  points: PlanePoints,
  colours: PlaneColours,
): void {
  const context = canvas.getContext('2d');
  if (!context || size === 0) return;
  const scale = devicePixelRatio;
  const side = Math.round(size * scale);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size, size);
  const field = new OffscreenCanvas(FIELD, FIELD);
  const pixels = new ImageData(fieldPixels(believes(places), colours.fills), FIELD, FIELD);
  field.getContext('2d')?.putImageData(pixels, 0, 0);
  context.imageSmoothingQuality = 'high';
  context.drawImage(field, 0, 0, size, size);

  const { labels, unlabelled, showsUnlabelled, generated, cross } = points;
  context.fillStyle = colours.unlabelled;
  context.globalAlpha = showsUnlabelled ? 0.75 : 0.2;
  eachPoint(unlabelled, size, (x, y) => context.fillRect(x - 1.5, y - 1.5, 3, 3));
  context.globalAlpha = 0.9;
  context.strokeStyle = colours.generated;
  context.lineWidth = 1.5;
  context.beginPath();
  eachPoint(generated, size, (x, y) => {
    context.moveTo(x - 3, y - 3);
    context.lineTo(x + 3, y + 3);
    context.moveTo(x - 3, y + 3);
    context.lineTo(x + 3, y - 3);
  });
  context.stroke();
  context.globalAlpha = 1;
  for (const label of labels) drawMark(context, label, size, colours);
  if (cross) drawCross(context, toPx(cross.x, size), toPx(-cross.y, size), colours.cross);
}

const marks: Record<Ring, string> = { 0: shapePaths.circle, 1: shapePaths.square };

function drawMark(
  context: CanvasRenderingContext2D,
  { x, y, ring }: LabelledPoint,
  size: number,
  { fills, edges, halo }: PlaneColours,
): void {
  const path = new Path2D(marks[ring]);
  context.save();
  context.translate(toPx(x, size) - MARK / 2, toPx(-y, size) - MARK / 2);
  context.scale(MARK / 16, MARK / 16);
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.stroke(path);
  context.fillStyle = fills[ring];
  context.fill(path);
  context.lineWidth = 1.25;
  context.strokeStyle = edges[ring];
  context.stroke(path);
  context.restore();
}

function drawCross(context: CanvasRenderingContext2D, x: number, y: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + 5 * dx, y + 5 * dy);
    context.lineTo(x + 14 * dx, y + 14 * dy);
  }
  context.stroke();
}

function eachPoint(points: Float32Array, size: number, draw: (x: number, y: number) => void): void {
  for (let i = 0; i < points.length; i += 2) draw(toPx(points[i]!, size), toPx(-points[i + 1]!, size));
}

/** [red, green, blue], 0 to 255, of "rgb(…)". */
const channelsOf = (colour: string): number[] => (colour.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map(Number);
