import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect, createApi, httpTransport, type Transport } from '../../src/renderer/api.ts';
import type { Connection } from '../../src/renderer/event-stream.ts';
import type { EventMessage, WhiskerBridge } from '../../src/shared/contract.ts';
import type { Outcome } from '../../src/shared/outcome.ts';
import type { ClassId, Counts, PhotoId, RunId } from '../../src/shared/types.ts';
import { createFakeBridge, nextOutcome } from './fake-bridge.ts';

/** A browser's EventSource as far as the transport uses it. */
class Stream {
  static readonly CLOSED = 2;
  static opened: Stream[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    Stream.opened.push(this);
  }
}

/** A browser's BroadcastChannel and lock, delivered at once; test/e2e/many-tabs.test.ts has the real ones. */
class Channel {
  static pages: Channel[] = [];
  onmessage: ((message: { data: unknown }) => void) | null = null;
  constructor() {
    Channel.pages.push(this);
  }
  postMessage(data: unknown) {
    for (const page of Channel.pages) if (page !== this) page.onmessage?.({ data });
  }
}
/** The works of pages that wait for the lock, the holder's first. */
let holders: (() => void)[] = [];
const locks = {
  request(_name: string, work: () => Promise<never>) {
    const lead = () => void work();
    if (holders.push(lead) === 1) lead();
    return new Promise(() => {});
  },
};
/** What the browser does when the tab that leads is closed. */
function closeLeader() {
  Channel.pages.shift();
  holders.shift();
  holders[0]?.();
}

const fetching = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
const idle: EventMessage = { name: 'training.state', payload: { status: 'idle' } };

beforeEach(() => {
  Stream.opened = [];
  fetching.mockReset();
  Channel.pages = [];
  holders = [];
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('BroadcastChannel', Channel);
  vi.stubGlobal('navigator', { locks });
  vi.stubGlobal('fetch', fetching);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  delete window.whisker;
});

describe('calls over HTTP', () => {
  it('posts the input as JSON and returns the Result', async () => {
    fetching.mockResolvedValue(Response.json({ ok: true, value: [] }));
    const result = await httpTransport().call('folders.list', { path: '/a' });
    expect(result).toEqual({ ok: true, value: [] });
    expect(fetching).toHaveBeenCalledWith('/call/folders.list', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"path":"/a"}',
    });
  });

  it('posts an empty body for a call without input', async () => {
    fetching.mockResolvedValue(Response.json({ ok: true, value: null }));
    await httpTransport().call('library.state', undefined);
    expect(fetching.mock.calls[0]![1]).not.toHaveProperty('body');
  });

  it('says that Whisker can’t be reached when it can’t', async () => {
    fetching.mockRejectedValue(new TypeError('Failed to fetch'));
    const result = await httpTransport().call('app.info', undefined);
    expect(result).toMatchObject({
      ok: false,
      error: { message: 'Whisker can’t be reached.', remedy: expect.any(String) },
    });
  });

  it('passes a refusal on in its own words, and has words for one without', async () => {
    const refusal = { ok: false, error: { code: 'forbidden', message: 'No cookie.' } };
    fetching.mockResolvedValueOnce(Response.json(refusal, { status: 401 }));
    fetching.mockResolvedValueOnce(new Response('nope', { status: 403 }));
    fetching.mockResolvedValueOnce(new Response('<h1>', { status: 502 }));
    const transport = httpTransport();
    expect(await transport.call('app.info', undefined)).toEqual(refusal);
    expect(await transport.call('app.info', undefined)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await transport.call('app.info', undefined)).toMatchObject({
      error: { message: expect.stringContaining('502') },
    });
  });
});

