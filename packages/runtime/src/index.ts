export {
  createConfiguredClock,
  createDocumentPorts,
  describeObjectStore,
  openConfiguredObjectStore,
  openWorkflows,
  WEBHOOK_PATH,
} from './adapters.ts';
export { parseEnv, type SettingFault, SettingsError, type SettingsSource } from './env/parse-env.ts';
export { toValue } from './env/value.ts';
export { startHealth } from './metrics/health-server.ts';
export type { Metrics } from './metrics/metrics.ts';
export { renderSystemMetrics } from './metrics/system-metrics.ts';
export { type ObjectInfo, readObjectInfo } from './object-info.ts';
export { type OpenDeps, openDeps } from './open-deps.ts';
export { type DocumentAccess, type OpenDocuments, openDocuments } from './open-documents.ts';
export { loadSettings } from './process/load-settings.ts';
export { createLog } from './process/log.ts';
export { type CloseStack, closeOnSignals, createCloseStack, openAll } from './process/shutdown.ts';
export { getPrice, getUsdPerSecond } from './settings/prices.ts';
export { toRedisExamination } from './settings/redis.ts';
export { clientSettingsSchema, settingsSchema } from './settings/schema.ts';
export {
  isLoopback,
  listSecrets,
  readSettings,
  type Settings,
} from './settings/settings.ts';
export { listSimilarNames } from './settings/warnings.ts';
