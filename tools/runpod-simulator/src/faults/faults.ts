import {
  type Fault,
  type FaultKind,
  type FaultOf,
  type FaultRequest,
  faultSchema,
  type Target,
} from './fault.ts';

/** The faults that still wait for their target. */
export interface Faults {
  /** Throws a `ZodError` when a fault is not one; then none of them is taken. */
  push(...requests: FaultRequest[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** Uses up and gives the first waiting fault of these kinds that strikes the target. */
  take<K extends FaultKind>(kinds: readonly K[], target: Target): FaultOf<K> | undefined;
}

interface Waiting {
  readonly fault: Fault;
  readonly when: ((target: Target) => boolean) | undefined;
  left: number;
}

/** Faults in the order they were asked for; `onTake` is told of each strike. */
export function createFaults(onTake: (fault: Fault, target: Target) => void): Faults {
  let waiting: Waiting[] = [];
  return {
    push(...requests) {
      const added = requests.map(({ when, ...fault }) => {
        const parsed = faultSchema.parse(fault);
        return { fault: parsed, when, left: parsed.times ?? Number.POSITIVE_INFINITY };
      });
      waiting.push(...added);
    },
    list: () => waiting.map(({ fault, left }) => ({ ...fault, times: Number.isFinite(left) ? left : null })),
    clear() {
      waiting = [];
    },
    take<K extends FaultKind>(kinds: readonly K[], target: Target) {
      const found = waiting.find(
        ({ fault, when }) => isOf(fault, kinds) && strikes(fault, target) && (when?.(target) ?? true),
      );
      if (!found) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting = waiting.filter((each) => each !== found);
      onTake(found.fault, target);
      return found.fault as FaultOf<K>;
    },
  };
}

function isOf<K extends FaultKind>(fault: Fault, kinds: readonly K[]): fault is FaultOf<K> {
  return (kinds as readonly FaultKind[]).includes(fault.kind);
}

function strikes(fault: Fault, target: Target): boolean {
  if (fault.training_id !== undefined && fault.training_id !== target.trainingId) return false;
  if (fault.attempt !== undefined && fault.attempt !== target.attempt) return false;
  if (!('op' in fault) || fault.op === undefined) return true;
  return target.op !== undefined && [fault.op].flat().includes(target.op);
}
