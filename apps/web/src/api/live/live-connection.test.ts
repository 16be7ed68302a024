import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkState } from './link-state.ts';
import { openConnection, type SourceListener } from './live-connection.ts';

/** A window whose streams, visibility and network the test controls. */
function openWindow() {
  const sources: { listener: SourceListener; closed: boolean }[] = [];
  const links: LinkState['kind'][] = [];
  const calls = { refetched: [] as string[], refused: 0 };
  const window = { visible: true, online: true };
  const connection = openConnection({
    openSource: (listener) => {
      const source = { listener, closed: false };
      sources.push(source);
      const close = (): void => {
        source.closed = true;
      };
      return { close };
    },
    isVisible: () => window.visible,
    isOnline: () => window.online,
    random: () => 1,
    setLinkState: (kind) => void (links.at(-1) !== kind && links.push(kind)),
    refetch: (which) => void calls.refetched.push(which),
    onRefused: () => {
      calls.refused += 1;
    },
  });
  const last = () => sources.at(-1)!;
  return {
    ...{ sources, links, calls, connection, last },
    ready: (resumed = false) => last().listener.onReady(resumed),
    fail: (closed: boolean) => last().listener.onError(closed),
    show: (visible: boolean) => {
      window.visible = visible;
      connection.visibilityChanged();
    },
    connect: (online: boolean) => {
      window.online = online;
      connection.onlineChanged();
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the stream of a window', () => {
  it('loads again only what was loaded before it was ready', () => {
    const { ready, calls, links } = openWindow();
    ready();
    expect([calls.refetched, links]).toEqual([['loaded'], ['live']]);
  });

  it('resumes after a drop without loading anything again', () => {
    const { ready, fail, calls, links, sources } = openWindow();
    ready();
    fail(false);
    ready(true);
    expect(sources).toHaveLength(1);
    expect(calls.refetched).toEqual(['loaded']);
    expect(links).toEqual(['live', 'reconnecting', 'live']);
    vi.advanceTimersByTime(60_000);
    expect(calls.refetched).toEqual(['loaded']);
  });

  it('loads everything again after a drop that it could not resume', () => {
    const { ready, fail, calls } = openWindow();
    ready();
    fail(false);
    ready(false);
    expect(calls.refetched).toEqual(['loaded', 'all']);
  });

  it('closes 30 s after the window was hidden, and opens with fresh data when it is shown', () => {
    const { ready, show, sources, calls, last } = openWindow();
    ready();
    show(false);
    vi.advanceTimersByTime(29_999);
    expect(last().closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(last().closed).toBe(true);
    vi.advanceTimersByTime(600_000);
    expect([sources.length, calls.refetched.length]).toEqual([1, 1]);
    show(true);
    ready();
    expect([sources.length, calls.refetched.at(-1)]).toEqual([2, 'all']);
  });

  it('stays open when the window is shown again within 30 s', () => {
    const { ready, show, sources } = openWindow();
    ready();
    show(false);
    vi.advanceTimersByTime(20_000);
    show(true);
    vi.advanceTimersByTime(60_000);
    expect([sources.length, sources[0]!.closed]).toEqual([1, false]);
  });
});

describe('a refused stream', () => {
  it('is opened again after 1 to 30 s without limit, and asks for the session each time', () => {
    const { ready, fail, sources, calls } = openWindow();
    ready();
    const delays: number[] = [];
    for (let times = 0; times < 12; times += 1) {
      fail(true);
      const before = sources.length;
      let ms = 0;
      while (sources.length === before) {
        vi.advanceTimersByTime(500);
        ms += 500;
      }
      delays.push(ms);
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, ...Array(7).fill(30_000)]);
    expect(calls.refused).toBe(12);
    ready();
    fail(true);
    vi.advanceTimersByTime(1_000);
    expect(sources).toHaveLength(14);
  });

  it('is replaced by a poll every 10 s from 15 s on while the window is visible, until it is live again', () => {
    const { ready, fail, calls, links, show } = openWindow();
    ready();
    calls.refetched.length = 0;
    fail(false);
    vi.advanceTimersByTime(14_999);
    expect(calls.refetched).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(20_000);
    expect([calls.refetched.length, links.at(-1)]).toEqual([3, 'polling']);
    show(false);
    vi.advanceTimersByTime(30_000);
    const polled = calls.refetched.length;
    vi.advanceTimersByTime(600_000);
    expect(calls.refetched).toHaveLength(polled);
    show(true);
    ready();
    vi.advanceTimersByTime(60_000);
    expect([calls.refetched.length, links.at(-1)]).toEqual([polled + 1, 'live']);
  });
});

describe('a window without network', () => {
  it('is offline at once, sends nothing, and opens the stream with fresh data when the network returns', () => {
    const { ready, connect, sources, calls, links, last } = openWindow();
    ready();
    connect(false);
    expect([links.at(-1), last().closed]).toEqual(['offline', true]);
    vi.advanceTimersByTime(600_000);
    expect([sources.length, calls.refetched.length]).toEqual([1, 1]);
    connect(true);
    ready();
    expect([sources.length, calls.refetched.at(-1), links.at(-1)]).toEqual([2, 'all', 'live']);
  });
});
