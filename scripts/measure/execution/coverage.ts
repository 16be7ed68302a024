import { retry } from './processes.ts';

/** Connection to the inspector of one process. */
export interface CoverageProbe {
  /** Paths below `root` of the files that executed a function since the last call. */
  take(root: string): Promise<readonly string[]>;
  close(): void;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
  }[];
}

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
}

function createCaller(socket: WebSocket) {
  const open = new Map<number, (result: unknown) => void>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result } = JSON.parse(String(data)) as Reply;
    open.get(id)?.(result);
    open.delete(id);
  });
  return (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve) => {
      lastId += 1;
      open.set(lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
}

/** The body of the module counts as start-up; a file counts when it executed a function. */
function hasExecuted({ functions }: ScriptCoverage): boolean {
  return functions.some(({ functionName, ranges: [range] }) => {
    const isModule = functionName === '' && range?.startOffset === 0;
    return !isModule && (range?.count ?? 0) > 0;
  });
}

/** Starts precise coverage in the process behind this inspector address. */
export async function openProbe(inspectorUrl: string): Promise<CoverageProbe> {
  const [target] = await retry(async () => {
    const response = await fetch(`${inspectorUrl}/json`);
    return (await response.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
  });
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error(`${inspectorUrl} refused the inspector`)));
  });
  const call = createCaller(socket);
  await call('Profiler.enable');
  await call('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return {
    take: async (root) => {
      const { result } = (await call('Profiler.takePreciseCoverage')) as {
        result: readonly ScriptCoverage[];
      };
      const prefix = `file://${root}/`;
      return result
        .filter(({ url }) => url.startsWith(prefix) && !url.includes('/node_modules/'))
        .filter(hasExecuted)
        .map(({ url }) => url.slice(prefix.length));
    },
    close: () => socket.close(),
  };
}
