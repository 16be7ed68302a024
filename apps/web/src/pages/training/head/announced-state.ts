import { useEffect, useRef } from 'react';
import { announce } from '../../../parts/messages/announce.tsx';

/** Announces a change of state and each quarter of the steps; nothing at load. */
export function useAnnouncedState(state: string, share: number | undefined): void {
  const quarter = share === undefined ? 0 : Math.floor(share * 4);
  const known = useRef({ state, quarter });
  useEffect(() => {
    const before = known.current;
    known.current = { state, quarter };
    if (before.state !== state) announce(state);
    else if (quarter > before.quarter) announce(`${state}, ${quarter * 25} %`);
  }, [state, quarter]);
}
