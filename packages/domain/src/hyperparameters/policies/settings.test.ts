import { describe, expect, it } from 'vitest';
import { HyperparameterError } from '../../errors.ts';
import { DEFAULT_HYPERPARAMETER_SETTINGS, parseHyperparameterSettings } from './settings.ts';

function faults(source: Record<string, string>): readonly string[] {
  try {
    parseHyperparameterSettings(source);
  } catch (error) {
    if (error instanceof HyperparameterError && error.code === 'invalid_settings') {
      return error.issues.map((issue) => issue.message);
    }
  }
  throw new Error('not refused');
}

describe('the SB_HP_* settings', () => {
  it('are those of the legacy API by default', () => {
    expect(parseHyperparameterSettings({})).toEqual(DEFAULT_HYPERPARAMETER_SETTINGS);
    expect(parseHyperparameterSettings({ SB_HP_STYLE_LR: ' ', PATH: '/bin' })).toEqual(
      DEFAULT_HYPERPARAMETER_SETTINGS,
    );
  });

  it('can all be set', () => {
    const source = {
      SB_HP_STYLE_LR: '0.0005',
      SB_HP_STYLE_SPI: '60',
      SB_HP_STYLE_MIN: '600',
      SB_HP_STYLE_MAX: '2400',
      SB_HP_ACTOR_LR_T1: '5e-4',
      SB_HP_ACTOR_LR_T2: '.0002',
      SB_HP_ACTOR_LR_T3: '1E-4',
      SB_HP_ACTOR_T1_MAX: '8',
      SB_HP_ACTOR_T2_MAX: '16',
      SB_HP_ACTOR_SPI: '90',
      SB_HP_ACTOR_MIN: '700',
      SB_HP_ACTOR_MAX: '2900',
    };
    expect(parseHyperparameterSettings(source)).toEqual({
      style: { learningRate: 0.0005, stepsPerImage: 60, minSteps: 600, maxSteps: 2400 },
      actor: {
        tier1LearningRate: 0.0005,
        tier2LearningRate: 0.0002,
        tier3LearningRate: 0.0001,
        tier1MaxImages: 8,
        tier2MaxImages: 16,
        stepsPerImage: 90,
        minSteps: 700,
        maxSteps: 2900,
      },
    });
  });

  it('are rejected with all faults at once', () => {
    const source = {
      SB_HP_STYLE_LR: '0',
      SB_HP_ACTOR_SPI: '1.5',
      SB_HP_ACTOR_MAX: '0x10',
      SB_HP_STLE_MIN: '5',
    };
    expect(faults(source)).toEqual([
      'SB_HP_STYLE_LR must be a number above 0, at most 10',
      'SB_HP_ACTOR_SPI must be a whole number, 1 to 100000',
      'SB_HP_ACTOR_MAX must be a whole number, 1 to 100000',
      'SB_HP_STLE_MIN is not a known setting',
    ]);
  });

  it('are rejected for limits in the wrong order, but not for a limit beside an invalid value', () => {
    expect(faults({ SB_HP_STYLE_MIN: '3000', SB_HP_ACTOR_T1_MAX: '25' })).toEqual([
      'SB_HP_STYLE_MIN (3000) must be at most SB_HP_STYLE_MAX (2000)',
      'SB_HP_ACTOR_T1_MAX (25) must be at most SB_HP_ACTOR_T2_MAX (20)',
    ]);
    expect(faults({ SB_HP_STYLE_MIN: '3000', SB_HP_STYLE_MAX: 'x' })).toHaveLength(1);
  });
});
