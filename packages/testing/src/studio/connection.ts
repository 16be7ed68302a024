import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The TCP connections between a page and the API, which a test can cut and refuse. */
export interface Connection {
  /** Port of the proxy on 127.0.0.1. */
  readonly port: number;
  /** Cuts all open connections; new ones are accepted. */
  cut(): void;
  /** Cuts all open connections and refuses new ones until `accept` is called. */
  refuse(): void;
  /** Cuts the open streams of live events; a new stream is accepted. */
  cutStreams(): void;
  /** Cuts the streams of live events and refuses new ones until `accept` is called; all other requests pass. */
  refuseStreams(): void;
  /** Accepts connections and streams again. */
  accept(): void;
}

/** The first line of a request for the stream of live events. */
const STREAM_REQUEST = /^GET \/api\/stream[ ?]/m;

/** Starts a TCP proxy before a server of 127.0.0.1 on a free port, and closes it when the test ends. */
export async function openConnection(upstreamPort: number): Promise<Connection> {
  const state: ProxyState = { upstreamPort, sockets: new Set(), streams: new Set(), refused: 'none' };
  const server = createServer((socket) => forwardSocket(state, socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => closeServer(server, state));
  const set = (refused: ProxyState['refused'], cut: ReadonlySet<Socket>): void => {
    state.refused = refused;
    for (const socket of cut) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => set(state.refused, state.sockets),
    refuse: () => set('all', state.sockets),
    cutStreams: () => set(state.refused, state.streams),
    refuseStreams: () => set('streams', state.streams),
    accept: () => set('none', new Set()),
  };
}

interface ProxyState {
  readonly upstreamPort: number;
  /** Open connections of pages. */
  readonly sockets: Set<Socket>;
  /** Those whose last request was one for live events. */
  readonly streams: Set<Socket>;
  refused: 'none' | 'streams' | 'all';
}

/** Every request of a page is sent as a whole, so that its first line is at the start of a chunk. */
function forwardSocket(state: ProxyState, socket: Socket): void {
  if (state.refused === 'all') return void socket.destroy();
  const upstream = connect(state.upstreamPort, '127.0.0.1');
  state.sockets.add(socket);
  socket.on('data', (chunk) => {
    if (!STREAM_REQUEST.test(chunk.toString('latin1'))) return;
    state.streams.add(socket);
    if (state.refused === 'streams') socket.destroy();
  });
  socket.on('error', ignoreError).once('close', () => {
    state.sockets.delete(socket);
    state.streams.delete(socket);
    upstream.destroy();
  });
  upstream.on('error', ignoreError).once('close', () => socket.destroy());
  socket.pipe(upstream).pipe(socket);
}

/** Both ends are closed after an error. */
function ignoreError(): void {}

async function closeServer(server: Server, { sockets }: ProxyState): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}