describe('events over HTTP', () => {
  it('hands every message to every listener until it unsubscribes', () => {
    const transport = httpTransport();
    const heard: EventMessage[] = [];
    const end = transport.subscribe((event) => heard.push(event));
    Stream.opened[0]!.onmessage?.({ data: JSON.stringify(idle) });
    end();
    Stream.opened[0]!.onmessage?.({ data: JSON.stringify(idle) });
    expect(heard).toEqual([idle]);
  });

  it('tells when the connection comes and goes, once for each change', () => {
    const transport = httpTransport();
    const seen: Connection[] = [];
    transport.watchConnection((connection) => seen.push(connection));
    const stream = Stream.opened[0]!;
    stream.onopen?.();
    stream.onerror?.();
    stream.onerror?.();
    stream.onopen?.();
    expect(seen).toEqual(['online', 'lost', 'online']);
  });

  it('opens a new stream when the browser has given the old one up, and says when main refuses it', async () => {
    vi.useFakeTimers();
    fetching.mockResolvedValue(Response.json({ ok: false, error: { code: 'forbidden', message: 'No cookie.' } }));
    const seen: Connection[] = [];
    httpTransport().watchConnection((connection) => seen.push(connection));
    const stream = Stream.opened[0]!;
    stream.onerror?.();
    vi.advanceTimersByTime(5_000);
    expect(Stream.opened).toHaveLength(1);
    stream.readyState = Stream.CLOSED;
    stream.onerror?.();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(Stream.opened).toHaveLength(2);
    expect(seen).toEqual(['lost', 'refused']);
  });
});

describe('events in several tabs', () => {
  function twoTabs() {
    const tabs = [0, 1].map(() => {
      const seen: (Connection | EventMessage)[] = [];
      const transport = httpTransport();
      transport.watchConnection((connection) => seen.push(connection));
      transport.subscribe((event) => seen.push(event));
      return seen;
    });
    return { seen: tabs, stream: () => Stream.opened.at(-1)! };
  }

  it('come over one stream and are heard in each', () => {
    const { seen, stream } = twoTabs();
    stream().onopen?.();
    stream().onmessage?.({ data: JSON.stringify(idle) });
    stream().onerror?.();
    expect(Stream.opened).toHaveLength(1);
    expect(seen).toEqual([
      ['online', idle, 'lost'],
      ['online', idle, 'lost'],
    ]);
  });

  it('a tab that comes later is told how things stand, without a word to the others', () => {
    const { seen, stream } = twoTabs();
    stream().onopen?.();
    const late: Connection[] = [];
    httpTransport().watchConnection((connection) => late.push(connection));
    expect(late).toEqual(['online']);
    expect(seen).toEqual([['online'], ['online']]);
  });

  it('another tab takes over when the one with the stream is closed, and tells that something may be missed', () => {
    const { seen, stream } = twoTabs();
    stream().onopen?.();
    closeLeader();
    expect(Stream.opened).toHaveLength(2);
    stream().onopen?.();
    stream().onmessage?.({ data: JSON.stringify(idle) });
    expect(seen[1]).toEqual(['online', 'online', idle]);
  });
});

function connected(): Transport {
  const transport = connect();
  if (!transport) throw new Error('There is no transport.');
  return transport;
}

describe('the transport of a window', () => {
  it('is the desktop’s bridge where there is one, and always online', async () => {
    const bridge: WhiskerBridge = createFakeBridge({ host: 'desktop' });
    window.whisker = bridge;
    const transport = connected();
    const seen: Connection[] = [];
    transport.watchConnection((connection) => seen.push(connection));
    expect(seen).toEqual(['online']);
    expect(await transport.chooseFolder?.('open')).toBe('/home/ada/Pictures/Harbour');
    expect(await transport.call('app.info', undefined)).toMatchObject({ ok: true });
    expect(Stream.opened).toHaveLength(0);
  });

  it('is HTTP in a browser, without a folder dialog and without the paths of dropped files', () => {
    vi.stubGlobal('location', new URL('http://127.0.0.1:4000/'));
    const transport = connected();
    expect(transport.chooseFolder).toBeUndefined();
    expect(transport.pathForFile(new File([], 'Cats'))).toBeNull();
  });
});

describe('in a desktop window whose preload has failed', () => {
  it('there is no transport, and nothing is asked of anybody', () => {
    vi.stubGlobal('location', new URL('app://whisker/'));
    expect(connect()).toBeNull();
    expect([Stream.opened.length, fetching.mock.calls.length]).toEqual([0, 0]);
  });
});

