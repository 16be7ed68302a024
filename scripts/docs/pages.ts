import { lifecyclePage } from './lifecycle-page.ts';
import { settingsPage } from './settings-page.ts';

/** The pages in `docs/` that are written from the code, by file name. */
export const PAGES: { readonly [file: string]: () => string } = {
  'concepts/lifecycle.md': lifecyclePage,
  'settings.md': settingsPage,
};
