export type { ApiKey } from './access/keys.ts';
export { type ApiParts, createApi, createWebhookApi } from './app.ts';
export { type ListeningApi, type ListenOptions, startApi } from './listen.ts';
export { isProblemCode } from './problems/table.ts';
export type { ApiDeps, ApiOptions } from './server/options.ts';
export { STUDIO_DIR } from './studio/studio.ts';
export { toApiDeps, toApiOptions, toListenOptions } from './settings.ts';
