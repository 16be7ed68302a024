import { lifecyclePage } from './lifecycle-page.ts';
import { settingsPage } from './settings-page.ts';

/** Generated pages by their path in `docs/`. */
export const PAGES: { readonly [file: string]: () => string } = {
  'concepts/lifecycle.md': lifecyclePage,
  'settings.md': settingsPage,
};
