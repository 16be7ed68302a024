import { randomUUID } from 'node:crypto';
import type { Connection } from '@trainyard/client';
import {
  droppedLines,
  dryRunLines,
  enqueuedLines,
  headingLines,
  REPEAT_AFTER_MINUTES,
  statusLines,
  summaryLines,
  toReportStatus,
  waitingLines,
} from '@trainyard/client/report';
import {
  type AutoTrainProgressView,
  type AutoTrainRunView,
  autoTrainProgressSchema,
  autoTrainRunSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { Output } from '../terminal/output.ts';
import { createLiveLines, POLL_INTERVAL_MS, pollUntil } from './follow-training.ts';
import { selectionLines } from './selection-lines.ts';
import { followLine, hasEnded } from './training-lines.ts';

/** Options of an auto-train run. */
export interface AutoTrainOptions {
  readonly limit?: number;
  readonly dryRun?: boolean;
  readonly includeUnreviewed?: boolean;
  readonly policy?: string;
  readonly priority?: number;
  readonly actor?: readonly string[];
  readonly budget?: number;
  readonly all?: boolean;
  readonly validation?: boolean;
  readonly prompt?: readonly string[];
  /** Whether every skipped actor is listed with all its reasons. */
  readonly allReasons?: boolean;
}

/** Options of {@link followAutoTrainRun}. */
export interface FollowOptions {
  /** Time of the server, scaled in the demo. Epoch ms. */
  readonly now?: () => number;
  readonly everyMs?: number;
  /** Receives every progress and returns lines to report with it. */
  readonly observe?: (progress: AutoTrainProgressView) => readonly string[];
  /** Ends the following; the trainings go on. */
  readonly signal?: AbortSignal;
  /** Where the live lines are drawn. */
  readonly screen?: NodeJS.WriteStream;
}

/** Creates an auto-train run, or a dry run, and writes the report of the legacy script (docs/compatibility.md). */
export async function enqueueAutoTrainRun(
  server: Connection,
  options: AutoTrainOptions,
  output: Output,
): Promise<AutoTrainRunView> {
  writeLines(output, headingLines());
  const run = await requestRun(server, options);
  writeLines(output, [...selectionLines(run, { ...options, width: output.width }), ...enqueuedLines(run)]);
  writeLines(output, run.dry_run ? dryRunLines(run) : waitingLines(run));
  return run;
}

/** Plans a run and writes the selected actors, for a question before it starts. */
export async function planAutoTrainRun(
  server: Connection,
  options: AutoTrainOptions,
  output: Output,
): Promise<AutoTrainRunView> {
  writeLines(output, headingLines());
  const plan = await requestRun(server, { ...options, dryRun: true });
  writeLines(output, selectionLines(plan, { ...options, width: output.width }));
  return plan;
}

/**
 * Starts a run whose plan was confirmed, and writes its trainings and the actors that are no longer eligible. The run names
 * the actors of the plan: an actor that became eligible since then was not confirmed.
 */
export async function startPlannedRun(
  server: Connection,
  options: AutoTrainOptions,
  { plan, output }: { readonly plan: AutoTrainRunView; readonly output: Output },
): Promise<AutoTrainRunView> {
  const actor = plan.enqueued.map(({ actor_id: id }) => id);
  const run = await requestRun(server, { ...options, actor });
  writeLines(output, [...droppedLines(plan, run), ...enqueuedLines(run)]);
  return run;
}

function writeLines(output: Output, lines: readonly string[]): void {
  for (const line of lines) output.writeLine(line);
}

function requestRun(server: Connection, options: AutoTrainOptions): Promise<AutoTrainRunView> {
  return server.request('/api/auto-train/runs', autoTrainRunSchema, {
    method: 'POST',
    idempotencyKey: randomUUID(),
    body: toRunBody(options),
  });
}

function toRunBody(options: AutoTrainOptions) {
  return omitUndefined({
    limit: options.limit,
    dry_run: options.dryRun,
    include_unreviewed: options.includeUnreviewed,
    policy: options.policy,
    priority: options.priority,
    actor_ids: options.actor,
    budget_usd: options.budget,
    all: options.all,
    validation: options.validation,
    sample_prompts: options.prompt,
  });
}

const MINUTE_MS = 60_000;

type Training = AutoTrainProgressView['trainings'][number];

/** Reports changes of the trainings of a run since the last poll. */
function createChangeReport(names: ReadonlyMap<string, string>, now: () => number) {
  const reported = new Map<string, { readonly status: string; readonly minutes: number }>();
  const getName = (training: Training): string => names.get(training.id) ?? `actor ${training.subject_id}`;
  const getMinutes = (training: Training): number => {
    const at = hasEnded(training) && training.ended_at !== null ? Date.parse(training.ended_at) : now();
    return Math.max(0, (at - Date.parse(training.accepted_at)) / MINUTE_MS);
  };
  const describeChange = (training: Training): readonly string[] => {
    const [status, minutes, previous] = [
      toReportStatus(training),
      getMinutes(training),
      reported.get(training.id),
    ];
    const isRepeatDue =
      training.status === 'running' && minutes - (previous?.minutes ?? 0) >= REPEAT_AFTER_MINUTES;
    if (previous?.status === status && !isRepeatDue) return [];
    reported.set(training.id, { status, minutes });
    return statusLines(getName(training), training, minutes);
  };
  return { describeChange, getName };
}

/** Follows a run until every training has ended, and writes the summary. */
export async function followAutoTrainRun(
  server: Connection,
  run: Pick<AutoTrainRunView, 'id' | 'enqueued'>,
  output: Output,
  { now = Date.now, everyMs = POLL_INTERVAL_MS, observe, signal, screen }: FollowOptions = {},
): Promise<AutoTrainProgressView> {
  const names = new Map(
    run.enqueued.flatMap(({ name, training }) => (training ? [[training.id, name]] : [])),
  );
  const { describeChange, getName } = createChangeReport(names, now);
  const liveLines = createLiveLines(output, screen);
  if (run.enqueued.length > 0)
    liveLines.append(['', `[Auto Train] Monitoring ${run.enqueued.length} training(s)...`]);
  const pollRun = async (): Promise<AutoTrainProgressView> => {
    const progress = await server.request(`/api/auto-train/runs/${run.id}`, autoTrainProgressSchema);
    const lines = [...progress.trainings.flatMap(describeChange), ...(observe?.(progress) ?? [])];
    if (lines.length > 0) liveLines.append(lines);
    const active = progress.trainings.filter((each) => !hasEnded(each) && each.status !== 'queued');
    liveLines.redraw(active.map((each) => followLine(getName(each), each)));
    return progress;
  };
  const ended = await pollUntil(pollRun, ({ done }) => done, { everyMs, signal }).finally(liveLines.end);
  writeLines(output, summaryLines(ended));
  return ended;
}
