// The way between two noises.

/**
 * `count` points on the arc from `from` to `to`, both ends among them: spherical linear interpolation,
 * sin((1−t)θ)/sin θ · from + sin(tθ)/sin θ · to, θ the angle between them (White 2016, "Sampling Generative Networks").
 * Unlike the points of a straight line they are as long as noise is, so that the generator knows them.
 * count: at least 2; from, to: [d] -> [count, d] row-major.
 */
export function slerp(from: Float32Array, to: Float32Array, count: number): Float32Array {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const cosine = dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const points = new Float32Array(count * from.length);
  for (let row = 0; row < count; row++) {
    const t = row / (count - 1);
    // Along (nearly) one direction the arc is the line.
    const [a, b] =
      Math.sin(angle) < 1e-6
        ? [1 - t, t]
        : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    from.forEach((value, i) => (points[row * from.length + i] = a * value + b * (to[i] ?? 0)));
  }
  return points;
}
