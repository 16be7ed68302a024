export { type ApiParts, createApi, createWebhookApi } from './app.ts';
export { type ListeningApi, type ListenOptions, startApi } from './listen.ts';
export { isProblemCode } from './problems/table.ts';
export type { ApiDeps, ApiKey, ApiOptions } from './server/options.ts';
export { toApiDeps, toApiOptions, toListenOptions } from './settings.ts';
