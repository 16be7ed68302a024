import type { LinkDeps } from '../../files/presigned.ts';
import type { ApiDeps } from '../../options.ts';
import type { Api } from '../../server/server.ts';
import { actorRoutes } from './actors.ts';
import { datasetRoutes } from './datasets.ts';
import { selectionSetRoutes } from './selection-sets.ts';
import { styleImageRoutes } from './style-images.ts';
import { styleRoutes } from './styles.ts';
import { trainingDataRoutes } from './training-data.ts';
import { versionRoutes } from './versions.ts';

/** Actors and styles, their data and their versions (SPEC §5.2, §6, §7). */
export const subjectRoutes = (app: Api, deps: ApiDeps & LinkDeps): void => {
  actorRoutes(app, deps);
  trainingDataRoutes(app, deps);
  styleRoutes(app, deps);
  styleImageRoutes(app, deps);
  selectionSetRoutes(app, deps);
  datasetRoutes(app, deps);
  versionRoutes(app, deps, 'actor');
  versionRoutes(app, deps, 'style');
};
