import { useEffect, useState } from 'react';
import { getServerNow } from '../../../api/clock.ts';

const KEY = 'trainyard.overview.visit';
const DAY_MS = 86_400_000;

/** Time at which this browser last left the overview, epoch ms of the server's clock; a day ago before the first visit. */
export function useLastVisit(): number {
  const [lastVisit] = useState(readVisit);
  useEffect(() => {
    const save = (): void => localStorage.setItem(KEY, String(getServerNow()));
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('pagehide', save);
      save();
    };
  }, []);
  return lastVisit;
}

function readVisit(): number {
  const stored = Number(localStorage.getItem(KEY));
  return Number.isFinite(stored) && stored > 0 ? stored : getServerNow() - DAY_MS;
}
