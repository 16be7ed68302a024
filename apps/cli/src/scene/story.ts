import { autoTrainRunSchema, type TrainingView } from '@trainyard/contracts';
import { z } from 'zod';
import type { SimulatorProcess } from '../demo/simulator.ts';
import type { SceneServer } from './server.ts';

/** The parts that play the story. */
export interface StoryParts {
  readonly server: SceneServer;
  readonly simulator: Pick<SimulatorProcess, 'control'>;
  /** Receives a line for each step. */
  readonly report: (text: string) => void;
}

const REVIEWED = '0001 european 25 female';
const RUNNING = '0042 european 35 male';
const CRASHING = '0056 arabic 52 female';
const LOADING = '0023 latin 33 female';
const NIGHT_SIZE = 3;
const PROMPTS = ['{trigger}, portrait', '{trigger} in a garden, evening light'];

/** Progress of the running training at which the past ends. */
const PRESENT_AT = 0.52;

function toActorBody(name: string) {
  return {
    kind: 'actor',
    subject_id: name.slice(0, 4),
    validation: true,
    sample_prompts: PROMPTS.map((prompt) => prompt.replace('{trigger}', name)),
  } as const;
}

/**
 * Plays the past: three versions of an actor (good, not good, failed), a night of auto-training whose models await a
 * verdict, and a training that is past its half when this function resolves.
 */
export async function playPast(parts: StoryParts): Promise<void> {
  await trainReviewedActor(parts);
  await trainNight(parts);
  const { server, report } = parts;
  report(`${RUNNING} trains V1.`);
  const id = await server.train({ ...toActorBody(RUNNING), description: 'First version' });
  await server.waitFor(
    id,
    ({ progress }) => (progress ? progress.step / progress.total_steps : 0) >= PRESENT_AT,
  );
}

async function trainReviewedActor({ server, simulator, report }: StoryParts): Promise<void> {
  const body = toActorBody(REVIEWED);
  const path = `/api/actors/${body.subject_id}/mark-good`;
  const judge = (version: string, good: boolean) =>
    server.send({ method: 'POST', path, body: { version_id: version, good }, schema: z.unknown() });
  report(`${REVIEWED} trains V1 to V3.`);
  await server.waitFor(await server.train({ ...body, description: 'First version' }), isCompleted);
  await judge('V1', true);
  const larger = {
    hyperparameters: { network_dim: 32, network_alpha: 16 },
    description: 'Rank 32: more detail?',
  };
  await server.waitFor(await server.train({ ...body, ...larger }), isCompleted);
  await judge('V2', false);
  await simulator.control('POST', 'faults', { kind: 'out_of_memory', at_fraction: 0.12 });
  const largest = { hyperparameters: { network_dim: 64, network_alpha: 32 }, description: 'Rank 64' };
  await server.waitFor(await server.train({ ...body, ...largest }), ({ status }) => status === 'failed');
}

function isCompleted({ status }: Pick<TrainingView, 'status'>): boolean {
  return status === 'completed';
}

async function trainNight({ server, report }: StoryParts): Promise<void> {
  report(`Auto-train trains ${NIGHT_SIZE} actors in the night.`);
  const trainings = await startRun(server, { limit: NIGHT_SIZE, budget_usd: 20 });
  for (const id of trainings) await server.waitFor(id, isCompleted);
}

/** Starts a run of auto-train after a dry run, which inspects the data. @returns the ids of its trainings */
async function startRun(server: SceneServer, order: object): Promise<readonly string[]> {
  const body = { ...order, validation: true, sample_prompts: PROMPTS };
  const send = (more: object) =>
    server.send({
      method: 'POST',
      path: '/api/auto-train/runs',
      body: { ...body, ...more },
      schema: autoTrainRunSchema,
    });
  await send({ dry_run: true });
  return (await send({})).enqueued.flatMap(({ training }) => (training ? [training.id] : []));
}

/**
 * Fills the queue of the present: the worker of a run dies, so that its training is queued for its second attempt, and a
 * different one takes the slot; a training of auto-train, one of an actor and one of a style wait behind them.
 */
export async function playPresent({ server, simulator, report }: StoryParts): Promise<void> {
  report(`${CRASHING} loses its worker; ${LOADING} takes the slot.`);
  await simulator.control('POST', 'faults', { kind: 'worker_crash', at_fraction: 0.01 });
  const crashing = await server.train(toActorBody(CRASHING));
  await server.waitFor(crashing, ({ status }) => status !== 'queued');
  const loading = await server.train(toActorBody(LOADING));
  await server.train({ kind: 'style', subject_id: '21', selection_set_id: 1 });
  await startRun(server, { limit: 1, budget_usd: 10 });
  const smaller = {
    hyperparameters: { network_dim: 16 },
    description: 'Rank 16 again, after V3 ran out of memory',
  };
  await server.train({ ...toActorBody(REVIEWED), ...smaller });
  await planNight(server);
  await server.waitFor(crashing, ({ status, attempts_spent: spent }) => status === 'queued' && spent === 1);
  await server.waitFor(loading, ({ status }) => status !== 'queued' && status !== 'submitting');
}

async function planNight(server: SceneServer): Promise<void> {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const body = {
    cron: '0 2 * * *',
    tz: timeZone,
    limit: 5,
    budget_usd: 20,
    validation: true,
    sample_prompts: PROMPTS,
  };
  await server.send({ method: 'PUT', path: '/api/auto-train/schedule', body, schema: z.unknown() });
}
