import { useEffect } from 'react';

/** Colour of the dot in the icon of the window: the state of the run on the page. */
export type IconTone = 'accent' | 'ok' | 'warn' | 'danger' | 'queued' | 'info';

/**
 * Sets the title of the window while the page is shown, the state first: `62 % · 0019 V7`. The icon has a dot in the tone of
 * the run on the page.
 */
export function usePageTitle(title: string, tone?: IconTone): void {
  useEffect(() => {
    document.title = `${title} · Trainyard`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon || tone === undefined) return;
    icon.href = `/favicon-${tone}.svg`;
    return () => {
      icon.href = '/favicon.svg';
    };
  }, [title, tone]);
}
