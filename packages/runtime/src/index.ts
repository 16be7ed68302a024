export { toWebhookUrl, WEBHOOK_PATH } from './deps/application-settings.ts';
export {
  createConfiguredClock,
  listSecrets,
  type OpenDeps,
  type OpenDepsOptions,
  openConfiguredObjectStore,
  openDeps,
  openWorkflows,
} from './deps/open-deps.ts';
export { type HealthServer, startHealth } from './metrics/health-server.ts';
export type { Metrics } from './metrics/metrics.ts';
export { renderSystemMetrics, type SystemSources } from './metrics/system-metrics.ts';
export { type ClockOptions, createClock } from './process/clock.ts';
export { createIds } from './process/ids.ts';
export { createLog, type LogOptions } from './process/log.ts';
export { redact } from './process/redact.ts';
export {
  type CloseStack,
  closeOnSignals,
  createCloseStack,
  openAll,
  type ShutdownHandle,
  type ShutdownOptions,
} from './process/shutdown.ts';
export { defaulted, optional, required, type SettingFacts, type SettingGroup } from './settings/declare.ts';
export { envExample, type SettingEntry, settingEntries, settingsTable } from './settings/documentation.ts';
export { type SettingFault, SettingsError } from './settings/error.ts';
export { flag, list, positiveNumber, text, url, wholeNumber } from './settings/kinds.ts';
export { parseEnv, type SettingsSource } from './settings/parse-env.ts';
export { GPU_PRICES, GPU_PRICES_AS_OF } from './settings/prices.ts';
export { clientSettingsSchema, type ParsedSettings, settingsSchema } from './settings/schema.ts';
export type { ApiKey } from './settings/sections/http.ts';
export { getPrice, getUsdPerSecond, isLoopback, readSettings, type Settings } from './settings/settings.ts';
