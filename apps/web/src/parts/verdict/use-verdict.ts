import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import type { TrainingDetail } from '@trainyard/contracts';
import { request } from '../../api/http/request.ts';
import { createVersionsQuery, type SubjectRef, type Version } from '../../api/resources/versions.ts';
import { announce } from '../messages/announce.tsx';
import { showToast } from '../messages/toast.tsx';
import { applyVerdicts, findGoodVersion, invertVerdicts, type VerdictChange } from './apply-verdicts.ts';

type Versions = readonly Version[];

/** Verdicts that are sent, and those that undo them. */
interface RecordedVerdict {
  readonly changes: readonly VerdictChange[];
  readonly inverted: readonly VerdictChange[];
  /** Message after the confirmation of the server, which offers Undo. */
  readonly text?: string;
}

/**
 * Records verdicts on versions of a subject. They show at once; a refusal restores the versions, and the error is the
 * reason. Verdicts of one subject are sent one after the other.
 */
export function useVerdict(subject: SubjectRef) {
  const client = useQueryClient();
  const mutation = useVerdictMutation(subject, ({ changes, inverted, text }) => {
    if (text !== undefined) showToast(text, { label: 'Undo', run: () => void undo(changes, inverted) });
  });
  const undo = async (
    changes: readonly VerdictChange[],
    inverted: readonly VerdictChange[],
  ): Promise<void> => {
    try {
      const current = await client.fetchQuery({ ...createVersionsQuery(subject), staleTime: 0 });
      const isCurrent = invertVerdicts(current, changes).length === 0;
      if (isCurrent) mutation.mutate({ changes: inverted, inverted: changes });
      else showToast('The verdict changed in the meantime; it was not undone.');
    } catch (error) {
      showToast(`The verdict was not undone: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  /** Records the verdict on one version, and offers Undo once the server confirmed it. */
  const record = (version: Version, good: boolean | null, unverified = false): void => {
    const changes = [{ version_id: version.id, good, ...(unverified && { unverified: true as const }) }];
    const before = client.getQueryData<Versions>(createVersionsQuery(subject).queryKey) ?? [];
    const text = describeVerdict(subject, version, good, findGoodVersion(before, version));
    mutation.mutate({ changes, inverted: invertVerdicts(before, changes), text });
  };
  const { error, variables, reset } = mutation;
  return { record, error, dismiss: reset, retry: () => variables && mutation.mutate(variables) };
}

function useVerdictMutation(subject: SubjectRef, onRecorded: (recorded: RecordedVerdict) => void) {
  const client = useQueryClient();
  const { queryKey } = createVersionsQuery(subject);
  const mutationKey = ['verdict', subject.kind, subject.id];
  const show = (versions: Versions | undefined): void => {
    if (!versions) return;
    client.setQueryData<Versions>(queryKey, versions);
    showInTrainings(client, versions);
  };
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: ({ changes }: RecordedVerdict) => sendVerdicts(subject, changes),
    onMutate: async ({ changes }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Versions>(queryKey);
      show(before && applyVerdicts(before, changes));
      return { before };
    },
    onError: (reason, _, shown) => {
      show(shown?.before);
      announce(`The verdict was not recorded: ${reason.message}`, 'alert');
    },
    onSuccess: (_, recorded) => onRecorded(recorded),
    onSettled: async () => {
      // A verdict that is still on its way would be overwritten by the versions of the server.
      if (client.isMutating({ mutationKey }) > 1) return;
      await client.invalidateQueries({ queryKey: [`${subject.kind}s`] });
    },
  });
}

function sendVerdicts({ kind, id }: SubjectRef, changes: readonly VerdictChange[]): Promise<unknown> {
  const path = `/api/${kind}s/${encodeURIComponent(id)}`;
  const [change] = changes;
  return changes.length === 1
    ? request(`${path}/mark-good`, { method: 'POST', body: change })
    : request(`${path}/verdicts`, { method: 'POST', body: { versions: changes } });
}

/** The pages of the trainings show the verdicts of their versions. */
function showInTrainings(client: QueryClient, versions: Versions): void {
  for (const { training_id: id, verdict } of versions)
    if (id !== undefined)
      client.setQueryData<TrainingDetail>(['trainings', 'detail', id], (training) =>
        training?.version ? { ...training, version: { ...training.version, verdict } } : training,
      );
}

function describeVerdict(
  { name: subject }: SubjectRef,
  { name }: Version,
  good: boolean | null,
  former: Version | undefined,
): string {
  if (good === null) return `${name} of ${subject} has no verdict.`;
  if (!good) return `${name} of ${subject} is not good.`;
  const loss = former ? ` ${former.name} is no longer its good model.` : '';
  return `${name} is the good model of ${subject}.${loss}`;
}
