import type { TrainingView } from '@trainyard/contracts';
import {
  BadgeCheck,
  Ban,
  CircleCheck,
  CircleHelp,
  CircleX,
  Clock3,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  OctagonX,
  Send,
  Sparkles,
  ThumbsDown,
  TimerOff,
  TriangleAlert,
} from 'lucide-react';
import { useId } from 'react';
import { getServerNow } from '../../api/clock.ts';
import styles from './state-label.module.css';
import { getStateWord, type StateIcon, type StateWord, type Verdict } from './state-words.ts';
import { toVisibleText } from './visible-text.ts';

const ICONS: Readonly<Record<StateIcon, LucideIcon>> = {
  queued: Clock3,
  sending: Send,
  question: CircleHelp,
  waiting: Hourglass,
  training: Sparkles,
  stopping: OctagonX,
  finishing: LoaderCircle,
  ready: CircleCheck,
  good: BadgeCheck,
  not_good: ThumbsDown,
  failed: CircleX,
  timed_out: TimerOff,
  cancelled: Ban,
};

/** Properties of a state label. */
export interface StateLabelProps {
  readonly training: TrainingView;
  /** Verdict on the version, where it is known. */
  readonly verdict?: Verdict | undefined;
  /** The label is a button that opens the sentence of the state; not inside of links. */
  readonly explained?: boolean;
}

/** The state of a training: icon, text and tone. A mark that needs an operator stands beside it. */
export function StateLabel({ training, verdict = null, explained = false }: StateLabelProps) {
  const word = getStateWord(training, getServerNow(), verdict);
  const attention = training.needs_attention?.reason;
  return (
    <span className={styles.labels}>
      {explained ? <Explained word={word} /> : <WordLabel word={word} />}
      {attention !== undefined && (
        <span className={`${styles.label} ${styles.warn}`} title={toVisibleText(attention)}>
          <TriangleAlert size={14} aria-hidden />
          Action required
        </span>
      )}
    </span>
  );
}

/** A state as icon, text and tone. */
export function WordLabel({ word: { text, tone, icon } }: { readonly word: Omit<StateWord, 'sentence'> }) {
  const Icon = ICONS[icon];
  return (
    <span className={`${styles.label} ${styles[tone]} ${icon === 'good' ? styles.badge : ''}`}>
      <Icon size={14} aria-hidden />
      {text}
    </span>
  );
}

function Explained({ word }: { readonly word: StateWord }) {
  const id = useId();
  return (
    <>
      <button type="button" className={styles.button} popoverTarget={id}>
        <WordLabel word={word} />
      </button>
      <span id={id} popover="auto" className={styles.popover}>
        {toVisibleText(word.sentence)}
      </span>
    </>
  );
}
