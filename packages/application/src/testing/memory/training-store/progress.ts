import { addProgressPoint } from '@trainyard/domain';
import type { CurveRef, ProgressStore } from '../../../ports/training-store/index.ts';
import type { MemoryState } from './data.ts';

const POLL_CLAIM_MS = 1_000;

/** Creates the loss curves of attempts and the last checks of their runs. */
export function createMemoryProgress(state: MemoryState): ProgressStore {
  const listPoints = (curve: CurveRef) => state.data.curves.get(toKey(curve))?.points ?? [];
  return {
    addProgressPoint: async (curve, point) => {
      state.data.curves.set(toKey(curve), { curve, points: addProgressPoint(listPoints(curve), point) });
    },
    listProgressPoints: async (curve) => structuredClone(listPoints(curve)),
    listCurves: async () => [...state.data.curves.values()].map(({ curve }) => ({ ...curve })),
    deleteCurve: async (curve, last) => {
      if (JSON.stringify(listPoints(curve).at(-1)) === JSON.stringify(last))
        state.data.curves.delete(toKey(curve));
    },
    recordRunCheck: async (id, check) => void state.data.runChecks.set(id, check),
    findRunCheck: async (id) => state.data.runChecks.get(id),
    claimPoll: async (id) => {
      const claimedAt = state.data.pollClaims.get(id) ?? Number.NEGATIVE_INFINITY;
      if (performance.now() - claimedAt < POLL_CLAIM_MS) return false;
      state.data.pollClaims.set(id, performance.now());
      return true;
    },
  };
}

function toKey({ trainingId, attempt }: CurveRef): string {
  return `${trainingId}:${attempt}`;
}
