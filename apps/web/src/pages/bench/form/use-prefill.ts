import { useQuery } from '@tanstack/react-query';
import type { TrainingDetail } from '@trainyard/contracts';
import { useEffect } from 'react';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import type { ActorDetail } from '../../../api/resources/types.ts';
import { createVersionsQuery, type Version } from '../../../api/resources/versions.ts';
import { type Prefill, prefillFromTraining, prefillFromVersion } from './prefill.ts';
import type { TrainForm } from './use-train-form.ts';

/** The address names a run whose values fill the form: a version of the actor, or the failed training of a retry. */
export interface PrefillAddress {
  readonly from?: string | undefined;
  readonly retry?: string | undefined;
}

/** Fills the form once per opening with the values of a run. @returns why the run cannot fill it */
export function usePrefill(
  { id, training_data: data }: ActorDetail,
  train: TrainForm,
  { from, retry, opening }: PrefillAddress & { readonly opening: string },
): string | undefined {
  const { form, edits, change } = train;
  const wanted = retry ?? from;
  const isDone = wanted === undefined || edits.source?.opening === opening;
  const versions = useQuery({
    ...createVersionsQuery({ kind: 'actor', id }),
    enabled: from !== undefined && !isDone,
  });
  const version = versions.data?.find((each) => each.name === from || each.id === from);
  const trainingId = retry ?? readTrainingId(version) ?? (versions.data && !version ? from : undefined);
  const training = useQuery({
    ...createTrainingQuery(trainingId ?? ''),
    enabled: trainingId !== undefined && !isDone,
  });
  const ready = !isDone && form && (training.data ?? (trainingId === undefined ? version : undefined));
  useEffect(() => {
    if (!ready) return;
    const names = form.fields.map((field) => field.name);
    const facts = { names, images: data.s3_urls, isRetry: retry !== undefined };
    const filled = isTraining(ready) ? prefillFromTraining(ready, facts) : prefillFromVersion(ready, facts);
    change(() => withSource(filled, opening));
  }, [ready, form, data.s3_urls, retry, opening, change]);
  if (isDone) return undefined;
  return training.error?.message ?? versions.error?.message;
}

function withSource({ id, name, edits }: Prefill, opening: string) {
  return { ...edits, source: { id, name, opening } };
}

function isTraining(run: TrainingDetail | Version): run is TrainingDetail {
  return 'hyperparameters' in run;
}

function readTrainingId(version: Version | undefined): string | undefined {
  const id = version?.['training_id'];
  return typeof id === 'string' ? id : undefined;
}
