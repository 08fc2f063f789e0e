// What a sandboxed preload gets by require('electron'), for a page of plain Chromium. It is run in the page as text,
// before anything of the page's own, so it uses nothing from outside itself.

/**
 * `invoke(channel, args)`: the way to main. Returns the module, `deliver`, by which messages of main come in, and
 * `paths`, where the test says at which absolute path a dropped file of that name lies.
 */
export function electronInPage(invoke) {
  const listeners = new Map();
  const paths = new Map();
  const listening = (channel) => listeners.get(channel) ?? [];

  /** What crosses between a preload and its page: copies; functions and promises stay joined to the other side. */
  function crossing(value) {
    if (typeof value === 'function') return (...args) => crossing(value(...args.map(crossing)));
    if (value instanceof Promise) return value.then(crossing);
    if (Array.isArray(value)) return value.map(crossing);
    if (value instanceof Blob) return value;
    if (Object.prototype.toString.call(value) !== '[object Object]') return structuredClone(value);
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, crossing(member)]));
  }

  const electron = {
    contextBridge: {
      exposeInMainWorld(key, api) {
        Object.defineProperty(globalThis, key, { value: Object.freeze(crossing(api)), enumerable: true });
      },
    },
    ipcRenderer: {
      invoke: async (channel, ...args) => structuredClone(await invoke(channel, structuredClone(args))),
      on: (channel, listener) => listeners.set(channel, [...listening(channel), listener]),
      off(channel, listener) {
        const others = listening(channel).filter((known) => known !== listener);
        listeners.set(channel, others);
      },
    },
    webUtils: { getPathForFile: (file) => paths.get(file.name) ?? '' },
  };
  const deliver = (channel, args) => listening(channel).forEach((listener) => listener({}, ...args));
  return { electron, deliver, paths };
}
