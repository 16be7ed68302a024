import { HyperparameterError } from '../../errors.ts';
import type { SubjectKind } from '../../subject.ts';
import { actorTab } from './actor-tab.ts';
import { fluxPresets } from './flux-presets.ts';
import { imageCount } from './image-count.ts';
import { POLICY_NAMES, type Policy, type PolicyName } from './policy.ts';
import { styleGuide } from './style-guide.ts';

/** The policies by name. */
export const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  'image-count': imageCount,
  'flux-presets': fluxPresets,
  'style-guide': styleGuide,
  'actor-tab': actorTab,
};

/** The policy of requests without a policy, for each kind of subject. */
export type DefaultPolicies = Readonly<Record<SubjectKind, PolicyName>>;

/** The default policies: `flux-presets` for actors and auto-train, `image-count` for styles. */
export const DEFAULT_POLICY: DefaultPolicies = { actor: 'flux-presets', style: 'image-count' };

/** The policy that a form for styles selects while `STYLE_POLICY` is unset. */
export const DEFAULT_STYLE_FORM_POLICY: PolicyName = 'style-guide';

/** Whether an unchecked name is the name of a policy. */
export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(POLICIES, name);
}

/** Finds a policy. Throws {@link HyperparameterError} «unknown_policy» for an unknown name. */
export function getPolicy(name: string): Policy {
  if (isPolicyName(name)) return POLICIES[name];
  const bound = `one of ${POLICY_NAMES.join(', ')}`;
  const message = `"${name}" is not a known policy; known policies: ${POLICY_NAMES.join(', ')}`;
  throw new HyperparameterError('unknown_policy', [{ field: 'policy', value: name, bound, message }]);
}
