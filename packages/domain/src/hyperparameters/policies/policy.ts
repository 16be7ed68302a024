import type { SubjectKind } from '../../subject/subject.ts';
import type { Hyperparameters } from '../fields/hyperparameters.ts';
import type { HyperparameterSettings } from '../settings.ts';

/** Names of the policies (SPEC §3), as a request may give them. */
export const POLICY_NAMES = ['image-count', 'flux-presets', 'style-guide', 'actor-tab'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** What a policy decides from; it sees neither the overrides nor the clock. */
export interface PolicyContext {
  readonly kind: SubjectKind;
  /** Images in the dataset, a whole number from 1. */
  readonly imageCount: number;
  readonly settings: HyperparameterSettings;
}

/** A remark that travels with a resolution; `code` is stable, `message` is for people. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** What a policy proposes. Alpha and warm-up are given as ratios, so that they follow an override. */
export interface Proposal {
  readonly values: Omit<Hyperparameters, 'network_alpha' | 'lr_warmup_steps'>;
  readonly alphaPerDim: number;
  /** Share of the steps spent on warm-up, 0 to 1. */
  readonly warmupShare: number;
  /** The named row of the policy's table, where it has one. */
  readonly preset?: string;
  readonly warnings: readonly Warning[];
  readonly advice: readonly Warning[];
}

/** A named rule that picks hyperparameters (SPEC §1). */
export interface Policy {
  readonly name: PolicyName;
  /** Where the rule comes from. */
  readonly origin: string;
  readonly summary: string;
  readonly propose: (context: PolicyContext) => Proposal;
}
