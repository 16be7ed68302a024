import type { Page } from 'playwright-core';
import type { Scene } from './scene.ts';

/** A picture to take: a page, and what is done on it before. */
export interface Shot {
  readonly name: string;
  readonly path: (scene: Scene) => string;
  /** Opens the dialog or the state that the picture shows. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const press =
  (...names: readonly (string | RegExp)[]) =>
  async (page: Page): Promise<void> => {
    for (const name of names)
      await page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click();
  };

const page = (name: string, path: string, prepare?: Shot['prepare']): Shot => ({
  name,
  path: () => path,
  ...(prepare && { prepare }),
});

const training = (
  name: string,
  state: keyof Scene['trainings'],
  more: { readonly query?: string; readonly prepare?: NonNullable<Shot['prepare']> } = {},
): Shot => ({
  name: `training-${name}`,
  path: ({ trainings }) => `/trainings/${trainings[state]}${more.query ?? ''}`,
  ...(more.prepare && { prepare: more.prepare }),
});

/** Pictures of live runs, which end while the other ones are taken. */
const LIVE: readonly Shot[] = [
  page('overview', '/'),
  training('loading', 'loading'),
  training('running', 'running'),
  training('cancel', 'running', { prepare: press('Cancel training') }),
  training('queued', 'queued'),
  page('bench-training', '/actors/0042'),
  training('parameters', 'running', { query: '?tab=parameters' }),
  training('images', 'running', { query: '?tab=images' }),
  training('events', 'running', { query: '?tab=events' }),
  page('overview-pause', '/', press(/^Pause/)),
  page('overview-slots', '/', press('Use one slot more')),
  page('overview-menu', '/', press(/^(Actions|More|Menu)/)),
];

/** Every page of the studio with its tabs, its states and its dialogs. */
export const SHOTS: readonly Shot[] = [
  ...LIVE,
  page('overview-picker', '/', press(/^Train$/)),
  page('actors', '/actors'),
  page('actors-table', '/actors?view=table'),
  page('actors-filtered', '/actors?data=synced&model=none'),
  page('actors-no-match', '/actors?q=unmatched'),
  page('actors-selected', '/actors', async (each) => {
    for (const name of ['Select 0048', 'Select 0089']) await each.getByRole('checkbox', { name }).check();
  }),
  page('bench-train', '/actors/0011'),
  page('bench-train-from', '/actors/0001?from=V2'),
  page('bench-guidelines', '/actors/0011', press('Guidelines')),
  page('bench-change-actor', '/actors/0011', press('Change actor')),
  page('bench-without-images', '/actors/0070'),
  page('bench-versions', '/actors/0001?tab=versions'),
  page('bench-review', '/actors/0019?tab=versions&review=true'),
  page('bench-compare', '/actors/0001?tab=versions&compare=V1,V2'),
  page('bench-viewer', '/actors/0001?tab=versions&sample=V1.0'),
  page('bench-images', '/actors/0019?tab=images'),
  page('bench-images-fault', '/actors/0063?tab=images'),
  page('bench-images-good', '/actors/0063?tab=images', press(/^Mark training data as good/)),
  training('failed', 'failed'),
  training('review', 'review'),
  training('viewer', 'review', { query: '?sample=0' }),
  page('auto-train', '/auto-train'),
  page('auto-train-reasons', '/auto-train?reason=every'),
  page('auto-train-dry-run', '/auto-train', press('Dry run')),
  page('auto-train-question', '/auto-train', press(/^Start \d/)),
  page('settings', '/settings'),
  page('settings-tunnel', '/settings', press(/^Start the tunnel/)),
  page('login', '/login'),
  page('not-found', '/nowhere'),
];
