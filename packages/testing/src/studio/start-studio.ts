import { afterAll, beforeAll } from 'vitest';
import { useBrowser } from '../browser/index.ts';
import { openStudioPage, type PageOptions, type StudioPage } from './studio-page.ts';
import { openStudioSystem, STUDIO_KEYS, type StudioOptions, type StudioSystem } from './system.ts';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it expects and fails without them
  readonly body: any;
}

/** The studio of a test file: a real system that serves it, and a real browser. */
export interface Studio {
  /** The system; available in tests and hooks. */
  readonly system: StudioSystem;
  /** Opens a path of the studio in a browser of its own, which is closed when the test ends. */
  open(path: string, options?: PageOptions): Promise<StudioPage>;
  /** Calls the API with the admin key, without the browser. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
}

/**
 * Declares the studio of a test file: API, dispatcher, reconciler, simulator, Redis and a painted catalogue start before the
 * first test and close after the last one. The tests of the file share them; a test therefore trains an actor of its own.
 */
export function startStudio(options: StudioOptions = {}): Studio {
  const browser = useBrowser();
  let started: Awaited<ReturnType<typeof openStudioSystem>> | undefined;
  beforeAll(async () => {
    started = await openStudioSystem(options);
  });
  afterAll(() => started?.close());
  const getSystem = (): StudioSystem => {
    if (started === undefined) throw new Error('The studio starts before the first test of the file');
    return started;
  };
  return {
    get system() {
      return getSystem();
    },
    open: (path, page) => openStudioPage({ browser, system: getSystem() }, path, page),
    call: (method, path, body) => callApi(`${getSystem().url}${path}`, method, body),
  };
}

async function callApi(url: string, method: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${STUDIO_KEYS.admin}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}
