import { useEffect, useRef } from 'react';
import { announce } from '../../../parts/announce.tsx';
import type { StateTone } from '../../../parts/state-words.ts';

/** Gives the icon of the window a dot in the tone of a state, as long as the page is shown. */
export function useFavicon(tone: StateTone): void {
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon) return;
    const { href } = icon;
    icon.href = `/favicon-${tone}.svg`;
    return () => {
      icon.href = href;
    };
  }, [tone]);
}

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
