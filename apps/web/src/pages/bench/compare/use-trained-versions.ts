import { useQueries } from '@tanstack/react-query';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import type { Version } from '../../../api/resources/versions.ts';
import type { TrainedVersion } from './samples.ts';

/** Loads the trainings of versions; a version without a training, and one whose training is unknown, has none. */
export function useTrainedVersions(versions: readonly Version[]): readonly TrainedVersion[] {
  const ids = [...new Set(versions.flatMap(({ training_id: id }) => (id === undefined ? [] : [id])))];
  const trainings = useQueries({ queries: ids.map((id) => createTrainingQuery(id)) });
  return versions.map((version) => {
    const at = version.training_id === undefined ? -1 : ids.indexOf(version.training_id);
    return { version, training: trainings[at]?.data };
  });
}
