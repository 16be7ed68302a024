import type { Connection } from '@trainyard/client';
import {
  type AutoTrainProgressView,
  type AutoTrainRunView,
  autoTrainProgressSchema,
  autoTrainRunSchema,
  candidatesSchema,
} from '@trainyard/contracts';
import type { Output } from '../../program/output.ts';
import { defined } from '../../program/values.ts';
import {
  candidateLines,
  enqueuedLines,
  headingLines,
  statusLines,
  statusWord,
  summaryLines,
} from '../../report/auto-train-report.ts';
import { followLine, hasEnded } from '../../report/training-lines.ts';
import { askUntil, createDrawing, FOLLOW_EVERY_MS } from '../trainings/follow.ts';

export interface AutoTrainOptions {
  readonly limit?: number;
  readonly dryRun?: boolean;
  readonly includeUnreviewed?: boolean;
  readonly policy?: string;
  readonly priority?: number;
  readonly actor?: readonly string[];
}

/** How a run is followed. */
export interface Following {
  /** The time by which the server lives; differs from the wall's in the demo. Epoch ms. */
  readonly now?: () => number;
  readonly everyMs?: number;
}

/** Enqueues all that are eligible, and tells of it in the manner of seed 002. */
export const enqueueAll = async (
  server: Connection,
  options: AutoTrainOptions,
  output: Output,
): Promise<AutoTrainRunView> => {
  const say = (lines: readonly string[]): void => lines.forEach((line) => void output.line(line));
  const query = { include_unreviewed: options.includeUnreviewed };
  say(headingLines());
  const { candidates } = await server.ask('/api/auto-train/candidates', candidatesSchema, { query });
  const { limit, dryRun, includeUnreviewed, policy, priority, actor } = options;
  say(candidateLines(actor ? candidates.filter((each) => actor.includes(each.actor_id)) : candidates, limit));
  const run = await server.ask('/api/auto-train/runs', autoTrainRunSchema, {
    method: 'POST',
    body: defined({
      limit,
      dry_run: dryRun,
      include_unreviewed: includeUnreviewed,
      policy,
      priority,
      actor_ids: actor,
    }),
  });
  say(enqueuedLines(run));
  return run;
};

const MINUTE_MS = 60_000;
/** A training that goes on is told again after so many minutes. */
const AGAIN_AFTER_MINUTES = 15;

type Training = AutoTrainProgressView['trainings'][number];

/** What is new about the trainings of a run since the last look. */
const createTelling = (names: ReadonlyMap<string, string>, now: () => number) => {
  const told = new Map<string, { readonly word: string; readonly minutes: number }>();
  const nameOf = (training: Training): string => names.get(training.id) ?? `actor ${training.subject_id}`;
  const minutesOf = (training: Training): number => {
    const at = hasEnded(training) && training.ended_at !== null ? Date.parse(training.ended_at) : now();
    return Math.max(0, (at - Date.parse(training.accepted_at)) / MINUTE_MS);
  };
  const news = (training: Training): readonly string[] => {
    const [word, minutes, before] = [statusWord(training), minutesOf(training), told.get(training.id)];
    const lasts = training.status === 'running' && minutes - (before?.minutes ?? 0) >= AGAIN_AFTER_MINUTES;
    if (before?.word === word && !lasts) return [];
    told.set(training.id, { word, minutes });
    return statusLines(nameOf(training), training, minutes);
  };
  return { news, nameOf };
};

/** Follows a run until every training has ended, and ends with the summary. */
export const followRun = async (
  server: Connection,
  run: AutoTrainRunView,
  output: Output,
  { now = Date.now, everyMs = FOLLOW_EVERY_MS }: Following = {},
): Promise<AutoTrainProgressView> => {
  const names = new Map(
    run.enqueued.flatMap(({ name, training }) => (training ? [[training.id, name]] : [])),
  );
  const { news, nameOf } = createTelling(names, now);
  const drawing = createDrawing(output);
  drawing.keep(['', `[Auto Train] Monitoring ${run.enqueued.length} training(s)...`]);
  const look = async (): Promise<AutoTrainProgressView> => {
    const progress = await server.ask(`/api/auto-train/runs/${run.id}`, autoTrainProgressSchema);
    const lines = progress.trainings.flatMap(news);
    if (lines.length > 0) drawing.keep(lines);
    const active = progress.trainings.filter((each) => !hasEnded(each) && each.status !== 'queued');
    drawing.show(active.map((each) => followLine(nameOf(each), each)));
    return progress;
  };
  const ended = await askUntil(look, ({ done }) => done, everyMs).finally(drawing.end);
  for (const line of summaryLines(ended)) output.line(line);
  return ended;
};

/** The summary of a run that found nobody to train. */
export const emptyProgress = (id: string): AutoTrainProgressView => ({
  id,
  done: true,
  total: 0,
  by_status: { pending: 0, training: 0, completed: 0, failed: 0, cancelled: 0 },
  summary: { processed: 0, successful: 0, failed: 0, cancelled: 0, cost_usd: null, execution_seconds: 0 },
  trainings: [],
});
