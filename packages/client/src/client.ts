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

/** Where Trainyard is, and the key it knows the caller by. */
export interface TrainyardClientOptions {
  /** E.g. `https://trainyard.example`, without a path. */
  readonly baseUrl: string;
  readonly apiKey?: string;
}

/** Trainyard for other programs. Every method throws UnreachableError, RefusedError or StrangeAnswerError. */
export interface TrainyardClient {
  /** Asks for a training of a style (seed 000, `train_style`). */
  trainStyle(request: StyleStartRequest): Promise<TrainingStartResponse>;
  /** Asks for a training of an actor (seed 000, `train_actor`). */
  trainActor(request: ActorStartRequest): Promise<TrainingStartResponse>;
  /** Asks for a training with everything that can be said of one (SPEC §5.1). */
  enqueue(request: TrainingRequestBody, idempotencyKey?: string): Promise<TrainingView>;
  /** What would be sent, and what it would take; nothing is enqueued. */
  preview(request: TrainingRequestBody): Promise<PreviewView>;
  getTraining(id: string): Promise<TrainingDetail>;
  cancel(id: string): Promise<TrainingView>;
  retry(id: string, idempotencyKey?: string): Promise<TrainingView>;
  /** Tells of a training whenever it changed, until its end. */
  watch(id: string, choices?: WatchOptions): AsyncGenerator<TrainingDetail, void, void>;
  /** For all other routes: any path, with the schema of its answer from `@trainyard/contracts`. */
  readonly request: Connection['request'];
}

/** A client of the Trainyard at an address. Nothing is sent before its first call. */
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
