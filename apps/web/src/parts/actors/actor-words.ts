import type { ActorSummary } from '../../api/resources/types.ts';

/** Labels of the states of the images. */
export const DATA_WORDS = {
  none: 'no images',
  not_synced: 'not synced',
  synced: 'synced',
} as const satisfies Record<ActorSummary['data_state'], string>;

/** Labels of the states of the models. */
export const MODEL_WORDS = {
  none: 'no model',
  training: 'training',
  awaiting_review: 'ready to review',
  good: 'good model',
  failed: 'failed',
} as const satisfies Record<ActorSummary['model_state'], string>;

/** Label of a number of images: `23 images`. */
export function formatImages(count: number): string {
  if (count === 0) return 'no images';
  return count === 1 ? '1 image' : `${count} images`;
}

/** Label of a number of errors: `1 error`. */
export function formatErrors(count: number): string {
  return count === 1 ? '1 error' : `${count} errors`;
}

/** State of the models with the version: `good: V5`. */
export function formatModel({ model_state: state, good_version: good }: ActorSummary): string {
  return state === 'good' && good !== null ? `good: ${good}` : MODEL_WORDS[state];
}

/** The reason why a training of the actor cannot start now; undefined for an actor that can be trained. */
export function findTrainingFault(actor: ActorSummary): string | undefined {
  if (actor.ambiguity !== null) return actor.ambiguity;
  if (actor.live_training_id !== null) return 'a training is under way';
  if (actor.data_state !== 'synced') return DATA_WORDS[actor.data_state];
  return actor.data_error_count > 0 ? `${formatErrors(actor.data_error_count)} in the data` : undefined;
}
