export { WEBHOOK_PATH, toWebhookUrl } from './deps/application-settings.ts';
export {
  createConfiguredClock,
  type OpenDeps,
  type OpenDepsOptions,
  openDeps,
  openConfiguredObjectStore,
  openWorkflows,
  listSecrets,
} from './deps/open-deps.ts';
export { type HealthServer, startHealth } from './metrics/health-server.ts';
export type { Metrics } from './metrics/metrics.ts';
export { type SystemSources, renderSystemMetrics } from './metrics/system-metrics.ts';
export { type ClockOptions, createClock } from './process/clock.ts';
export {
  type CloseStack,
  closeOnSignals,
  createCloseStack,
  type ShutdownHandle,
  type ShutdownOptions,
  openAll,
} from './process/shutdown.ts';
export { createIds } from './process/ids.ts';
export { createLog, type LogOptions } from './process/log.ts';
export { redact } from './process/redact.ts';
export { defaulted, optional, required, type SettingFacts, type SettingGroup } from './settings/declare.ts';
export { envExample, type SettingEntry, settingEntries, settingsTable } from './settings/documentation.ts';
export { type SettingFault, SettingsError } from './settings/error.ts';
export { flag, list, positiveNumber, text, url, wholeNumber } from './settings/kinds.ts';
export { parseEnv, type SettingsSource } from './settings/parse-env.ts';
export { GPU_PRICES, GPU_PRICES_AS_OF } from './settings/prices.ts';
export { clientSettingsSchema, type ParsedSettings, settingsSchema } from './settings/schema.ts';
export type { ApiKey } from './settings/sections/http.ts';
export { isLoopback, getPrice, readSettings, type Settings, getUsdPerSecond } from './settings/settings.ts';
