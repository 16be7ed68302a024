import type { AutoTrainProgressView } from '@trainyard/contracts';
import type { DispatcherProcess } from './dispatcher.ts';

/** The failures of the demo: a worker that dies in the middle of a run, and a dispatcher that is killed. */
export interface DemoFailures {
  /** Evaluates the progress of the run, kills the dispatcher once, and returns the lines to report. */
  observe(progress: Pick<AutoTrainProgressView, 'trainings'>): readonly string[];
  /** Waits for the dispatcher that was started again. */
  settle(): Promise<void>;
}

type Training = AutoTrainProgressView['trainings'][number];

/** Options of {@link createDemoFailures}. */
export interface DemoFailuresOptions {
  readonly dispatcher: DispatcherProcess;
  /** Number of live runs at which the dispatcher is killed. */
  readonly liveRuns: number;
  /** Name of a training's actor. */
  readonly getName: (training: Training) => string;
}

const LIVE = ['submitted', 'running'];

/** Creates the failures. The worker crash is a fault of the simulator; this object reports the retry alone. */
export function createDemoFailures({ dispatcher, liveRuns, getName }: DemoFailuresOptions): DemoFailures {
  let restart: Promise<void> | undefined;
  const reported = new Set<string>();
  const pending: string[] = [];
  const kill = (live: number): readonly string[] => {
    restart = dispatcher
      .killAndRestart()
      .then(() => void pending.push('[Demo] The dispatcher runs again; no run was submitted a second time.'));
    return [
      `[Demo] The dispatcher is killed (kill -9) beside ${live} live ${live === 1 ? 'run' : 'runs'} and started again.`,
    ];
  };
  const describeRetry = (training: Training): readonly string[] => {
    if (!isRetried(training) || reported.has(training.id)) return [];
    reported.add(training.id);
    const next = `attempt 2 of ${training.max_attempts}`;
    return [`[Demo] The worker of ${getName(training)} died; ${next} follows.`];
  };
  return {
    observe: ({ trainings }) => {
      const live = trainings.filter(({ status }) => LIVE.includes(status)).length;
      const killed = restart === undefined && live >= liveRuns ? kill(live) : [];
      return [...killed, ...pending.splice(0), ...trainings.flatMap(describeRetry)];
    },
    settle: async () => restart,
  };
}

/** Whether a run of the training was accepted and a second one follows. */
function isRetried({ status, attempts_spent: spent }: Training): boolean {
  return spent > 1 || (spent === 1 && status === 'queued');
}
