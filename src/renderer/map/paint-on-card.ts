// The points of the map by WebGL 2: places and looks lie on the card, and a frame hands it the camera alone.

import { RING_PX, type Painter } from './painter.ts';

const vertexShader = `#version 300 es
in vec2 place;
in vec4 colour;
in float ringed;
uniform vec4 camera; // Middle, and units to clip space.
uniform vec2 sizes; // Diameter, and how much a ring adds, in pixels of the screen.
out vec4 fill;
out float inner;
void main() {
  gl_Position = vec4((place - camera.xy) * camera.zw, 0.0, 1.0);
  gl_PointSize = sizes.x + ringed * 2.0 * sizes.y;
  fill = colour;
  inner = ringed > 0.5 ? sizes.x / gl_PointSize : 2.0;
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec4 fill;
in float inner;
uniform vec3 ring;
out vec4 pixel;
void main() {
  float far = length(2.0 * gl_PointCoord - 1.0);
  if (far > 1.0) discard;
  vec4 colour = far > inner ? vec4(ring, 1.0) : fill;
  pixel = vec4(colour.rgb * colour.a, colour.a);
}`;

/** Drivers with which the processor plays the card: Chromium's, Mesa's, Windows' own. */
const PLAYED = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** Chromium's own `failIfMajorPerformanceCaveat` lets SwiftShader pass. */
function hasCard(): boolean {
  // A canvas that has been asked for one kind of drawing never gives another.
  const gl = document.createElement('canvas').getContext('webgl2');
  const named = gl?.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  const isCard = gl !== null && !PLAYED.test(String(gl.getParameter(named ?? gl.RENDERER)));
  gl?.getExtension('WEBGL_lose_context')?.loseContext();
  return isCard;
}

/** Null where there is no graphics card, or its driver refuses. */
export function paintOnCard(canvas: HTMLCanvasElement): Painter | null {
  if (!hasCard()) return null;
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false });
  const program = gl && link(gl);
  if (!gl || !program) return null;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const [camera, sizes, ring] = ['camera', 'sizes', 'ring'].map((name) => gl.getUniformLocation(program, name));
  const buffers = { place: gl.createBuffer(), colour: gl.createBuffer(), ringed: gl.createBuffer() };
  const order = gl.createBuffer();
  let count = 0;

  function fill(name: keyof typeof buffers, data: Float32Array | Uint8Array, each: number, type: number): void {
    const at = gl!.getAttribLocation(program!, name);
    gl!.bindBuffer(gl!.ARRAY_BUFFER, buffers[name]);
    gl!.bufferData(gl!.ARRAY_BUFFER, data, gl!.STATIC_DRAW);
    gl!.enableVertexAttribArray(at);
    gl!.vertexAttribPointer(at, each, type, name === 'colour', 0, 0);
  }

  return {
    kind: 'card',
    setPlaces: (places) => fill('place', places, 2, gl.FLOAT),
    setLooks(looks) {
      fill('colour', looks.colours, 4, gl.UNSIGNED_BYTE);
      fill('ringed', looks.rings, 1, gl.UNSIGNED_BYTE);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, order);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, looks.order, gl.STATIC_DRAW);
      count = looks.order.length;
    },
    draw({ camera: { x, y, scale }, width, height, ratio, diameter, ring: colour }) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform4f(camera!, x, y, (2 * scale) / width, (2 * scale) / height);
      gl.uniform2f(sizes!, diameter * ratio, RING_PX * ratio);
      gl.uniform3f(ring!, colour[0] / 255, colour[1] / 255, colour[2] / 255);
      gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
    },
    // A page may have a few of these at once only.
    close: () => gl.getExtension('WEBGL_lose_context')?.loseContext(),
  };
}

function link(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}
