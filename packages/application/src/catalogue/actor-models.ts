import type { Deps } from '../deps.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionFacts } from '../ports/storage/manifests.ts';

/** State of an actor's models, from none to a good one. */
export const MODEL_STATES = ['none', 'training', 'awaiting_review', 'good', 'failed'] as const;
/**
 * State of an actor's models: `training` while a training lives, `awaiting_review` with a model without a verdict that is
 * newer than the good one, `good` with a good model, `failed` when the newest version failed, else `none`.
 */
export type ModelState = (typeof MODEL_STATES)[number];

/** The models of an actor in figures. */
export interface ActorModels {
  readonly state: ModelState;
  /** Undefined while the manifest of the actor is unreadable. */
  readonly versionCount: number | undefined;
  /** Name of the good version. */
  readonly goodVersion?: string;
  /** Time of the newest version that was trained, ISO 8601. */
  readonly lastTrainedAt?: string;
  /** Id of the unfinished training of the actor. */
  readonly liveTrainingId?: string;
}

type ModelDeps = Pick<Deps, 'manifests' | 'store'>;

/** Reads the models of many actors, by actor id. Costs a listing of the manifests and a read of each that changed. */
export async function readActorModels(
  deps: ModelDeps,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, ActorModels>> {
  const [histories, live] = await Promise.all([
    deps.manifests.listVersionsByActor(actors.map(({ id }) => id)),
    findLiveTrainings(deps, actors),
  ]);
  return new Map(
    actors.map((actor) => [
      actor.id,
      summarizeModels(actor, histories.get(actor.id) ?? [], live.get(actor.id)),
    ]),
  );
}

/** Summarizes the models of an actor; of an unreadable history only the flag of the catalogue and the training are known. */
export function summarizeModels(
  actor: Pick<Actor, 'customModelsGood'>,
  history: readonly VersionFacts[] | Error,
  liveTrainingId?: string,
): ActorModels {
  const live = liveTrainingId === undefined ? {} : { liveTrainingId };
  const versions = history instanceof Error ? [] : sortByTime(history);
  const good = versions.findLast((version) => version.good);
  const newest = versions.findLast((version) => TRAINED.has(version.status) && parseTime(version) > 0);
  return {
    state: live.liveTrainingId === undefined ? getRestingState(actor, versions) : 'training',
    versionCount: history instanceof Error ? undefined : history.length,
    ...(good && { goodVersion: good.name }),
    ...(newest && { lastTrainedAt: new Date(parseTime(newest)).toISOString() }),
    ...live,
  };
}

/** Statuses of versions whose training ran. */
const TRAINED: ReadonlySet<VersionFacts['status']> = new Set([
  'training',
  'completed',
  'failed',
  'cancelled',
]);

function getRestingState(
  { customModelsGood }: Pick<Actor, 'customModelsGood'>,
  versions: readonly VersionFacts[],
): ModelState {
  const goodIndex = versions.findLastIndex(({ good }) => good);
  if (versions.some((version, index) => index > goodIndex && awaitsReview(version))) return 'awaiting_review';
  if (goodIndex >= 0 || customModelsGood) return 'good';
  return versions.findLast(({ status }) => TRAINED.has(status))?.status === 'failed' ? 'failed' : 'none';
}

/** A version without a data digest is imported history, which awaits no review (docs/concepts/auto-train.md). */
function awaitsReview({ status, judged, good, data_digest }: VersionFacts): boolean {
  return status === 'completed' && !good && judged !== true && data_digest !== undefined;
}

/** Oldest first; versions of the same or of an unreadable time keep their order. */
function sortByTime(versions: readonly VersionFacts[]): readonly VersionFacts[] {
  return versions.toSorted((a, b) => parseTime(a) - parseTime(b));
}

function parseTime({ timestamp }: VersionFacts): number {
  const time = Date.parse(timestamp);
  return Number.isNaN(time) ? 0 : time;
}

/** Finds the first unfinished training of each actor, by actor id; other actors are absent. */
export async function findLiveTrainings(
  { store }: Pick<Deps, 'store'>,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, string>> {
  const busy = [...(await store.findBusyActors(actors.map(({ id }) => id)))];
  const found = await Promise.all(busy.map((id) => store.listUnfinished({ kind: 'actor', id })));
  return new Map(
    busy.flatMap((id, index) => {
      const [training] = found[index] ?? [];
      return training === undefined ? [] : [[id, training] as const];
    }),
  );
}
