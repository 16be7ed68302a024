import {
  type Actor,
  type ActorModels,
  getDataState,
  type Style,
  type VersionEntry,
} from '@trainyard/application';
import type { ActorSummary, ActorView, StyleView } from '@trainyard/contracts';

/** Renders the training data of an actor. */
export function toTrainingDataView({ trainingData }: Actor): ActorView['training_data'] {
  return {
    s3_urls: [...trainingData.s3Urls],
    local_path: trainingData.localPath ?? null,
    count: trainingData.count,
    synced: trainingData.synced,
  };
}

/** Renders an actor of the catalogue with the id of its live training. */
export function toActorView(actor: Actor, liveTrainingId: string | undefined): ActorView {
  return {
    id: actor.id,
    catalogue_id: actor.catalogueId ?? actor.id,
    ambiguity: actor.ambiguity ?? null,
    name: actor.name,
    age: actor.age ?? null,
    sex: actor.sex ?? null,
    ethnicity: actor.ethnicity ?? null,
    description: actor.description ?? null,
    poster: actor.poster ?? null,
    training_data: toTrainingDataView(actor),
    data_state: getDataState(actor),
    training_data_good: actor.trainingDataGood,
    custom_models_good: actor.customModelsGood,
    live_training_id: liveTrainingId ?? null,
  };
}

/** Renders the figures of an actor's models. */
export function toModelsView(models: ActorModels) {
  return {
    model_state: models.state,
    version_count: models.versionCount ?? null,
    good_version: models.goodVersion ?? null,
    last_trained_at: models.lastTrainedAt ?? null,
  };
}

/** Renders an actor for a list for people. */
export function toActorSummary(actor: Actor, models: ActorModels, dataErrors: number): ActorSummary {
  const { count, synced } = actor.trainingData;
  return {
    ...toActorView(actor, models.liveTrainingId),
    training_data: { count, synced },
    data_error_count: dataErrors,
    ...toModelsView(models),
  };
}

/** Summarizes the versions of a subject: their number and the name of the good version. */
export function toHistoryView(versions: readonly VersionEntry[]) {
  return {
    version_count: versions.length,
    good_version: versions.find(({ good }) => good)?.name ?? null,
  };
}

/** Renders a style of the catalogue. */
export function toStyleView(style: Style): StyleView {
  return {
    id: style.id,
    name: style.name,
    description: style.description ?? null,
    poster: style.poster ?? null,
    trigger: style.trigger ?? null,
    custom_models_good: style.customModelsGood,
  };
}
