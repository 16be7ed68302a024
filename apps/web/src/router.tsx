import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { parseSearch, stringifySearch } from './api/search-codec.ts';
import { readActorsSearch } from './pages/actors/filters/search.ts';
import { readAutoTrainSearch } from './pages/auto-train/search.ts';
import { readBenchSearch } from './pages/bench/search.ts';
import { readLoginSearch } from './pages/login/search.ts';
import { readTrainingSearch } from './pages/training/search.ts';
import { NotFound } from './shell/not-found.tsx';
import { PageError } from './shell/page-error.tsx';
import { Shell } from './shell/shell.tsx';

/** What every route can reach. */
export interface RouteContext {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<RouteContext>()({ notFoundComponent: NotFound });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const actors = createRoute({
  getParentRoute: () => shell,
  path: '/actors',
  validateSearch: readActorsSearch,
  component: lazyRouteComponent(() => import('./pages/actors/actors-page.tsx'), 'ActorsPage'),
});
const bench = createRoute({
  getParentRoute: () => shell,
  path: '/actors/$id',
  validateSearch: readBenchSearch,
  component: lazyRouteComponent(() => import('./pages/bench/bench-page.tsx'), 'BenchPage'),
});
const training = createRoute({
  getParentRoute: () => shell,
  path: '/trainings/$id',
  validateSearch: readTrainingSearch,
  component: lazyRouteComponent(() => import('./pages/training/training-page.tsx'), 'TrainingPage'),
});
const autoTrain = createRoute({
  getParentRoute: () => shell,
  path: '/auto-train',
  validateSearch: readAutoTrainSearch,
  component: lazyRouteComponent(() => import('./pages/auto-train/auto-train-page.tsx'), 'AutoTrainPage'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});
const unknown = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: readLoginSearch,
  component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
});

const routeTree = root.addChildren([
  shell.addChildren([overview, actors, bench, training, autoTrain, settings, unknown]),
  login,
]);

/** Creates the router of the studio. Navigation is immediate; the data of a page load afterwards. */
export function createStudioRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    search: { strict: true },
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createStudioRouter>;
  }
}
