// Keeps a busy sender quiet: events that come by the hundred reach a screen a few times a second.

export interface Throttled {
  (): void;
  /** Runs a waiting call now. */
  flush(): void;
}

/** Runs `action` at once, then at most once every `ms`; a call in between runs when its time comes, so none is lost. */
export function throttle(ms: number, action: () => void): Throttled {
  let last = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const run = () => {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    action();
  };
  const call = () => {
    const wait = last + ms - performance.now();
    if (wait <= 0) run();
    else timer ??= setTimeout(run, wait);
  };
  return Object.assign(call, { flush: () => void (timer && run()) });
}
