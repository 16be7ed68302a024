import { describe, expect, it } from 'vitest';
import { createFaults, type Fault } from './faults.ts';

const target = { endpointId: 'ep1', op: 'run', trainingId: 't1', attempt: 1 } as const;

describe('an injected fault', () => {
  it('is consumed as often as requested, in the order of injection', () => {
    const struck: Fault[] = [];
    const faults = createFaults((fault) => struck.push(fault));
    faults.push({ kind: 'drop', times: 2 }, { kind: 'hang', times: null });
    const kinds = [1, 2, 3, 4].map(() => faults.consume(['drop', 'hang'], target)?.kind);
    expect(kinds).toEqual(['drop', 'drop', 'hang', 'hang']);
    expect(struck).toHaveLength(4);
    expect(faults.list()).toMatchObject([{ kind: 'hang', times: null }]);
    faults.clear();
    expect(faults.consume(['hang'], target)).toBeUndefined();
  });

  it('is consumed only by matching targets', () => {
    const faults = createFaults(() => undefined);
    faults.push({ kind: 'drop', op: ['status', 'cancel'] });
    faults.push({ kind: 'drop', training_id: 't2' });
    faults.push({ kind: 'drop', training_id: 't1', attempt: 2 });
    faults.push({ kind: 'drop', when: ({ endpointId }) => endpointId === 'ep2' });
    expect(faults.consume(['drop'], target)).toBeUndefined();
    expect(faults.consume(['drop'], { ...target, op: 'cancel' })).toBeDefined();
    expect(faults.consume(['drop'], { ...target, trainingId: 't2' })).toBeDefined();
    expect(faults.consume(['drop'], { ...target, attempt: 2 })).toBeDefined();
    expect(faults.consume(['drop'], { ...target, endpointId: 'ep2' })).toBeDefined();
  });

  it('is refused with the name of the invalid field', () => {
    const faults = createFaults(() => undefined);
    expect(() => faults.push({ kind: 'slow', delay_ms: -1 })).toThrow(/delay_ms/);
    expect(() => faults.push({ kind: 'drop' }, { kind: 'drop', time: 3 } as never)).toThrow(/time/);
    expect(faults.list()).toEqual([]);
  });
});