describe('the api', () => {
  it('returns the value, or throws what main said', async () => {
    const api = createApi(createFakeBridge());
    expect(await api.call('app.info')).toMatchObject({ version: '0.1.0' });
    await expect(api.call('library.open', { folder: '/missing' })).rejects.toMatchObject({
      code: 'folder-unavailable',
      message: '/missing can’t be found.',
      remedy: 'Check that the drive is connected.',
    });
  });

  it('hears the events it asked for, and no others', () => {
    const fake = createFakeBridge();
    const api = createApi(fake);
    const heard = vi.fn();
    const end = api.on('photos.removed', heard);
    fake.emit('training.state', { status: 'idle' });
    fake.emit('photos.removed', { ids: [] });
    end();
    fake.emit('photos.removed', { ids: [] });
    expect(heard.mock.calls).toEqual([[{ ids: [] }]]);
  });

  it('lets events wait for a whole state that was asked for before they came', async () => {
    const order: string[] = [];
    const fake = createFakeBridge({
      handlers: {
        'library.state': () => {
          fake.emit('training.state', { status: 'idle' });
          return null;
        },
      },
    });
    const api = createApi(fake);
    api.on('training.state', () => order.push('event'));
    await api.snapshot('library.state', undefined, () => order.push('state'));
    expect(order).toEqual(['state', 'event']);
  });

  it('lets the events go when the state can’t be had', async () => {
    const heard = vi.fn();
    const fake = createFakeBridge({
      handlers: {
        'library.state': () => {
          fake.emit('training.state', { status: 'idle' });
          throw new Error('No.');
        },
      },
    });
    const api = createApi(fake);
    api.on('training.state', heard);
    await expect(api.snapshot('library.state', undefined, () => {})).rejects.toThrow('No.');
    expect(heard).toHaveBeenCalledOnce();
  });
});

describe('outcomes of actions', () => {
  /** A fake main that answers `labels.set` and tells its events only when asked to. */
  function lateMain() {
    const fake = createFakeBridge({ photos: 4, classes: ['Cat', 'Dog'] });
    const waiting: EventMessage[] = [];
    let hear: (event: EventMessage) => void = () => {};
    fake.subscribe((event) => waiting.push(event));
    const api = createApi({
      ...fake,
      subscribe(listener) {
        hear = listener;
        return () => {};
      },
    });
    const set = (photo: number, label: number) =>
      api.call('labels.set', {
        photoIds: [photo as PhotoId],
        label: label as ClassId,
        source: 'person',
        chosen: 'hand',
      });
    const told: { ids: number[]; labels: number[]; undo: string | null }[] = [];
    api.on('labels.changed', ({ ids, labels, undo }) => told.push({ ids, labels, undo: undo.undo }));
    return { fake, set, told, waiting, hear: (event: EventMessage) => hear(event) };
  }

  it('are told once, with the reply, although their event comes too', async () => {
    const { set, told, waiting, hear } = lateMain();
    await set(1, 1);
    const once = [{ ids: [1], labels: [1], undo: 'Label 1 photo as Cat' }];
    expect(told).toEqual(once);
    waiting.forEach(hear);
    expect(told).toEqual(once);
  });

  it('are told with the reply by each call that answers with one', async () => {
    const { fake } = lateMain();
    const ids = [1, 2] as PhotoId[];
    const outcome: Outcome = {
      ...{ number: nextOutcome(), ids, labels: [1, 1], classes: null, refusals: [], keeps: [] },
      ...{ counts: {} as Counts, undo: { undo: 'Accept 2 photos as Cat', redo: null } },
    };
    const api = createApi({
      ...fake,
      call: (async () => ({ ok: true, value: outcome })) as unknown as typeof fake.call,
      subscribe: () => () => {},
    });
    const told: PhotoId[][] = [];
    api.on('labels.changed', (news) => told.push(news.ids));
    await api.call('review.acceptTop', { runId: 1 as RunId, classId: 1 as ClassId, count: 2 });
    expect(told).toEqual([ids]);
  });

  it('that come late say nothing of photos that a newer one spoke of, and bring no older undo', async () => {
    const { fake, set, told, waiting, hear } = lateMain();
    const elsewhere = { photoIds: [1, 2] as PhotoId[], label: 1 as ClassId, source: 'person', chosen: 'hand' } as const;
    await fake.call('labels.set', elsewhere);
    await set(1, 2);
    waiting.forEach(hear);
    expect(told).toEqual([
      { ids: [1], labels: [2], undo: 'Label 1 photo as Dog' },
      { ids: [2], labels: [1], undo: 'Label 1 photo as Dog' },
    ]);
  });
});
