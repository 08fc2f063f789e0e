// Pictures that a person saves: drawn on a canvas with a title and a line below it, and saved by the export's link.

import type { Api } from '../../api.ts';

export interface PictureFile {
  /** Name of the file, without its ending. */
  name: string;
  title: string;
  /** What and when, smaller. */
  detail: string;
  width: number;
  height: number;
  /** Draws with its upper left corner at (x, y). */
  draw(context: CanvasRenderingContext2D, x: number, y: number): void;
}

const EDGE = 24;
const HEAD = 56;
const LEAST_WIDTH = 480;

/** The whole picture, in the colours of the page. */
export function canvasOf({ title, detail, width, height, draw }: PictureFile): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(LEAST_WIDTH, width + 2 * EDGE);
  canvas.height = HEAD + height + 2 * EDGE;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to draw on.');
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = color;
  context.textBaseline = 'top';
  context.font = `600 20px ${fontFamily}`;
  context.fillText(title, EDGE, EDGE, canvas.width - 2 * EDGE);
  context.font = `13px ${fontFamily}`;
  context.fillText(detail, EDGE, EDGE + 30, canvas.width - 2 * EDGE);
  draw(context, EDGE, EDGE + HEAD);
  return canvas;
}

/** Throws what the call throws. */
export async function savePicture(api: Pick<Api, 'call'>, file: PictureFile): Promise<void> {
  const png = canvasOf(file)
    .toDataURL('image/png')
    .replace(/^data:image\/png;base64,/, '');
  const { url } = await api.call('export.picture', { name: file.name, png });
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** Draws charts as they stand on the page one below the other, each with its title and legend; not the empty ones. */
export function chartsFile(figures: readonly HTMLElement[], words: Pick<PictureFile, 'name' | 'title' | 'detail'>) {
  const ratio = devicePixelRatio;
  const charts = figures.flatMap((figure) => {
    const plot = figure.querySelector<HTMLCanvasElement>('.host:not(.empty) canvas');
    return plot ? [{ figure, plot, width: plot.width / ratio, height: plot.height / ratio }] : [];
  });
  return {
    ...words,
    width: Math.max(0, ...charts.map(({ width }) => width)),
    height: charts.reduce((sum, { height }) => sum + height + CHART_HEAD + EDGE, -EDGE),
    draw(context: CanvasRenderingContext2D, x: number, y: number) {
      let top = y;
      for (const { figure, plot, width, height } of charts) {
        drawLegend(context, figure, x, top);
        context.drawImage(plot, x, top + CHART_HEAD, width, height);
        top += height + CHART_HEAD + EDGE;
      }
    },
  } satisfies PictureFile;
}

const CHART_HEAD = 48;

function drawLegend(context: CanvasRenderingContext2D, figure: HTMLElement, x: number, y: number): void {
  const { color, fontFamily } = getComputedStyle(document.body);
  context.fillStyle = color;
  context.font = `600 14px ${fontFamily}`;
  context.fillText(figure.querySelector('figcaption')?.textContent?.trim() ?? '', x, y);
  context.font = `12px ${fontFamily}`;
  let left = x;
  for (const entry of figure.querySelectorAll('li')) {
    const mark = entry.querySelector('svg');
    const dash = mark?.querySelector('path')?.getAttribute('stroke-dasharray') ?? '';
    const words = entry.textContent?.replace(/\s+/g, ' ').trim() ?? '';
    context.strokeStyle = mark ? getComputedStyle(mark).color : color;
    context.lineWidth = 2;
    context.setLineDash(dash.split(' ').filter(Boolean).map(Number));
    context.beginPath();
    context.moveTo(left, y + 32);
    context.lineTo(left + 20, y + 32);
    context.stroke();
    context.fillText(words, left + 26, y + 25);
    left += 26 + context.measureText(words).width + 16;
  }
  context.setLineDash([]);
}
