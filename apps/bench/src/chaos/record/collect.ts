import type { Deps } from '@trainyard/application';
import { toOutputKey } from '@trainyard/domain';
import type { Yard } from '../yard/yard.ts';
import type { Diary } from './diary.ts';
import type { Evidence, Kept } from './evidence.ts';

const hasOutput = async ({ objects }: Deps, id: string, attempts: number): Promise<boolean> => {
  const keys = Array.from({ length: attempts }, (_, n) => toOutputKey(id, n + 1));
  const heads = await Promise.all(keys.map((key) => objects.head(key)));
  return heads.some((head) => (head?.sizeBytes ?? 0) > 0);
};

const keptOf = async (deps: Deps, id: string): Promise<Kept> => {
  const training = await deps.store.load(id);
  if (!training) return { versions: [], modelBytes: 0, hasOutput: false };
  const model =
    training.status === 'completed' ? await deps.objects.headUri(training.model.loraUrl) : undefined;
  const versions = await deps.manifests.listVersions(training.request.subject);
  return {
    training,
    versions: versions.filter(({ training_id }) => training_id === id),
    modelBytes: model?.sizeBytes ?? 0,
    hasOutput: await hasOutput(deps, id, training.attemptsStarted),
  };
};

/** How a seed came to rest. */
type End = Pick<Evidence, 'settled' | 'mendedAt'>;

/** Reads all that is left when a seed has come to rest. */
export const collect = async (yard: Yard, diary: Diary, end: End): Promise<Evidence> => {
  const { deps } = yard;
  await yard.tail.catchUp();
  const ids = new Set([...diary.accepted, ...yard.tail.events].map(({ trainingId }) => trainingId));
  const kept = await Promise.all([...ids].map(async (id) => [id, await keptOf(deps, id)] as const));
  const { aimedAt: _, ...told } = diary;
  return {
    ...told,
    provider: [...yard.provider.events()],
    record: [...yard.tail.events],
    kept: new Map(kept),
    ledger: (await deps.store.listActiveAttempts()).map(({ trainingId }) => trainingId),
    jobs: await yard.unfinishedJobs(),
    ownEnds: yard.members.reduce((all, each) => all + each.ownEnds(), 0),
    ...end,
  };
};
