import { readChoice, storeChoice } from './choices.ts';

/** Theme of the studio: a fixed one, or the one of the system. */
export type Theme = 'dark' | 'light' | 'system';

const THEME_KEY = 'trainyard.theme';
const SHORTCUTS_KEY = 'trainyard.shortcuts';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** The stored theme; `system` while none is stored. */
export function getTheme(): Theme {
  const stored = readChoice(THEME_KEY);
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

/** Stores a theme in this browser and applies it. */
export function setTheme(theme: Theme): void {
  storeChoice(THEME_KEY, theme === 'system' ? undefined : theme);
  applyTheme();
}

/** Applies the stored theme to the document. */
export function applyTheme(): void {
  const theme = getTheme();
  const light = theme === 'light' || (theme === 'system' && prefersLight.matches);
  document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
}

/** Whether shortcuts of one key act; they do unless they were switched off in this browser. */
export function areShortcutsOn(): boolean {
  return readChoice(SHORTCUTS_KEY) !== 'off';
}

/** Switches the shortcuts of one key on or off in this browser. */
export function setShortcuts(on: boolean): void {
  storeChoice(SHORTCUTS_KEY, on ? undefined : 'off');
}

prefersLight.addEventListener('change', applyTheme);
