import {
  type PreviewView,
  previewSchema,
  type TrainingDetail,
  type TrainingRequestBody,
  type TrainingStartResponse,
  type TrainingView,
  trainingDetailSchema,
  trainingStartResponseSchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { Subject } from '@trainyard/domain';
import { type Connection, createConnection } from './connection.ts';
import { type ActorStartRequest, type StartRequest, type StyleStartRequest, toStartBody } from './start.ts';
import { type WatchOptions, watch } from './watch.ts';

/** Address of the server and API key of the caller. */
export interface TrainyardClientOptions {
  /** URL without a path, for example `https://trainyard.example`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
}

/** Typed client of the HTTP API. Every method throws UnreachableError, RefusedError or UnexpectedResponseError. */
export interface TrainyardClient {
  /**
   * Creates the training of a style by the legacy API, as `train_style` did. Throws AmbiguousNameError for an id with
   * underscores.
   */
  trainStyle(request: StyleStartRequest): Promise<TrainingStartResponse>;
  /**
   * Creates the training of an actor by the legacy API, as `train_actor` did. Throws AmbiguousNameError for an id with
   * underscores.
   */
  trainActor(request: ActorStartRequest): Promise<TrainingStartResponse>;
  /** Creates a training with all options. With an idempotency key the request is safe to repeat. */
  enqueue(request: TrainingRequestBody, idempotencyKey?: string): Promise<TrainingView>;
  /** Returns the request as it would be sent, with its estimate, without creating a training. */
  preview(request: TrainingRequestBody): Promise<PreviewView>;
  /** Gets a training with its frozen inputs. */
  getTraining(id: string): Promise<TrainingDetail>;
  /** Requests the cancellation of a training. It is cancelled once RunPod confirms the end of its run. */
  cancel(id: string): Promise<TrainingView>;
  /** Creates a new training with the inputs of an ended one. */
  retry(id: string, idempotencyKey?: string): Promise<TrainingView>;
  /** Yields the training after each change until it has ended. */
  watch(id: string, choices?: WatchOptions): AsyncGenerator<TrainingDetail, void, void>;
  /** Calls any other route: a path, and the schema of its response from `@trainyard/contracts`. */
  readonly request: Connection['request'];
}

/** Creates a client of the HTTP API. It sends no request before its first call. */
export function createTrainyardClient({ baseUrl, apiKey }: TrainyardClientOptions): TrainyardClient {
  const url = baseUrl.replace(/\/+$/, '');
  const connection = createConnection({ url, ...(apiKey !== undefined && { apiKey }) });
  const { request } = connection;
  return {
    request,
    trainStyle: (startRequest) =>
      startTraining(connection, { kind: 'style', id: startRequest.styleId }, startRequest),
    trainActor: (startRequest) =>
      startTraining(connection, { kind: 'actor', id: startRequest.actorId }, startRequest),
    enqueue: (body, key) =>
      request('/api/trainings', trainingViewSchema, { method: 'POST', body, ...toKeyOption(key) }),
    preview: (body) => request('/api/trainings/preview', previewSchema, { method: 'POST', body }),
    getTraining: (id) => request(toTrainingPath(id), trainingDetailSchema),
    cancel: (id) => request(toTrainingPath(id, '/cancel'), trainingViewSchema, { method: 'POST', body: {} }),
    retry: (id, key) =>
      request(toTrainingPath(id, '/retry'), trainingViewSchema, {
        method: 'POST',
        body: {},
        ...toKeyOption(key),
      }),
    watch: (id, choices) => watch(connection, id, choices),
  };
}

function startTraining(
  { request }: Connection,
  subject: Subject,
  startRequest: StartRequest,
): Promise<TrainingStartResponse> {
  return request('/api/training/start', trainingStartResponseSchema, {
    method: 'POST',
    body: toStartBody(subject, startRequest),
  });
}

function toTrainingPath(id: string, action = ''): string {
  return `/api/trainings/${encodeURIComponent(id)}${action}`;
}
function toKeyOption(idempotencyKey: string | undefined) {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}
