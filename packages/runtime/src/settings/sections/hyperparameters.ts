import { DEFAULT_HYPERPARAMETER_SETTINGS } from '@trainyard/domain';

const { style, actor } = DEFAULT_HYPERPARAMETER_SETTINGS;

function createEntry(name: string, fallback: number, about: string) {
  return {
    name,
    fallback: String(fallback),
    about,
    group: 'Hyperparameters' as const,
  };
}

/** The numbers of the policy `image-count` (seed 000); read by `parseHyperparameterSettings` of the domain. */
export const HYPERPARAMETER_SETTINGS = [
  createEntry('SB_HP_STYLE_LR', style.learningRate, 'Learning rate of styles.'),
  createEntry('SB_HP_STYLE_SPI', style.stepsPerImage, 'Steps per image of styles.'),
  createEntry('SB_HP_STYLE_MIN', style.minSteps, 'Fewest steps of styles.'),
  createEntry('SB_HP_STYLE_MAX', style.maxSteps, 'Most steps of styles.'),
  createEntry('SB_HP_ACTOR_LR_T1', actor.tier1LearningRate, 'Learning rate of actors in tier 1.'),
  createEntry('SB_HP_ACTOR_LR_T2', actor.tier2LearningRate, 'Learning rate of actors in tier 2.'),
  createEntry('SB_HP_ACTOR_LR_T3', actor.tier3LearningRate, 'Learning rate of actors in tier 3.'),
  createEntry('SB_HP_ACTOR_T1_MAX', actor.tier1MaxImages, 'Most images of tier 1.'),
  createEntry('SB_HP_ACTOR_T2_MAX', actor.tier2MaxImages, 'Most images of tier 2.'),
  createEntry('SB_HP_ACTOR_SPI', actor.stepsPerImage, 'Steps per image of actors.'),
  createEntry('SB_HP_ACTOR_MIN', actor.minSteps, 'Fewest steps of actors.'),
  createEntry('SB_HP_ACTOR_MAX', actor.maxSteps, 'Most steps of actors.'),
] as const;
