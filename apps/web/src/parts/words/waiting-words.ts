import type { TrainingView } from '@trainyard/contracts';
import { formatTime } from './format.ts';

type Waiting = NonNullable<TrainingView['waiting']>;

/** The attempts of a training and the budget that holds it; absent in the head of the queue. */
export interface AttemptFacts {
  readonly attempts_spent?: number;
  readonly max_attempts?: number;
  readonly hold?: TrainingView['hold'];
}

/** Names the reason why a training waits; `waiting.text` is the long form. @param now epoch ms of the server's clock */
export function getWaitingWords(waiting: Waiting, now: number, facts: AttemptFacts = {}): string {
  const { code, until, text } = waiting;
  const time = until === null ? undefined : formatTime(until, now);
  const at = (before: string): string => (time === undefined ? before : `${before} at ${time}`);
  switch (code) {
    case 'slot':
      return text;
    case 'paused':
      return `queue ${text}`;
    case 'gate':
      return `dispatch stopped: ${text}`;
    case 'budget':
      return time === undefined ? 'a budget is used up' : `a budget is used up; continues ${time}`;
    case 'hold':
      return facts.hold?.of === 'training'
        ? 'its own budget has no room'
        : 'the budget of its auto-train run has no room';
    case 'retry':
      return `${at('retry')}: ${text}${getAttemptWords(facts)}`;
    case 'backoff':
      return `${at('tries again')}: ${text}`;
    case 'object_store':
      return `the object store refuses: ${text.replace(/^object store: /, '')}`;
    case 'recover_required':
      return 'Redis lost data; an operator must run `trainyard recover`';
  }
}

function getAttemptWords({ attempts_spent: spent, max_attempts: max }: AttemptFacts): string {
  return spent === undefined || max === undefined ? '' : `, attempt ${spent + 1} of ${max}`;
}
