import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import type { TrainingDetail } from '@trainyard/contracts';
import { getProblemCode } from '../../api/http/problem.ts';
import { createTrainingQuery } from '../../api/resources/queries.ts';
import { NotFoundPage } from '../../parts/messages/not-found.tsx';
import { Panel } from '../../parts/messages/panel.tsx';
import { isEnded } from './facts/phases.ts';
import { TrainingView } from './training-view.tsx';

const route = getRouteApi('/shell/trainings/$id');

/** How often a live run is read again: the last answer of RunPod about it is no live event. */
const CHECK_EVERY_MS = 15_000;

/** One training: head, phases, and the tabs Watch, Parameters, Images and Events. */
export function TrainingPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const training = useQuery({
    ...createTrainingQuery(id),
    refetchInterval: ({ state: { data } }) => (data && needsCheck(data) ? CHECK_EVERY_MS : false),
  });
  const code = getProblemCode(training.error);
  if (code === 'training_not_found') return <NotFoundPage title={`No training has the id ${id}`} />;
  // The address holds any id of the training; live events name it by its own.
  if (training.data && training.data.id !== id)
    return <Navigate to="/trainings/$id" params={{ id: training.data.id }} search={search} replace />;
  return (
    <Panel query={training} height="40rem">
      {(data) => <TrainingView key={data.id} training={data} />}
    </Panel>
  );
}

/** Whether the page shows when RunPod last answered: a run that has not started, is silent, or is being stopped. */
function needsCheck(training: TrainingDetail): boolean {
  if (isEnded(training) || training.status === 'queued') return false;
  return training.status !== 'running' || training.progress?.remaining_withheld !== null;
}
