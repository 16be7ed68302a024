import type { ChaosCluster } from '../cluster/cluster.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { PlannedTraining } from '../plan/workload.ts';

const IMAGES = 4;

/** Submits a training and repeats the request until a response arrives. Throws when the response is not 202. */
export async function submitTraining(
  cluster: Pick<ChaosCluster, 'api'>,
  eventLog: EventLog,
  request: SubmitRequest,
): Promise<void> {
  const answer = await cluster.api.callUntilAnswered({
    method: 'POST',
    path: '/api/trainings',
    body: toBody(request.training, request.images),
    headers: { 'idempotency-key': request.key },
  });
  if (answer.status !== 202) throw new Error(`The API refused a training: ${JSON.stringify(answer)}`);
  eventLog.accepted.push({ trainingId: String(answer.body['id']), answeredAt: Date.now() });
}

/** Uploads the images and captions of a seed to the object store. Returns the URIs of the images. */
export async function uploadImages({ deps }: Pick<ChaosCluster, 'deps'>): Promise<readonly string[]> {
  const keys = Array.from({ length: IMAGES }, (_, n) => `images/${n}.png`);
  for (const key of keys) {
    await deps.objects.put(key, new Uint8Array(4_000));
    await deps.objects.put(key.replace('.png', '.txt'), 'a photo');
  }
  return keys.map((key) => deps.objects.toUri(key));
}

function toBody(training: PlannedTraining, images: readonly string[]) {
  return {
    kind: training.kind,
    subject_id: training.subjectId,
    priority: training.priority,
    images,
    trigger: 'ohwx',
    hyperparameters: { max_train_steps: training.steps },
    force: true,
  };
}

/** A planned training with its idempotency key and images. */
export interface SubmitRequest {
  readonly key: string;
  readonly training: PlannedTraining;
  readonly images: readonly string[];
}
