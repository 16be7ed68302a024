import autoTrainParts from './examples/auto-train.json' with { type: 'json' };
import operations from './examples/operations.json' with { type: 'json' };
import subjects from './examples/subjects.json' with { type: 'json' };
import trainingParts from './examples/trainings.json' with { type: 'json' };

/** The completed training of actor 0019. Every other training of the examples names the fields in which it differs. */
const { training } = trainingParts;

const trainings = {
  ...trainingParts,
  queued: { ...training, ...trainingParts.queued },
  running: { ...training, ...trainingParts.running },
  detail: { ...training, ...trainingParts.detail },
  page: { trainings: [training], next_cursor: null },
};

const { batch, run } = autoTrainParts;
const [enqueued] = run.enqueued;

/** The selection of the run, the changes of its training, and its end. */
const events = [
  {
    type: 'run_created',
    at: batch.created_at,
    tick_at: batch.tick_at,
    considered: run.considered,
    eligible_count: run.eligible_count,
    enqueued: [
      {
        ...enqueued,
        training: { id: autoTrainParts.enqueued.id, job_id: autoTrainParts.enqueued.job_id },
      },
    ],
    skipped: run.skipped,
  },
  ...autoTrainParts.status_events,
  { type: 'run_ended', at: '2026-11-23T22:41:46.200Z', summary: batch.summary },
];

const autoTrain = {
  ...autoTrainParts,
  events: { run_id: batch.id, events },
  page: { runs: [batch], next_cursor: null },
  run: { ...run, enqueued: [{ ...enqueued, training: { ...training, ...autoTrainParts.enqueued } }] },
  progress: { ...batch, ...autoTrainParts.progress, trainings: [{ ...training, ...autoTrainParts.trained }] },
};

/** Responses of a real installation, shown in the OpenAPI document. A test validates each against its schema. */
export const EXAMPLES = { trainings, autoTrain, operations, subjects };

/** Ids that the examples share. */
export const EXAMPLE_IDS = {
  training: training.id,
  batch: batch.id,
  delivery: operations.delivery.id,
  actor: '0019',
  style: '16',
} as const;
