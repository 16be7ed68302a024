import {
  type Fault,
  type FaultByKind,
  type FaultKind,
  type FaultRequest,
  type FaultTarget,
  faultSchema,
} from './fault.ts';

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
