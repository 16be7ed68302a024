import { SHARED_VALUES } from '../fields/hyperparameters.ts';
import type { Policy, PolicyContext } from './policy.ts';
import type { ActorSettings } from './settings.ts';

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
};

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
