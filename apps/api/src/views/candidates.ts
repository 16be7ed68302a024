import { type Candidate, type Deps, ELIGIBILITY_RULES } from '@trainyard/application';
import type { CandidatesView } from '@trainyard/contracts';

/** Renders the candidates with the rules, limit and orders that forms offer. */
export function toCandidatesView(
  { settings }: Pick<Deps, 'settings'>,
  candidates: readonly Candidate[],
): CandidatesView {
  return {
    candidates: candidates.map(toCandidateView),
    eligible_count: candidates.filter(({ eligible }) => eligible).length,
    default_limit: settings.autoTrainLimit ?? DEFAULT_LIMIT,
    rules: Object.entries(ELIGIBILITY_RULES).map(([code, text]) => ({
      code,
      text,
      ...RULE_TEXTS[code as keyof typeof ELIGIBILITY_RULES],
    })),
    orders: listOrders(settings.priority),
  };
}

/** The limit that forms offer unless AUTO_TRAIN_LIMIT is set: two actors, as in the legacy script. */
const DEFAULT_LIMIT = 2;

/** Renders an auto-train candidate with the reasons that make it ineligible. */
export function toCandidateView({ actor, eligible, reasons, importedVersionCount, ...data }: Candidate) {
  return {
    actor_id: actor.id,
    catalogue_id: actor.catalogueId ?? actor.id,
    name: actor.name,
    image_count: actor.trainingData.count,
    eligible,
    reasons: [...reasons],
    imported_version_count: importedVersionCount,
    dataset_unchecked: eligible && data.report === undefined,
    findings: data.findings.map(({ uris: _, ...finding }) => finding),
  };
}

interface RuleText {
  /** The rule as a fact of an actor that meets it. */
  readonly met: string;
  /** The broken rule in two words, for counts and filters. */
  readonly label: string;
}

const RULE_TEXTS: { readonly [Code in keyof typeof ELIGIBILITY_RULES]: RuleText } = {
  data_not_reviewed: { met: 'training data marked as good', label: 'not reviewed' },
  has_good_model: { met: 'no good model yet', label: 'good model' },
  no_images: { met: 'has training images', label: 'no images' },
  not_synced: { met: 'training data synced', label: 'not synced' },
  live_training: { met: 'no training under way', label: 'in training' },
  awaiting_review: { met: 'no model awaits review', label: 'to review' },
  repeated_failures: { met: 'fewer than two failures with these data', label: 'failed twice' },
  dataset_errors: { met: 'no known data error', label: 'data error' },
};

/** The priorities that forms offer. A lower number is dispatched earlier. */
function listOrders({ manual, autoTrain }: Deps['settings']['priority']): CandidatesView['orders'] {
  return [
    { priority: autoTrain, text: 'after manual trainings' },
    { priority: manual, text: 'among manual trainings' },
    { priority: 1, text: 'before manual trainings' },
  ];
}
