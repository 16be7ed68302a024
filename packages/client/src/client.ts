import {
  type PreviewView,
  previewSchema,
  type TrainingDetail,
  type TrainingRequestBody,
  type TrainingStartAnswer,
  type TrainingView,
  trainingDetailSchema,
  trainingStartAnswerSchema,
  trainingViewSchema,
} from '@trainyard/contracts';
import type { Subject } from '@trainyard/domain';
import { type Connection, createConnection } from './connection/connection.ts';
import { type ActorWish, type StartWish, type StyleWish, startBodyOf } from './trainings/start.ts';
import { type WatchChoices, watch } from './trainings/watch.ts';

/** Where Trainyard is, and the key it knows the caller by. */
export interface TrainyardClientOptions {
  /** E.g. `https://trainyard.example`, without a path. */
  readonly baseUrl: string;
  readonly apiKey?: string;
}

/** Trainyard for other programs. Every method throws UnreachableError, RefusedError or StrangeAnswerError. */
export interface TrainyardClient {
  /** Asks for a training of a style (seed 000, `train_style`). */
  trainStyle(wish: StyleWish): Promise<TrainingStartAnswer>;
  /** Asks for a training of an actor (seed 000, `train_actor`). */
  trainActor(wish: ActorWish): Promise<TrainingStartAnswer>;
  /** Asks for a training with everything that can be said of one (SPEC §5.1). */
  enqueue(request: TrainingRequestBody, idempotencyKey?: string): Promise<TrainingView>;
  /** What would be sent, and what it would take; nothing is enqueued. */
  preview(request: TrainingRequestBody): Promise<PreviewView>;
  training(id: string): Promise<TrainingDetail>;
  cancel(id: string): Promise<TrainingView>;
  retry(id: string, idempotencyKey?: string): Promise<TrainingView>;
  /** Tells of a training whenever it changed, until its end. */
  watch(id: string, choices?: WatchChoices): AsyncGenerator<TrainingDetail, void, void>;
  /** For all other routes: any path, with the schema of its answer from `@trainyard/contracts`. */
  readonly ask: Connection['ask'];
}

const start = ({ ask }: Connection, subject: Subject, wish: StartWish): Promise<TrainingStartAnswer> =>
  ask('/api/training/start', trainingStartAnswerSchema, {
    method: 'POST',
    body: startBodyOf(subject, wish),
  });

const pathOf = (id: string, action = ''): string => `/api/trainings/${encodeURIComponent(id)}${action}`;
const keyed = (idempotencyKey: string | undefined) =>
  idempotencyKey === undefined ? {} : { idempotencyKey };

/** A client of the Trainyard at an address. Nothing is sent before its first call. */
export const createTrainyardClient = ({ baseUrl, apiKey }: TrainyardClientOptions): TrainyardClient => {
  const url = baseUrl.replace(/\/+$/, '');
  const connection = createConnection({ url, ...(apiKey !== undefined && { apiKey }) });
  const { ask } = connection;
  return {
    ask,
    trainStyle: (wish) => start(connection, { kind: 'style', id: wish.styleId }, wish),
    trainActor: (wish) => start(connection, { kind: 'actor', id: wish.actorId }, wish),
    enqueue: (body, key) =>
      ask('/api/trainings', trainingViewSchema, { method: 'POST', body, ...keyed(key) }),
    preview: (body) => ask('/api/trainings/preview', previewSchema, { method: 'POST', body }),
    training: (id) => ask(pathOf(id), trainingDetailSchema),
    cancel: (id) => ask(pathOf(id, '/cancel'), trainingViewSchema, { method: 'POST', body: {} }),
    retry: (id, key) =>
      ask(pathOf(id, '/retry'), trainingViewSchema, { method: 'POST', body: {}, ...keyed(key) }),
    watch: (id, choices) => watch(connection, id, choices),
  };
};
