import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { areShortcutsOn } from '../api/preferences.ts';

const PAGES = { o: '/', a: '/actors', u: '/auto-train', s: '/settings' } as const;
/** The second key of a shortcut follows the first within this time. */
const SEQUENCE_MS = 1_500;

/** Shortcuts of every page: `/` moves the focus to the search, `g` then `o`, `a`, `u` or `s` opens a page. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let startedAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (!areShortcutsOn() || isForElement(event)) return;
      const isSecond = performance.now() - startedAt < SEQUENCE_MS;
      startedAt = event.key === 'g' && !isSecond ? performance.now() : Number.NEGATIVE_INFINITY;
      const to = isSecond ? PAGES[event.key as keyof typeof PAGES] : undefined;
      if (to !== undefined) {
        event.preventDefault();
        void navigate({ to });
      } else if (event.key === '/') {
        event.preventDefault();
        if (!focusSearch()) void navigate({ to: '/actors' }).then(focusSearchLater);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate]);
}

/** Keys with a modifier, and keys typed into a field or while a dialog is open, belong to the element. */
function isForElement({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || defaultPrevented) return true;
  if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return true;
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  field?.select();
  return field !== null;
}

/** Number of frames in which a page that is being opened may show its search. */
const FRAMES = 120;

function focusSearchLater(): void {
  let left = FRAMES;
  const look = (): void => {
    left -= 1;
    if (!focusSearch() && left > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
