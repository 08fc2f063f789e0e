// The program that started us, when that was Whisker's own `npm start`: it opens the browser when no window comes.

/** Tells it that the window is there. Nobody listens to a packaged app, and one that has gone is no trouble. */
export function tellStarter(): void {
  if (process.connected) process.send?.('window shown', undefined, undefined, () => {});
}
