import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy, PolicyContext, PolicyRow } from './policy.ts';
import type { ActorSettings, HyperparameterSettings } from './settings.ts';

/** Steps and learning rate by the number of images, with the numbers of the `SB_HP_*` settings. */
export const imageCount: Policy = {
  name: 'image-count',
  origin: 'legacy API',
  summary: 'Steps grow with the images between two limits; the learning rate of actors falls in three tiers.',
  propose: (context) => ({
    values: {
      ...SHARED_VALUES,
      ...stepsAndRate(context),
      network_dim: 16,
      batch_size: 2,
      num_repeats: 10,
      lr_scheduler: 'cosine_with_restarts',
    },
    alphaPerDim: 1,
    warmupShare: 0,
    warnings: [],
    advice: [],
  }),
  listRows,
};

function listRows({ actor, style }: HyperparameterSettings): readonly PolicyRow[] {
  const { tier1MaxImages: first, tier2MaxImages: second } = actor;
  const tiers: readonly PolicyRow[] = [
    toActorRow(actor, 1, first),
    toActorRow(actor, first + 1, second),
    toActorRow(actor, second + 1),
  ];
  return [
    ...tiers.filter(({ minImages, maxImages = minImages }) => minImages <= maxImages),
    {
      kind: 'style',
      minImages: 1,
      values: {
        max_train_steps: formatSteps(style),
        learning_rate: style.learningRate,
        ...SHARED_ROW,
      },
      text: 'One learning rate for all styles.',
    },
  ];
}

/** The values that all rows share. */
const SHARED_ROW = {
  num_repeats: 10,
  network_dim: 16,
  network_alpha: 'equal to the rank',
  lr_warmup_steps: 0,
  lr_scheduler: 'cosine_with_restarts',
  batch_size: 2,
} as const;

function toActorRow(actor: ActorSettings, minImages: number, maxImages?: number): PolicyRow {
  return {
    kind: 'actor',
    minImages,
    ...(maxImages !== undefined && { maxImages }),
    values: {
      max_train_steps: formatSteps(actor),
      learning_rate: actorRate(minImages, actor),
      ...SHARED_ROW,
    },
    text: 'The learning rate falls with the number of images.',
  };
}

function formatSteps({ stepsPerImage, minSteps, maxSteps }: ActorSettings | HyperparameterSettings['style']) {
  return `${stepsPerImage} per image, ${minSteps} to ${maxSteps}`;
}

function stepsAndRate({ kind, imageCount: images, settings }: PolicyContext) {
  const numbers = settings[kind];
  const steps = Math.min(Math.max(images * numbers.stepsPerImage, numbers.minSteps), numbers.maxSteps);
  const rate = kind === 'style' ? settings.style.learningRate : actorRate(images, settings.actor);
  return { max_train_steps: steps, learning_rate: rate };
}

function actorRate(images: number, actor: ActorSettings): number {
  if (images <= actor.tier1MaxImages) return actor.tier1LearningRate;
  return images <= actor.tier2MaxImages ? actor.tier2LearningRate : actor.tier3LearningRate;
}
