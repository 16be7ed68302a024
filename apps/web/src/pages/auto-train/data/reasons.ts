import type { CandidatesView } from '@trainyard/contracts';

/** An actor with its eligibility. */
export type Candidate = CandidatesView['candidates'][number];

/** A filter of the list of candidates with the number of its actors. */
interface ReasonFilter {
  /** Code in the address; undefined for the actors that qualify. */
  readonly code: string | undefined;
  readonly label: string;
  readonly count: number;
}

/** Code of the filter that lists all actors. */
const EVERY = 'every';
/** Code of the filter for reasons without a rule, such as an unreadable manifest. */
const OTHER = 'other';

/** The filters: qualifying actors, the broken rules by number of actors, other reasons, and all actors. */
export function listReasonFilters({ candidates, rules, eligible_count: count }: CandidatesView) {
  const known = rules.map(({ code, label }) => ({ code, label, count: countActors(candidates, code) }));
  const other = candidates.filter((each) => hasOtherReason(each, rules)).length;
  return [
    { code: undefined, label: 'qualify', count },
    ...known.filter((each) => each.count > 0).toSorted((a, b) => b.count - a.count),
    ...(other > 0 ? [{ code: OTHER, label: 'other', count: other }] : []),
    { code: EVERY, label: 'all actors', count: candidates.length },
  ] satisfies readonly ReasonFilter[];
}

function countActors(candidates: readonly Candidate[], code: string): number {
  return candidates.filter(({ reasons }) => reasons.some((each) => each.code === code)).length;
}

function hasOtherReason({ reasons }: Candidate, rules: CandidatesView['rules']): boolean {
  return reasons.some(({ code }) => !rules.some((rule) => rule.code === code));
}

/** The actors of a filter; an unknown code lists the actors that qualify. */
export function filterCandidates(view: CandidatesView, code: string | undefined): readonly Candidate[] {
  const { candidates, rules } = view;
  if (code === EVERY) return candidates.toSorted((a, b) => Number(b.eligible) - Number(a.eligible));
  if (code === OTHER) return candidates.filter((each) => hasOtherReason(each, rules));
  if (!rules.some((rule) => rule.code === code)) return candidates.filter(({ eligible }) => eligible);
  return candidates.filter(({ reasons }) => reasons.some((each) => each.code === code));
}

/** A rule of eligibility as it applies to an actor. */
export interface RuleState {
  readonly code: string;
  readonly state: 'met' | 'broken' | 'unchecked';
  readonly text: string;
}

/** All rules for an actor: met, broken with the reason, or not checked yet; reasons without a rule follow. */
export function listRuleStates(
  { reasons, dataset_unchecked: isUnchecked }: Candidate,
  rules: CandidatesView['rules'],
): readonly RuleState[] {
  const own = rules.map(({ code, met }): RuleState => {
    const reason = reasons.find((each) => each.code === code);
    if (reason) return { code, state: 'broken', text: reason.message };
    if (isUnchecked && code === DATA_RULE) return { code, state: 'unchecked', text: 'data not checked yet' };
    return { code, state: 'met', text: met };
  });
  const others = reasons
    .filter(({ code }) => !rules.some((rule) => rule.code === code))
    .map(({ code, message }): RuleState => ({ code, state: 'broken', text: message }));
  return [...own, ...others];
}

/** The rule that a dataset report decides. */
const DATA_RULE = 'dataset_errors';

/** The tab of the bench on which a reason is resolved; undefined where no page resolves it. */
export function findRemedy(
  reasons: Candidate['reasons'],
): { label: string; tab: 'images' | 'versions' } | undefined {
  const codes = reasons.map(({ code }) => code);
  if (codes.some((code) => IMAGE_REASONS.includes(code))) return { label: 'Open Images', tab: 'images' };
  if (codes.some((code) => VERSION_REASONS.includes(code)))
    return { label: 'Open Versions', tab: 'versions' };
  return undefined;
}

const IMAGE_REASONS: readonly string[] = ['data_not_reviewed', 'no_images', 'not_synced', 'dataset_errors'];
const VERSION_REASONS: readonly string[] = ['awaiting_review', 'has_good_model', 'repeated_failures'];
