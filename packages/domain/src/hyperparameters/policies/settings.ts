import { HyperparameterError, type HyperparameterIssue } from '../../errors.ts';

/** Numbers of the `image-count` policy for styles. */
export interface StyleSettings {
  readonly learningRate: number;
  readonly stepsPerImage: number;
  readonly minSteps: number;
  readonly maxSteps: number;
}

/** Numbers of the `image-count` policy for actors; tier 3 starts above `tier2MaxImages`. */
export interface ActorSettings {
  readonly tier1LearningRate: number;
  readonly tier2LearningRate: number;
  readonly tier3LearningRate: number;
  readonly tier1MaxImages: number;
  readonly tier2MaxImages: number;
  readonly stepsPerImage: number;
  readonly minSteps: number;
  readonly maxSteps: number;
}

/** The numbers of the `SB_HP_*` settings (docs/settings.md). */
export interface HyperparameterSettings {
  readonly style: StyleSettings;
  readonly actor: ActorSettings;
}

/** The numbers without any `SB_HP_*` setting: those of the legacy API. */
export const DEFAULT_HYPERPARAMETER_SETTINGS: HyperparameterSettings = {
  style: { learningRate: 4e-4, stepsPerImage: 50, minSteps: 500, maxSteps: 2000 },
  actor: {
    tier1LearningRate: 4e-4,
    tier2LearningRate: 3e-4,
    tier3LearningRate: 2.5e-4,
    tier1MaxImages: 10,
    tier2MaxImages: 20,
    stepsPerImage: 100,
    minSteps: 800,
    maxSteps: 3000,
  },
};

type Reader = (name: string, fallback: number) => number;

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const RATE = { accepts: (n: number) => n > 0 && n <= 10, description: 'a number above 0, at most 10' };
const STEPS = {
  accepts: (n: number) => Number.isInteger(n) && n >= 1 && n <= 100_000,
  description: 'a whole number, 1 to 100000',
};

/**
 * Parses the `SB_HP_*` variables of an environment; an empty value counts as unset. Throws {@link HyperparameterError}
 * «invalid_settings» with every variable that is out of bounds, not a number, unknown, or contradicts a second one.
 */
export function parseHyperparameterSettings(
  source: Readonly<Record<string, string | undefined>>,
): HyperparameterSettings {
  const issues: HyperparameterIssue[] = [];
  const known = new Set<string>();
  const read =
    (kind: typeof RATE): Reader =>
    (name, fallback) => {
      known.add(name);
      const text = source[name]?.trim() ?? '';
      if (text === '') return fallback;
      const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
      if (kind.accepts(value)) return value;
      issues.push({
        field: name,
        value: text,
        bound: kind.description,
        message: `${name} must be ${kind.description}`,
      });
      return fallback;
    };
  const settings = { style: readStyle(read(RATE), read(STEPS)), actor: readActor(read(RATE), read(STEPS)) };
  const unread = new Set(issues.map((issue) => issue.field));
  issues.push(...findContradictions(settings, unread), ...findUnknownNames(source, known));
  if (issues.length > 0) throw new HyperparameterError('invalid_settings', issues);
  return settings;
}

function readStyle(rate: Reader, steps: Reader): StyleSettings {
  const fallback = DEFAULT_HYPERPARAMETER_SETTINGS.style;
  return {
    learningRate: rate('SB_HP_STYLE_LR', fallback.learningRate),
    stepsPerImage: steps('SB_HP_STYLE_SPI', fallback.stepsPerImage),
    minSteps: steps('SB_HP_STYLE_MIN', fallback.minSteps),
    maxSteps: steps('SB_HP_STYLE_MAX', fallback.maxSteps),
  };
}

function readActor(rate: Reader, steps: Reader): ActorSettings {
  const fallback = DEFAULT_HYPERPARAMETER_SETTINGS.actor;
  return {
    tier1LearningRate: rate('SB_HP_ACTOR_LR_T1', fallback.tier1LearningRate),
    tier2LearningRate: rate('SB_HP_ACTOR_LR_T2', fallback.tier2LearningRate),
    tier3LearningRate: rate('SB_HP_ACTOR_LR_T3', fallback.tier3LearningRate),
    tier1MaxImages: steps('SB_HP_ACTOR_T1_MAX', fallback.tier1MaxImages),
    tier2MaxImages: steps('SB_HP_ACTOR_T2_MAX', fallback.tier2MaxImages),
    stepsPerImage: steps('SB_HP_ACTOR_SPI', fallback.stepsPerImage),
    minSteps: steps('SB_HP_ACTOR_MIN', fallback.minSteps),
    maxSteps: steps('SB_HP_ACTOR_MAX', fallback.maxSteps),
  };
}

function findUnknownNames(
  source: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): HyperparameterIssue[] {
  const unknownFields = Object.keys(source).filter((name) => name.startsWith('SB_HP_') && !known.has(name));
  return unknownFields.map((field) => ({
    field,
    value: source[field],
    bound: [...known].join(', '),
    message: `${field} is not a known setting`,
  }));
}

/** Finds pairs in the wrong order; a pair with an invalid half is skipped, because its fallback was not requested. */
function findContradictions(
  { style, actor }: HyperparameterSettings,
  unread: ReadonlySet<string>,
): HyperparameterIssue[] {
  const pairs: readonly (readonly [string, number, string, number])[] = [
    ['SB_HP_STYLE_MIN', style.minSteps, 'SB_HP_STYLE_MAX', style.maxSteps],
    ['SB_HP_ACTOR_MIN', actor.minSteps, 'SB_HP_ACTOR_MAX', actor.maxSteps],
    ['SB_HP_ACTOR_T1_MAX', actor.tier1MaxImages, 'SB_HP_ACTOR_T2_MAX', actor.tier2MaxImages],
  ];
  return pairs
    .filter(([field, low, upper, high]) => low > high && !unread.has(field) && !unread.has(upper))
    .map(([field, value, upper, high]) => ({
      field,
      value,
      bound: `at most ${upper} (${high})`,
      message: `${field} (${value}) must be at most ${upper} (${high})`,
    }));
}
