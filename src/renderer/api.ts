// The renderer's way to main: the desktop preload where there is one, HTTP and an event stream otherwise. Holds no
// state of the app.

import type { CallName, EventMessage, EventName, Events, Input, Output, WhiskerBridge } from '../shared/contract.ts';
import { eventsOf, type Outcome } from '../shared/outcome.ts';
import { listenToEvents, type Connection } from './event-stream.ts';
import { inLane } from './lanes.ts';
import { createOutcomeOrder, isOutcome } from './outcomes.ts';
import { type Failure, type Result, WhiskerError } from '../shared/errors.ts';

export interface Transport extends WhiskerBridge {
  /**
   * Tells whether main can be reached: as soon as it is known, and on every change. 'online' comes again when events
   * may have been missed. Returns the function that ends it.
   */
  watchConnection(listener: (connection: Connection) => void): () => void;
}

/** Calls and events as the state classes use them. */
export interface Api {
  /** What the call changed has been told to listeners when this returns. Throws WhiskerError when the call fails. */
  call<K extends CallName>(name: K, ...input: Input<K> extends void ? [] : [Input<K>]): Promise<Output<K>>;
  /**
   * Asks for a whole state. Events that come meanwhile are heard after `take`: over HTTP they may overtake the answer,
   * and an older answer must not overwrite what a newer event said. Throws WhiskerError.
   */
  snapshot<K extends CallName>(name: K, input: Input<K>, take: (value: Output<K>) => void): Promise<void>;
  /** Listeners of one event run in the order in which they came. Returns the function that unsubscribes. */
  on<K extends EventName>(name: K, listener: (payload: Events[K]) => void): () => void;
}

export function createApi(transport: Transport): Api {
  const listeners = new Set<(event: EventMessage) => void>();
  let snapshots = 0;
  let held: EventMessage[] = [];

  const inOrder = createOutcomeOrder();

  function tell(event: EventMessage) {
    const news = isOutcome(event) ? inOrder(event) : event;
    if (news) for (const listener of listeners) listener(news);
  }
  const hear = (event: EventMessage) => (snapshots > 0 ? held.push(event) : tell(event));

  async function ask<K extends CallName>(name: K, input: Input<K>): Promise<Output<K>> {
    const result = await transport.call(name, input);
    if (result.ok) {
      if (isOutcomeReply(name, result.value)) eventsOf(result.value).forEach(hear);
      return result.value;
    }
    throw new WhiskerError(result.error.code, result.error.message, result.error.remedy);
  }

  // One subscription for all: in Electron every subscriber costs a copy of the event.
  transport.subscribe(hear);
  return {
    call: (name, ...input) => ask(name, input[0]),
    async snapshot(name, input, take) {
      snapshots++;
      try {
        take(await ask(name, input));
      } finally {
        snapshots--;
        if (snapshots === 0) {
          const waiting = held;
          held = [];
          waiting.forEach(tell);
        }
      }
    },
    on(name, listener) {
      const hear = (event: EventMessage) => {
        if (isEvent(event, name)) listener(event.payload);
      };
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}

type OutcomeCall = { [K in CallName]: Output<K> extends Outcome ? K : never }[CallName];

/** The calls that answer with an `Outcome`, all of them. */
const outcomeCalls: Record<OutcomeCall, true> = {
  'classes.merge': true,
  'classes.delete': true,
  'labels.set': true,
  'history.undo': true,
  'history.redo': true,
  'history.jump': true,
  'history.takeBack': true,
  'piles.name': true,
  'review.keepLabel': true,
  'review.refuse': true,
  'review.acceptTop': true,
  'classes.move': true,
  'imports.carryOut': true,
};

/** Whether this is the reply of such a call. */
const isOutcomeReply = (name: CallName, value: Output<CallName>): value is Outcome =>
  name in outcomeCalls && value !== undefined;

const isEvent = <K extends EventName>(
  event: EventMessage,
  name: K,
): event is EventMessage & { name: K; payload: Events[K] } => event.name === name;

/** The transport of this window; null in a desktop window whose preload has failed. */
export function connect(): Transport | null {
  if (window.whisker) return desktopTransport(window.whisker);
  return /^https?:$/.test(location.protocol) ? httpTransport() : null;
}

/** Main lives and dies with the window, so it can always be reached. */
function desktopTransport(bridge: WhiskerBridge): Transport {
  const { chooseFolder, chooseNetwork, showSaved, showExported, revealPhoto } = bridge;
  return {
    call: (name, input) => bridge.call(name, input),
    subscribe: (listener) => bridge.subscribe(listener),
    pathForFile: (file) => bridge.pathForFile(file),
    ...(chooseFolder ? { chooseFolder: (purpose) => chooseFolder(purpose) } : {}),
    ...(chooseNetwork ? { chooseNetwork: (kind) => chooseNetwork(kind) } : {}),
    ...(showSaved ? { showSaved: (number) => showSaved(number) } : {}),
    ...(showExported ? { showExported: () => showExported() } : {}),
    ...(revealPhoto ? { revealPhoto: (id, path) => revealPhoto(id, path) } : {}),
    watchConnection(listener) {
      listener('online');
      return () => {};
    },
  };
}

const unreachable: Failure = {
  code: 'internal',
  message: 'Whisker can’t be reached.',
  remedy: 'Check that it is still running where it was started.',
};

/**
 * POST /call/<name> with the input as JSON answers a Result; GET /events streams one EventMessage as JSON a message.
 */
export function httpTransport(base = ''): Transport {
  const listeners = new Set<(event: EventMessage) => void>();
  const watchers = new Set<(connection: Connection) => void>();
  let connection: Connection | null = null;

  const call = <K extends CallName>(name: K, input: Input<K>) => inLane(name, () => post(name, input));

  async function post<K extends CallName>(name: K, input: Input<K>): Promise<Result<Output<K>>> {
    let response: Response;
    try {
      response = await fetch(`${base}/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ...(input === undefined ? {} : { body: JSON.stringify(input) }),
      });
    } catch {
      return { ok: false, error: unreachable };
    }
    try {
      return await response.json();
    } catch {
      return { ok: false, error: refused(response.status) };
    }
  }

  listenToEvents(
    `${base}/events`,
    {
      event(message) {
        for (const listener of listeners) listener(message);
      },
      connection(now) {
        connection = now;
        for (const watcher of watchers) watcher(now);
      },
    },
    async () => {
      const answer = await call('app.info', undefined);
      return !answer.ok && answer.error.code === 'forbidden';
    },
  );

  return {
    call,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // A browser never tells a page where a dropped file lies.
    pathForFile: () => null,
    watchConnection(listener) {
      watchers.add(listener);
      if (connection !== null) listener(connection);
      return () => watchers.delete(listener);
    },
  };
}

function refused(status: number): Failure {
  if (status === 401 || status === 403) {
    return {
      code: 'forbidden',
      message: 'This page is no longer allowed to talk to Whisker.',
      remedy: 'Open the address that Whisker printed when it started.',
    };
  }
  return { code: 'internal', message: `Whisker gave an answer that can’t be read (HTTP ${status}).` };
}
