import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMemoryObjectStore, type ObjectStore, type Submission } from '@trainyard/application';
import { loadWorkflowTemplate, type NodeInputs, type Workflow } from '@trainyard/comfyui';
import { createRunPodProvider } from '@trainyard/runpod';
import { expect, onTestFinished, vi } from 'vitest';
import { createSimulator, type SimulatorOptions } from '../src/index.ts';

/** API key that the simulator accepts by default. */
export const KEY = 'simulator-key';

/** Id of the endpoint in submissions. */
export const ENDPOINT = 'ep1';

/** An object store with three captioned images of an actor under `actors/0000`. */
async function createStoreWithImages(): Promise<ObjectStore> {
  const store = createMemoryObjectStore();
  for (const stem of ['a', 'b', 'c']) {
    await store.put(`actors/0000/${stem}.png`, 'an image');
    await store.put(`actors/0000/${stem}.txt`, `a portrait of actor_0000, ${stem}`);
  }
  return store;
}

/** Starts a simulator in which a run takes about 0.2 s, and closes it when the test ends. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}) {
  const store = options.store ?? (await createStoreWithImages());
  const simulator = createSimulator({
    timeScale: 1 / 1_000,
    coldStartMs: 50_000,
    pace: { durationMs: 200_000 },
    ...options,
    store,
  });
  const baseUrl = await simulator.listen();
  onTestFinished(() => simulator.close());
  const provider = createRunPodProvider({ apiKey: KEY, baseUrl, timeoutMs: 10_000 });
  const origin = baseUrl.replace(/\/v2$/, '');
  return { simulator, store, baseUrl, origin, provider };
}

/** Calls the HTTP API directly, without a client. */
export async function callApi(baseUrl: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${baseUrl}/${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { httpStatus: response.status, headers: response.headers, text, json: parseJson(text) };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Builds a workflow from the template with changed inputs. */
export async function buildWorkflow(changes: NodeInputs = {}): Promise<Workflow> {
  const template = await loadWorkflowTemplate();
  return Object.fromEntries(
    Object.entries(template.workflow).map(([id, node]) => [
      id,
      { ...node, inputs: { ...node.inputs, ...changes[id] } },
    ]),
  );
}

/** Parts of a submission that a test sets; the others have defaults. */
export interface TrainingOptions {
  readonly id?: string;
  readonly attempt?: number;
  readonly workflow?: unknown;
  readonly webhookUrl?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly s3Urls?: readonly string[];
  readonly executionTimeoutMs?: number;
  readonly ttlMs?: number;
}

/** Builds the submission of a training of actor 0000 in the format of the dispatcher. */
export async function buildSubmission(
  store: ObjectStore,
  training: TrainingOptions = {},
): Promise<Submission> {
  const { id = 't1', attempt = 1 } = training;
  const names = ['a', 'b', 'c'].flatMap((stem) => [`${stem}.png`, `${stem}.txt`]);
  return {
    endpointId: ENDPOINT,
    input: {
      workflow: training.workflow ?? (await buildWorkflow()),
      training_data: { s3_urls: training.s3Urls ?? names.map((name) => store.toUri(`actors/0000/${name}`)) },
      training_config: {
        mode: 'custom-actors',
        user_id: 'actor_maker_user',
        tenant_id: 'actor_maker',
        request_id: '0000_1234567890',
        model_name: 'actor_0000_V1',
        learning_rate: 4e-4,
        max_train_steps: 2000,
        training_id: id,
        attempt,
        output_key: `loras/${id}/${attempt}.safetensors`,
        ...training.config,
      },
    },
    ...(training.webhookUrl === undefined ? {} : { webhookUrl: training.webhookUrl }),
    executionTimeoutMs: training.executionTimeoutMs ?? 7_200_000,
    ttlMs: training.ttlMs ?? 30_600_000,
  };
}

/** Repeats the assertion every 5 ms for up to 30 s. Throws its last error. */
export function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(assertion, { timeout: 30_000, interval: 5 });
}

type SimulatorUnderTest = Awaited<ReturnType<typeof startSimulator>>;

/** Submits a run and returns its id. Throws when the submission is not accepted. */
export async function submitRun(
  { provider, store }: SimulatorUnderTest,
  training: TrainingOptions = {},
): Promise<string> {
  const answer = await provider.submit(await buildSubmission(store, training));
  if (answer.kind !== 'accepted')
    throw new Error(`The submission was not accepted: ${JSON.stringify(answer)}`);
  return answer.runId;
}

/** Waits for the end of a run and returns its outcome. */
export function waitForOutcome({ provider }: SimulatorUnderTest, runId: string) {
  return eventually(async () => {
    const seen = await provider.observe(ENDPOINT, runId);
    if (seen.kind !== 'ended') throw new Error(`The run has not ended: ${JSON.stringify(seen)}`);
    return seen.outcome;
  });
}

/** Waits until a worker executes the run. */
export function waitUntilRunning({ provider }: SimulatorUnderTest, runId: string) {
  return eventually(async () => {
    expect(await provider.observe(ENDPOINT, runId)).toMatchObject({ kind: 'live', phase: 'in_progress' });
  });
}

/** Starts a server that records webhooks and answers them with `httpStatus`. */
export async function startReceiver(httpStatus = 200) {
  const received: { at: number; body: Record<string, unknown> }[] = [];
  const server: Server = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      received.push({ at: Date.now(), body: parseJson(text) });
      response.writeHead(httpStatus).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook?token=the-token`;
  return { url, received };
}
