import type { SubjectKind } from '../../subject/subject.ts';
import { HyperparameterError } from '../error.ts';
import { actorTab } from './actor-tab.ts';
import { fluxPresets } from './flux-presets.ts';
import { imageCount } from './image-count.ts';
import { POLICY_NAMES, type Policy, type PolicyName } from './policy.ts';
import { styleGuide } from './style-guide.ts';

/** The policies by name (SPEC §3). */
export const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  'image-count': imageCount,
  'flux-presets': fluxPresets,
  'style-guide': styleGuide,
  'actor-tab': actorTab,
};

/** Which policy counts when a request names none. */
export type DefaultPolicies = Readonly<Record<SubjectKind, PolicyName>>;

/** Actors and auto-train take the presets, styles by API the image count (SPEC §3). */
export const DEFAULT_POLICY: DefaultPolicies = { actor: 'flux-presets', style: 'image-count' };

/** Whether a name from outside is a policy. */
export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(POLICIES, name);
}

/** Finds a policy. Thrown when there is none of that name: `HyperparameterError` "unknown_policy". */
export function getPolicy(name: string): Policy {
  if (isPolicyName(name)) return POLICIES[name];
  const bound = `one of ${POLICY_NAMES.join(', ')}`;
  const message = `There is no policy "${name}"; known are ${POLICY_NAMES.join(', ')}`;
  throw new HyperparameterError('unknown_policy', [{ field: 'policy', value: name, bound, message }]);
}
