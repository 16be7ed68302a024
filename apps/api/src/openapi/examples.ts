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

const autoTrain = {
  ...autoTrainParts,
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
