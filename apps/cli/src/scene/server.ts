import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from '@trainyard/client';
import { type TrainingRequestBody, type TrainingView, trainingDetailSchema } from '@trainyard/contracts';
import { z } from 'zod';

/** Calls of the API that the scene is made of. */
export interface SceneServer {
  /** Creates a training. @returns its id */
  train(body: TrainingRequestBody): Promise<string>;
  load(id: string): Promise<TrainingView>;
  /** Waits until the training satisfies the condition. Throws Error when it does not within 60 s. */
  waitFor(id: string, condition: (training: TrainingView) => boolean): Promise<TrainingView>;
  /** Sends any other request. */
  send<S extends z.ZodType>(call: Call<S>): Promise<z.output<S>>;
}

interface Call<S extends z.ZodType> {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
  readonly schema: S;
}

const WAIT_TIMEOUT_MS = 60_000;
/** A minute of the past lasts 100 ms. */
const POLL_INTERVAL_MS = 15;

/** Creates the calls on the API of the scene. */
export function createSceneServer(url: string): SceneServer {
  const server = createConnection({ url });
  const load = (id: string) => server.request(`/api/trainings/${id}`, trainingDetailSchema);
  return {
    load,
    train: async (body) => {
      const schema = z.object({ id: z.string() });
      return (await server.request('/api/trainings', schema, { method: 'POST', body })).id;
    },
    waitFor: (id, condition) => waitFor(server, () => load(id), condition),
    send: ({ method, path, body, schema }) => server.request(path, schema, { method, body }),
  };
}

async function waitFor(
  { url }: Connection,
  load: () => Promise<TrainingView>,
  condition: (training: TrainingView) => boolean,
): Promise<TrainingView> {
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  for (;;) {
    const training = await load();
    if (condition(training)) return training;
    if (performance.now() > deadline)
      throw new Error(`${url}/api/trainings/${training.id} is still ${training.status} after 60 s`);
    await sleep(POLL_INTERVAL_MS);
  }
}
