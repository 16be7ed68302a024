import {
  BadgeCheck,
  CircleCheck,
  CircleDashed,
  CircleX,
  type LucideIcon,
  Sparkles,
  TriangleAlert,
} from 'lucide-react';
import type { ActorSummary } from '../../api/resources/types.ts';
import styles from './actor-facts.module.css';
import { DATA_WORDS, formatErrors, formatImages, formatModel } from './actor-words.ts';

/** Properties of the facts of an actor. */
export interface ActorFactsProps {
  readonly actor: ActorSummary;
}

/** Name of an actor, its images with sync and review, and the state of its models. */
export function ActorFacts({ actor }: ActorFactsProps) {
  return (
    <span className={styles.facts}>
      <span className={styles.name}>{actor.name}</span>
      <DataFacts actor={actor} />
      <ModelState actor={actor} />
    </span>
  );
}

/** `23 images · reviewed`; what keeps the images from training is marked. */
function DataFacts({ actor }: ActorFactsProps) {
  const { data_state: state, training_data: data, training_data_good: reviewed } = actor;
  return (
    <span className={`${styles.line} number`}>
      {state === 'none' ? (
        <span className={styles.warn}>{DATA_WORDS.none}</span>
      ) : (
        <>
          {formatImages(data.count)}
          {state === 'not_synced' && <span className={styles.warn}> · {DATA_WORDS.not_synced}</span>}
          <DataErrors count={actor.data_error_count} />
          {reviewed ? ' · reviewed' : <span className={styles.faint}> · not reviewed</span>}
        </>
      )}
    </span>
  );
}

/** Number of errors in the training data, which keep the actor from training; nothing without one. */
export function DataErrors({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <span className={styles.error}>
      {' · '}
      <TriangleAlert size={12} aria-hidden /> {formatErrors(count)}
    </span>
  );
}

const ICONS = {
  none: CircleDashed,
  training: Sparkles,
  awaiting_review: CircleCheck,
  good: BadgeCheck,
  failed: CircleX,
} as const satisfies Record<ActorSummary['model_state'], LucideIcon>;

/** State of the models: icon, text and colour. */
export function ModelState({ actor }: ActorFactsProps) {
  const Icon = ICONS[actor.model_state];
  return (
    <span className={`${styles.line} ${styles[actor.model_state]}`}>
      <Icon size={14} aria-hidden />
      {formatModel(actor)}
    </span>
  );
}
