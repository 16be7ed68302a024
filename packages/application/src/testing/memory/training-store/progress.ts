import { addProgressPoint } from '@trainyard/domain';
import type { CurveRef, ProgressStore } from '../../../ports/training-store/index.ts';
import type { MemoryState } from './data.ts';

/** Creates the loss curves of attempts. */
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
  };
}

function toKey({ trainingId, attempt }: CurveRef): string {
  return `${trainingId}:${attempt}`;
}
