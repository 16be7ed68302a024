import { useEffect } from 'react';

/** Colour of the dot in the icon of the window: the state of the run on the page. */
export type IconTone = 'accent' | 'ok' | 'warn' | 'danger' | 'queued' | 'info';

const NAME = 'Trainyard';
let claims = 0;

/**
 * Sets the title of the window while the page is shown, the state first: `62 % · 0019 V7`. The icon has a dot in the tone of
 * the run on the page.
 */
export function usePageTitle(title: string, tone?: IconTone): void {
  useEffect(() => {
    claims += 1;
    return () => {
      claims -= 1;
    };
  }, []);
  useEffect(() => {
    document.title = `${title} · ${NAME}`;
    setIcon(tone);
    return () => setIcon(undefined);
  }, [title, tone]);
}

/** Sets the title of a page that sets none itself. */
export function setDefaultTitle(title: string): void {
  if (claims === 0) document.title = `${title} · ${NAME}`;
}

function setIcon(tone: IconTone | undefined): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon) icon.href = tone === undefined ? '/favicon.svg' : `/icons/${tone}.svg`;
}
