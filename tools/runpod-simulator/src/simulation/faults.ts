import { z } from 'zod';

/** The faults that still wait for their target. */
export interface Faults {
  /** Throws a `ZodError` when a fault is not one; then none of them is taken. */
  push(...requests: FaultRequest[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** Uses up and gives the first waiting fault of these kinds that strikes the target. */
  consume<K extends FaultKind>(kinds: readonly K[], target: FaultTarget): FaultByKind<K> | undefined;
}

interface PendingFault {
  readonly fault: Fault;
  readonly when: ((target: FaultTarget) => boolean) | undefined;
  left: number;
}

/** Faults in the order they were asked for; `onTake` is told of each strike. */
export function createFaults(onConsume: (fault: Fault, target: FaultTarget) => void): Faults {
  let pending: PendingFault[] = [];
  return {
    push(...requests) {
      const added = requests.map(({ when, ...fault }) => {
        const parsed = faultSchema.parse(fault);
        return { fault: parsed, when, left: parsed.times ?? Number.POSITIVE_INFINITY };
      });
      pending.push(...added);
    },
    list: () => pending.map(({ fault, left }) => ({ ...fault, times: Number.isFinite(left) ? left : null })),
    clear() {
      pending = [];
    },
    consume<K extends FaultKind>(kinds: readonly K[], target: FaultTarget) {
      const found = pending.find(
        ({ fault, when }) =>
          hasKind(fault, kinds) && matchesTarget(fault, target) && (when?.(target) ?? true),
      );
      if (!found) return undefined;
      found.left -= 1;
      if (found.left <= 0) pending = pending.filter((each) => each !== found);
      onConsume(found.fault, target);
      return found.fault as FaultByKind<K>;
    },
  };
}

function hasKind<K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultByKind<K> {
  return (kinds as readonly FaultKind[]).includes(fault.kind);
}

function matchesTarget(fault: Fault, target: FaultTarget): boolean {
  if (fault.training_id !== undefined && fault.training_id !== target.trainingId) return false;
  if (fault.attempt !== undefined && fault.attempt !== target.attempt) return false;
  if (!('op' in fault) || fault.op === undefined) return true;
  return target.op !== undefined && [fault.op].flat().includes(target.op);
}

/** The operations of an endpoint that a fault can strike. */
export const OPERATIONS = [
  'run',
  'runsync',
  'status',
  'status-sync',
  'stream',
  'cancel',
  'retry',
  'purge-queue',
  'health',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Whom a fault strikes, and how often. All times are full times: they are scaled like RunPod's own. */
const targetFields = {
  /** How many times it strikes; once by default, `null` for ever. */
  times: z.int().positive().nullable().default(1),
  /** Only jobs of this training. */
  training_id: z.string().optional(),
  attempt: z.int().optional(),
  /** A name of the caller's; the history tells with it which fault struck. */
  tag: z.string().max(100).optional(),
};
const callFields = {
  ...targetFields,
  /** Only these operations; all of them by default. */
  op: z.union([z.enum(OPERATIONS), z.array(z.enum(OPERATIONS))]).optional(),
  /** Whether the call is carried out before it goes wrong: an accepted run whose answer is lost. */
  after_accepting: z.boolean().default(false),
};
const runFields = {
  ...targetFields,
  /** How far the training gets first, 0 to 1. */
  at_fraction: z.number().min(0).max(1).default(0.5),
};
const durationMs = z.number().min(0);

/**
 * A fault on request. On calls: `slow`, `answer` (any status and body: 429, 5xx, 401, HTML, `{}`), `drop` (connection reset),
 * `hang` (no answer ever). On webhooks: lost, duplicate, late, reordered. In the worker: a crash (FAILED, or requeued
 * first), out of memory, any error, an output that is missing or ignores its key, a last progress that overtakes the
 * result, a run that never ends, a queue that is never served, and cancels that do not take effect at once.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slow'), ...callFields, delay_ms: durationMs }),
  z.strictObject({
    kind: z.literal('answer'),
    ...callFields,
    http_status: z.int().min(200).max(599),
    /** Text is sent as HTML, everything else as JSON. */
    body: z.json().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('drop'), ...callFields }),
  z.strictObject({ kind: z.literal('hang'), ...callFields }),
  z.strictObject({ kind: z.literal('webhook_lost'), ...targetFields }),
  z.strictObject({
    kind: z.literal('webhook_duplicate'),
    ...targetFields,
    copies: z.int().min(1).default(2),
  }),
  z.strictObject({ kind: z.literal('webhook_late'), ...targetFields, delay_ms: durationMs }),
  /** Held until the next webhook of the endpoint went out, at most `delay_ms`. */
  z.strictObject({
    kind: z.literal('webhook_reordered'),
    ...targetFields,
    delay_ms: durationMs.default(60_000),
  }),
  z.strictObject({ kind: z.literal('worker_crash'), ...runFields, requeue: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('out_of_memory'), ...runFields }),
  z.strictObject({ kind: z.literal('error'), ...runFields, message: z.string() }),
  z.strictObject({ kind: z.literal('run_hang'), ...runFields }),
  /** COMPLETED without output; the LoRA may be in the store all the same. */
  z.strictObject({ kind: z.literal('no_output'), ...targetFields, uploaded: z.boolean().default(true) }),
  z.strictObject({ kind: z.literal('output_key_ignored'), ...targetFields }),
  /** The finished job is IN_PROGRESS again, with the progress as output; for `for_ms`, or until its result expires. */
  z.strictObject({
    kind: z.literal('progress_after_result'),
    ...targetFields,
    for_ms: durationMs.optional(),
  }),
  /** No worker takes the job; `/health` shows the workers in this state. */
  z.strictObject({
    kind: z.literal('stuck_in_queue'),
    ...targetFields,
    workers: z.enum(['throttled', 'unhealthy', 'none']).default('throttled'),
  }),
  /** `/cancel` says CANCELLED, `/status` goes on saying IN_PROGRESS for `for_ms`; a run that ends first keeps its end. */
  z.strictObject({ kind: z.literal('cancel_delayed'), ...targetFields, for_ms: durationMs }),
  /** The job is CANCELLED at once while its worker goes on for `for_ms`. */
  z.strictObject({ kind: z.literal('cancel_ignored_by_worker'), ...targetFields, for_ms: durationMs }),
]);

/** A fault with its defaults filled in. */
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault['kind'];
export type FaultByKind<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** What a fault may be aimed at. */
export interface FaultTarget {
  readonly endpointId: string;
  readonly op?: Operation;
  readonly jobId?: string;
  readonly trainingId?: string;
  readonly attempt?: number;
}

/** A fault as it is asked for: defaults may be left out; a predicate narrows it further (in this process only). */
export type FaultRequest = z.input<typeof faultSchema> & { readonly when?: (target: FaultTarget) => boolean };
