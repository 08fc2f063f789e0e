// The exact 95 % interval of a share for one look at a fixed number of draws (Clopper & Pearson 1934).

/** `wrong` of `n` >= 1 draws, with replacement. */
export function clopperPearson(wrong: number, n: number): [low: number, high: number] {
  const solve = (isLower: (p: number) => boolean) => {
    let [low, high] = [0, 1];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (isLower(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return [
    wrong === 0 ? 0 : solve((p) => 1 - atMost(wrong - 1, n, p) < 0.025),
    wrong === n ? 1 : solve((p) => atMost(wrong, n, p) > 0.025),
  ];
}

/** P(X <= k) of a binomial count of n. */
function atMost(k: number, n: number, p: number): number {
  let logWays = 0;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logWays + i * Math.log(p) + (n - i) * Math.log1p(-p));
    logWays += Math.log((n - i) / (i + 1));
  }
  return sum;
}
