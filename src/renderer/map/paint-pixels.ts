// The points of the map without a graphics card: each disc is written into the pixels of the canvas.

import type { Looks } from './looks.ts';
import { RING_PX, type Painter, type View } from './painter.ts';

/** Null where the canvas can't be drawn on. */
export function paintPixels(canvas: HTMLCanvasElement): Painter | null {
  const context = canvas.getContext('2d');
  if (!context) return null;
  let places = new Float32Array(0);
  let looks: Looks | null = null;
  let image: ImageData | null = null;

  return {
    kind: 'pixels',
    setPlaces: (next) => void (places = next.slice()),
    setLooks: (next) => void (looks = next),
    draw(view) {
      if (!looks || canvas.width === 0 || canvas.height === 0) return;
      if (image?.width !== canvas.width || image.height !== canvas.height) {
        image = context.createImageData(canvas.width, canvas.height);
      } else image.data.fill(0);
      paint(image, places, looks, view);
      context.putImageData(image, 0, 0);
    },
    close: () => {},
  };
}

function paint({ data, width, height }: ImageData, places: Float32Array, looks: Looks, view: View): void {
  const { camera, ratio } = view;
  const scale = camera.scale * ratio;
  const plain = disc((view.diameter * ratio) / 2);
  const wide = disc((view.diameter * ratio) / 2 + RING_PX * ratio);
  const [left, top] = [width / 2 - camera.x * scale, height / 2 + camera.y * scale];
  const reach = wide.length >> 1;
  for (const i of looks.order) {
    const x = Math.round(left + places[2 * i]! * scale);
    const y = Math.round(top - places[2 * i + 1]! * scale);
    if (x < -reach || y < -reach || x >= width + reach || y >= height + reach) continue;
    const at = 4 * i;
    if (looks.rings[i]) put(wide, x, y, view.ring[0], view.ring[1], view.ring[2], 255);
    put(plain, x, y, looks.colours[at]!, looks.colours[at + 1]!, looks.colours[at + 2]!, looks.colours[at + 3]!);
  }

  function put(spans: Int32Array, x: number, y: number, r: number, g: number, b: number, a: number): void {
    const radius = spans.length >> 1;
    for (let row = 0; row < spans.length; row++) {
      const line = y + row - radius;
      if (line < 0 || line >= height) continue;
      const [from, to] = [Math.max(0, x - spans[row]!), Math.min(width - 1, x + spans[row]!)];
      for (let at = 4 * (line * width + from), end = 4 * (line * width + to); at <= end; at += 4) {
        const under = data[at + 3]!;
        if (a === 255 || under === 0) {
          data[at] = r;
          data[at + 1] = g;
          data[at + 2] = b;
          data[at + 3] = Math.max(a, under);
          continue;
        }
        // Over what is there; its own opacity counts for more the less there was.
        const share = a / (a + (under * (255 - a)) / 255);
        data[at]! += (r - data[at]!) * share;
        data[at + 1]! += (g - data[at + 1]!) * share;
        data[at + 2]! += (b - data[at + 2]!) * share;
        data[at + 3] = a + (under * (255 - a)) / 255;
      }
    }
  }
}

/** How far each row of a disc reaches to both sides of its middle, from the top row to the lowest. */
function disc(radius: number): Int32Array {
  // Of a full radius the outermost rows would be single pixels.
  const round = Math.max(0, radius - 0.3);
  const rows = Math.floor(round);
  return Int32Array.from({ length: 2 * rows + 1 }, (_, i) => Math.floor(Math.sqrt(round ** 2 - (i - rows) ** 2)));
}
