/** How fast a run steps, as far as its reports tell. Times are epoch ms. */
export interface Pace {
  /** The first report of this course. */
  readonly first: Report;
  /** The last report that brought a new step. */
  readonly last: Report;
  /** How many spans between reports were measured. */
  readonly spans: number;
  /** Smoothed; absent until two reports differ. */
  readonly msPerStep?: number;
  /** Smoothed distance of the single spans from it, as a share. */
  readonly deviation?: number;
  /** The last span was taken for a pause: a sample, a checkpoint, a model being loaded. */
  readonly paused?: true;
}

interface Report {
  readonly step: number;
  readonly at: number;
}

/** What is left of a run. */
export interface Remaining {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

const SMOOTHING = 0.3;
/** A span this much slower than the rest is no stepping; two in a row are the new pace. */
const PAUSE_FACTOR = 3;
const STABLE_STEPS = 20;
const STABLE_MS = 30_000;
const STABLE_SPANS = 3;
/** However alike the spans were, nobody knows the end better than this. */
const SMALLEST_DEVIATION = 0.05;
const SILENT_MS = 60_000;

/** The pace after one more report. Fewer steps than before are a new course; the same step tells nothing. */
export function updatePace(pace: Pace | undefined, report: Report): Pace {
  if (!pace || report.step < pace.last.step) return { first: report, last: report, spans: 0 };
  if (report.step === pace.last.step || report.at <= pace.last.at) return pace;
  return measurePace(pace, report);
}

function smooth(before: number | undefined, now: number): number {
  return before === undefined ? now : before + SMOOTHING * (now - before);
}

function measurePace(pace: Pace, report: Report): Pace {
  const { paused: _, ...rest } = pace;
  const span = (report.at - pace.last.at) / (report.step - pace.last.step);
  const { msPerStep } = pace;
  if (msPerStep !== undefined && !pace.paused && span > PAUSE_FACTOR * msPerStep)
    return { ...rest, last: report, paused: true };
  const next = smooth(msPerStep, span);
  return {
    ...rest,
    last: report,
    spans: pace.spans + 1,
    msPerStep: next,
    ...(msPerStep !== undefined && {
      deviation: smooth(pace.deviation, Math.abs(span - msPerStep) / Math.max(msPerStep, 1)),
    }),
  };
}

function isStable({ first, last, spans }: Pace): boolean {
  return spans >= STABLE_SPANS && last.step - first.step >= STABLE_STEPS && last.at - first.at >= STABLE_MS;
}

/** A run that has said nothing for longer than its reports are apart may be doing anything. */
function isSilent({ first, last, spans }: Pace, now: number): boolean {
  return now - last.at > Math.max(SILENT_MS, (2 * (last.at - first.at)) / Math.max(spans, 1));
}

/**
 * What is left of a run, counted from now. Undefined until the pace is stable (20 steps, 30 s and three spans) and
 * while the run is silent: a wrong time is worse than none.
 */
export function estimateRemaining(
  pace: Pace | undefined,
  { totalSteps, now }: { readonly totalSteps: number; readonly now: number },
): Remaining | undefined {
  if (pace?.msPerStep === undefined || !isStable(pace) || isSilent(pace, now)) return undefined;
  const fullMs = Math.max(0, totalSteps - pace.last.step) * pace.msPerStep;
  const withoutElapsed = (ms: number): number => Math.max(0, ms - (now - pace.last.at));
  const share = Math.min(1, Math.max(SMALLEST_DEVIATION, pace.deviation ?? 1));
  return {
    ms: withoutElapsed(fullMs),
    lowMs: withoutElapsed(fullMs * (1 - share)),
    highMs: withoutElapsed(fullMs * (1 + share)),
  };
}
