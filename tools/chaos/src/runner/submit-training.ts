import type { ChaosCluster } from '../cluster/cluster.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { PlannedTraining } from '../plan/workload.ts';

const IMAGES = 4;

/** Asks until it is answered. Throws when the answer is no 202. */
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
  if (answer.status !== 202) throw new Error(`a training was refused: ${JSON.stringify(answer)}`);
  eventLog.accepted.push({ trainingId: String(answer.body['id']), answeredAt: Date.now() });
}

/** Puts the images of a seed into the store. @returns their addresses */
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
    hyperparameters: { max_train_steps: training.steps },
    force: true,
  };
}

/** A training to ask for, with the key that makes it one however often it is asked. */
export interface SubmitRequest {
  readonly key: string;
  readonly training: PlannedTraining;
  readonly images: readonly string[];
}
