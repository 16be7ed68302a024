import { z } from 'zod';

/** Pending faults. */
export interface Faults {
  /** Adds faults. Throws a `ZodError` and adds no fault when a request is invalid. */
  push(...requests: FaultRequest[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** Returns the first pending fault of these kinds that matches the target, and decrements its `times`. */
  consume<K extends FaultKind>(kinds: readonly K[], target: FaultTarget): FaultByKind<K> | undefined;
}

interface PendingFault {
  readonly fault: Fault;
  readonly when: ((target: FaultTarget) => boolean) | undefined;
  left: number;
}

/** Creates an empty list of faults in the order of their requests; `onConsume` is called for each consumed fault. */
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

/** Operations of an endpoint that a fault can affect. */
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

/** Operation of an endpoint. */
export type Operation = (typeof OPERATIONS)[number];

/** Target and number of uses of a fault. Times are unscaled ms; `timeScale` scales them. */
const targetFields = {
  /** Number of uses; 1 by default, `null` for unlimited. */
  times: z.int().positive().nullable().default(1),
  /** Only jobs of this training. */
  training_id: z.string().optional(),
  attempt: z.int().optional(),
  /** Name that the history records when the fault takes effect. */
  tag: z.string().max(100).optional(),
};
const callFields = {
  ...targetFields,
  /** Only these operations; all operations by default. */
  op: z.union([z.enum(OPERATIONS), z.array(z.enum(OPERATIONS))]).optional(),
  /** Executes the call before the fault, as for an accepted run whose response is lost. */
  after_accepting: z.boolean().default(false),
};
const runFields = {
  ...targetFields,
  /** Progress of the training at the fault, 0 to 1. */
  at_fraction: z.number().min(0).max(1).default(0.5),
};
const durationMs = z.number().min(0);

/**
 * An injected fault. Calls: `slow`, `answer` (any status and body: 429, 5xx, 401, HTML, `{}`), `drop` (connection reset),
 * `hang` (no response). Webhooks: lost, duplicate, late, reordered. Workers: a crash (FAILED, or requeued), out of memory,
 * an error, an output that is missing, ignores its key or has a false address, a return long after the upload, a progress report after the result, a run without an end, a
 * queue that is not served, and cancels that take effect late.
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
  /** COMPLETED without output; with `uploaded` the LoRA file is in the object store. */
  z.strictObject({ kind: z.literal('no_output'), ...targetFields, uploaded: z.boolean().default(true) }),
  z.strictObject({ kind: z.literal('output_key_ignored'), ...targetFields }),
  /** The container returns `for_ms` after it uploaded its model. */
  z.strictObject({ kind: z.literal('return_late'), ...targetFields, for_ms: durationMs }),
  /** The container uploads its model and reports this address instead of the model's own. */
  z.strictObject({ kind: z.literal('address_replaced'), ...targetFields, lora_url: z.string() }),
  /** Shows a completed job as IN_PROGRESS with the progress as output, for `for_ms` or until its result expires. */
  z.strictObject({
    kind: z.literal('progress_after_result'),
    ...targetFields,
    for_ms: durationMs.optional(),
  }),
  /** No worker claims the job; `/health` returns the workers in this state. */
  z.strictObject({
    kind: z.literal('stuck_in_queue'),
    ...targetFields,
    workers: z.enum(['throttled', 'unhealthy', 'none']).default('throttled'),
  }),
  /** `/cancel` returns CANCELLED, `/status` returns IN_PROGRESS for `for_ms`; a run that ends earlier keeps its result. */
  z.strictObject({ kind: z.literal('cancel_delayed'), ...targetFields, for_ms: durationMs }),
  /** The job is CANCELLED at once while its worker continues for `for_ms`. */
  z.strictObject({ kind: z.literal('cancel_ignored_by_worker'), ...targetFields, for_ms: durationMs }),
]);

/** A fault with all defaults. */
export type Fault = z.output<typeof faultSchema>;

/** Kind of a fault. */
export type FaultKind = Fault['kind'];

/** The fault type of a kind. */
export type FaultByKind<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** A call or job that a fault can affect. */
export interface FaultTarget {
  readonly endpointId: string;
  readonly op?: Operation;
  readonly jobId?: string;
  readonly trainingId?: string;
  readonly attempt?: number;
}

/** A requested fault. Fields with a default are optional; within a process a predicate can restrict the targets. */
export type FaultRequest = z.input<typeof faultSchema> & { readonly when?: (target: FaultTarget) => boolean };
