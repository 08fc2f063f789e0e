// The losses of engine/ssgan/losses.ts with their gradients written out. l: logits [n, K]; s = logsumexp(l) [n];
// f: features [n, d]. Each adds weight·∂loss/∂l to `by`, which has the shape of l, and returns weight·loss.

/** Labelled points: mean(s − l_y), ∂l_k = (p_k − 1[k = y])/n.  y: [n] class of each. */
export function labelledLoss(l: Float32Array, y: Uint8Array, weight: number, by: Float32Array): number {
  const n = y.length;
  const K = l.length / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const at = i * K;
    const s = logSumExp(l, at, K);
    sum += s - l[at + y[i]!]!;
    for (let k = 0; k < K; k++) {
      const p = Math.exp(l[at + k]! - s);
      by[at + k] = by[at + k]! + (weight * (p - (k === y[i] ? 1 : 0))) / n;
    }
  }
  return (weight * sum) / n;
}

/** Unlabelled points look like one of the K classes: ½·mean softplus(−s), ∂l_k = −½·σ(−s)·p_k/n.  Salimans et al. 2016,
 *  section 5. */
export const realLoss = (l: Float32Array, K: number, weight: number, by: Float32Array): number =>
  realOrFake(-1, l, K, weight, by);

/** Generated points look like none of them: ½·mean softplus(s), ∂l_k = ½·σ(s)·p_k/n. */
export const fakeLoss = (l: Float32Array, K: number, weight: number, by: Float32Array): number =>
  realOrFake(1, l, K, weight, by);

/** What the generator wants in the article (Petrova 2020): the classifier to take its points for real. */
export const adversarialLoss = realLoss;

/** ½·mean softplus(sign·s) */
function realOrFake(sign: 1 | -1, l: Float32Array, K: number, weight: number, by: Float32Array): number {
  const n = l.length / K;
  let sum = 0;
  for (let at = 0; at < l.length; at += K) {
    const s = logSumExp(l, at, K);
    sum += softplus(sign * s);
    const slope = (weight * 0.5 * sign * sigmoid(sign * s)) / n;
    for (let k = 0; k < K; k++) by[at + k] = by[at + k]! + slope * Math.exp(l[at + k]! - s);
  }
  return (weight * 0.5 * sum) / n;
}

/** The classifier makes up its mind: mean H = mean(s − Σ_k p_k l_k), ∂l_k = −p_k·(l_k − Σ_j p_j l_j)/n. */
export function entropyLoss(l: Float32Array, K: number, weight: number, by: Float32Array): number {
  const n = l.length / K;
  let sum = 0;
  for (let at = 0; at < l.length; at += K) {
    const s = logSumExp(l, at, K);
    let expected = 0;
    for (let k = 0; k < K; k++) expected += Math.exp(l[at + k]! - s) * l[at + k]!;
    sum += s - expected;
    for (let k = 0; k < K; k++) {
      by[at + k] = by[at + k]! - (weight * Math.exp(l[at + k]! - s) * (l[at + k]! - expected)) / n;
    }
  }
  return (weight * sum) / n;
}

/** Generated points have the same mean features as real ones: mean |E f(real) − E f(generated)|.  Salimans et al. 2016,
 *  section 3.1.  real, generated and `by`: [n, d]; ∂f_j = −sign(E_j real − E_j generated)/(d·n). */
export function featureMatchingLoss(
  real: Float32Array,
  generated: Float32Array,
  d: number,
  weight: number,
  by: Float32Array,
): number {
  const n = generated.length / d;
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const difference = meanOf(real, j, d) - meanOf(generated, j, d);
    sum += Math.abs(difference);
    const slope = (weight * Math.sign(difference)) / (d * n);
    for (let at = j; at < by.length; at += d) by[at] = by[at]! - slope;
  }
  return (weight * sum) / d;
}

/** Generated points differ: Σ_{i≠j} cos²(f_i, f_j)/(n(n − 1)).  Dai et al. 2017, equation 5.  f and `by`: [n, d]. With
 *  u = f/‖f‖ and M = uᵀu [d, d]: ∂u = 4·u·M/(n(n − 1)), ∂f = (∂u − u(u·∂u))/‖f‖. */
export function pullAwayLoss(f: Float32Array, d: number, weight: number, by: Float32Array): number {
  const n = f.length / d;
  const u = new Float32Array(f.length);
  const inverse = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let squares = 1e-8;
    for (let j = 0; j < d; j++) squares += f[i * d + j]! ** 2;
    inverse[i] = 1 / Math.sqrt(squares);
    for (let j = 0; j < d; j++) u[i * d + j] = f[i * d + j]! * inverse[i]!;
  }
  const products = new Float32Array(d * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      for (let k = 0; k < d; k++) products[j * d + k] = products[j * d + k]! + u[i * d + j]! * u[i * d + k]!;
  const pairs = n * (n - 1);
  const byUnit = new Float32Array(d);
  for (let i = 0; i < n; i++) {
    let along = 0;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += u[i * d + k]! * products[k * d + j]!;
      byUnit[j] = (4 * weight * sum) / pairs;
      along += byUnit[j]! * u[i * d + j]!;
    }
    for (let j = 0; j < d; j++) {
      by[i * d + j] = by[i * d + j]! + (byUnit[j]! - u[i * d + j]! * along) * inverse[i]!;
    }
  }
  // ‖uuᵀ‖² = ‖uᵀu‖²
  const squares = products.reduce((sum, product) => sum + product ** 2, 0);
  return (weight * (squares - n)) / pairs;
}

/** log Σ_k exp(l_k) of the row that begins at `at`. */
export function logSumExp(l: Float32Array, at: number, K: number): number {
  let peak = -Infinity;
  for (let k = 0; k < K; k++) peak = Math.max(peak, l[at + k]!);
  let sum = 0;
  for (let k = 0; k < K; k++) sum += Math.exp(l[at + k]! - peak);
  return peak + Math.log(sum);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function meanOf(f: Float32Array, column: number, width: number): number {
  let sum = 0;
  for (let at = column; at < f.length; at += width) sum += f[at]!;
  return (sum * width) / f.length;
}
