/** Theme of the studio: a fixed one, or the one of the system. */
export type Theme = 'dark' | 'light' | 'system';

const KEY = 'trainyard.theme';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** The stored theme; `system` while none is stored. */
export function getTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

/** Stores a theme in this browser and applies it. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

/** Applies the stored theme to the document. */
export function applyTheme(): void {
  const theme = getTheme();
  const light = theme === 'light' || (theme === 'system' && prefersLight.matches);
  document.documentElement.dataset['theme'] = light ? 'light' : 'dark';
}

prefersLight.addEventListener('change', applyTheme);
