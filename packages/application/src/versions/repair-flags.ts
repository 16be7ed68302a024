import type { Subject } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { CorruptDocumentError } from '../ports/catalogue.ts';

type FlagDeps = Pick<Deps, 'catalogue' | 'manifests'>;

/** One thing that the store had wrong, and what was made of it. */
export interface Repair {
  readonly subject: Subject;
  readonly what: 'version_missing' | 'version_outdated' | 'flag' | 'unreadable';
  readonly trainingId?: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The catalogue's flags are a projection of the manifests (SPEC §7); where a manifest says nothing they stand. */
export async function repairFlags(deps: FlagDeps, dryRun: boolean, repairs: Repair[]): Promise<void> {
  for (const { subject, flags, set } of await listFlaggedSubjects(deps)) {
    const recorded = await recordingUnreadableDocument(repairs, subject, () =>
      deps.manifests.getGoodFlags(subject),
    );
    if (!recorded) continue;
    for (const flag of Object.keys(flags) as Flag[]) {
      const to = recorded[flag];
      if (to === undefined || to === flags[flag]) continue;
      repairs.push({ subject, what: 'flag', from: { [flag]: flags[flag] }, to: { [flag]: to } });
      if (!dryRun) await set(flag, to);
    }
  }
}

/** A document that cannot be read is named, and keeps nothing else from being put right. */
export async function recordingUnreadableDocument<T>(
  repairs: Repair[],
  subject: Subject,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CorruptDocumentError)) throw error;
    if (!repairs.some(({ from }) => from === error.message))
      repairs.push({ subject, what: 'unreadable', from: error.message, to: undefined });
    return undefined;
  }
}

type Flag = 'trainingDataGood' | 'customModelsGood';

/** What the catalogue says of a subject, and how to make it say otherwise. */
interface FlaggedSubject {
  readonly subject: Subject;
  readonly flags: Readonly<Partial<Record<Flag, boolean>>>;
  set(flag: Flag, good: boolean): Promise<void>;
}

async function listFlaggedSubjects({ catalogue }: FlagDeps): Promise<readonly FlaggedSubject[]> {
  return [
    ...(await catalogue.listActors()).map(
      ({ id, trainingDataGood, customModelsGood }): FlaggedSubject => ({
        subject: { kind: 'actor', id },
        flags: { trainingDataGood, customModelsGood },
        set: (flag, good) => catalogue.setActorFlags(id, { [flag]: good }),
      }),
    ),
    ...(await catalogue.listStyles()).map(
      ({ id, customModelsGood }): FlaggedSubject => ({
        subject: { kind: 'style', id },
        flags: { customModelsGood },
        set: (_, good) => catalogue.setStyleGood(id, good),
      }),
    ),
  ];
}
