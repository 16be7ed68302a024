import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import type { LinkDeps } from '../files/presigned.ts';
import { registerActorRoutes } from './actors.ts';
import { registerDatasetRoutes } from './datasets.ts';
import { registerSelectionSetRoutes } from './selection-sets.ts';
import { registerStyleImageRoutes } from './style-images.ts';
import { registerStyleRoutes } from './styles.ts';
import { registerTrainingDataRoutes } from './training-data.ts';
import { registerVersionRoutes } from './versions.ts';

/** Actors and styles, their data and their versions (SPEC §5.2, §6, §7). */
export function registerSubjectRoutes(app: Api, deps: ApiDeps & LinkDeps): void {
  registerActorRoutes(app, deps);
  registerTrainingDataRoutes(app, deps);
  registerStyleRoutes(app, deps);
  registerStyleImageRoutes(app, deps);
  registerSelectionSetRoutes(app, deps);
  registerDatasetRoutes(app, deps);
  registerVersionRoutes(app, deps, 'actor');
  registerVersionRoutes(app, deps, 'style');
}
