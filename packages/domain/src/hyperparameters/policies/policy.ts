import type { SubjectKind } from '../../subject.ts';
import type { HyperparameterName, Hyperparameters } from '../fields/hyperparameters.ts';
import type { HyperparameterSettings } from './settings.ts';

/** Names of the policies (docs/concepts/hyperparameters.md). */
export const POLICY_NAMES = ['image-count', 'flux-presets', 'style-guide', 'actor-tab'] as const;
/** The name of a policy. */
export type PolicyName = (typeof POLICY_NAMES)[number];

/** The input of a policy; it has access neither to the overrides nor to a clock. */
export interface PolicyContext {
  readonly kind: SubjectKind;
  /** Images in the dataset, a whole number from 1. */
  readonly imageCount: number;
  readonly settings: HyperparameterSettings;
}

/** A warning or an advice of a resolution; `code` is stable, `message` is for operators. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  /** The hyperparameter that causes it; absent when it concerns the dataset or the request. */
  readonly field?: HyperparameterName;
}

/** The values that a policy proposes. Alpha and warm-up are ratios, so that they follow an override. */
export interface Proposal {
  readonly values: Omit<Hyperparameters, 'network_alpha' | 'lr_warmup_steps'>;
  readonly alphaPerDim: number;
  /** Share of the steps for warm-up, 0 to 1. */
  readonly warmupShare: number;
  /** Name of the row in the policy's table, for a policy with a table. */
  readonly preset?: string;
  readonly warnings: readonly Warning[];
  readonly advice: readonly Warning[];
}

/** A row of the table that documents a policy: its values within a range of image counts. */
export interface PolicyRow {
  /** Name of the preset; absent for a policy without presets. */
  readonly name?: string;
  /** The only kind of subject that the row applies to; absent when it applies to both. */
  readonly kind?: SubjectKind;
  readonly minImages: number;
  /** Absent for the last row, which has no upper limit. */
  readonly maxImages?: number;
  /** The proposed values; a value that depends on others is a rule as text, such as `half of the rank`. */
  readonly values: Readonly<Partial<Record<HyperparameterName, number | string>>>;
  /** The purpose of the row in one sentence. */
  readonly text: string;
}

/** A named rule that selects hyperparameters. */
export interface Policy {
  readonly name: PolicyName;
  /** Source of the rule. */
  readonly origin: string;
  readonly summary: string;
  readonly propose: (context: PolicyContext) => Proposal;
  /** The table of the rule: for each kind and image count exactly one row applies. */
  readonly listRows: (settings: HyperparameterSettings) => readonly PolicyRow[];
}
