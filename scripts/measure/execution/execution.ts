import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type CoverageProbe, openProbe } from './coverage.ts';
import { type MeasuredSystem, startSystem } from './processes.ts';

/** Path of the simulator and prefix of its settings, in this layout and in that of 0.1. */
const SIMULATORS = [
  { main: 'tools/runpod-simulator/src/main.ts', prefix: 'SIMULATOR' },
  { main: 'apps/runpod-stand-in/src/main.ts', prefix: 'STAND_IN' },
] as const;

const IDLE_MS = 5_000;
const IMAGES = ['a', 'b', 'c', 'd', 'e', 'f'];

interface FolderStore {
  /** `s3://` address of a key; `uriOf` in 0.1. */
  toUri?(key: string): string;
  uriOf?(key: string): string;
  put(key: string, body: Uint8Array | string, options: object): Promise<unknown>;
  close(): Promise<void>;
}

async function writeImages(root: string, { storeUrl }: MeasuredSystem): Promise<readonly string[]> {
  const module = await import(pathToFileURL(join(root, 'packages/storage/src/index.ts')).href);
  const store = (await module.openObjectStore(storeUrl, { s3: {} })) as FolderStore;
  for (const name of IMAGES) {
    await store.put(`images/${name}.png`, new Uint8Array(4_000).fill(name.charCodeAt(0)), {});
    await store.put(`images/${name}.txt`, `anna by the sea, ${name}`, {});
  }
  await store.close();
  return IMAGES.map((name) => {
    const key = `images/${name}.png`;
    return store.toUri?.(key) ?? store.uriOf?.(key) ?? key;
  });
}

/** Creates a training and waits for its end. Throws Error unless it completes. */
async function runTraining(root: string, system: MeasuredSystem): Promise<void> {
  const images = await writeImages(root, system);
  const body = { kind: 'actor', subject_id: 'anna', trigger: 'anna', images };
  const response = await fetch(`${system.apiUrl}/api/trainings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const training = (await response.json()) as { readonly id: string; readonly status: string };
  if (response.status !== 202) throw new Error(`${response.status}: ${JSON.stringify(training)}`);
  for (let status = training.status; status !== 'completed'; ) {
    if (['failed', 'cancelled', 'timed_out'].includes(status)) throw new Error(`the training is ${status}`);
    await wait(500);
    const answer = await fetch(`${system.apiUrl}/api/trainings/${training.id}`);
    status = ((await answer.json()) as { readonly status: string }).status;
  }
  // Deliveries and the backup follow the end.
  await wait(1_500);
}

async function takeAll(probes: readonly CoverageProbe[], root: string): Promise<ReadonlySet<string>> {
  const files = await Promise.all(probes.map((probe) => probe.take(root)));
  return new Set(files.flat());
}

/**
 * Lists the files of `apps` and `packages` that execute a function in API, dispatcher or reconciler while one training
 * runs from its POST to its manifest. Start-up is subtracted; periodic work that runs meanwhile is included.
 */
export async function listExecutedFiles(root: string): Promise<readonly string[]> {
  const simulator = SIMULATORS.find(({ main }) => existsSync(join(root, main)));
  if (!simulator) throw new Error(`${root} has no simulator`);
  const system = await startSystem(root, simulator);
  try {
    const probes = await Promise.all([...system.inspectors.values()].map(openProbe));
    await wait(IDLE_MS);
    await takeAll(probes, root);
    await runTraining(root, system);
    const files = await takeAll(probes, root);
    for (const probe of probes) probe.close();
    return [...files].filter((path) => /^(apps|packages)\//.test(path)).sort();
  } finally {
    await system.close();
  }
}
