export {
  createRunPodProvider,
  LONGEST_RUN_BODY_BYTES,
  RUNPOD_BASE_URL,
  type RunPodProviderOptions,
} from './provider.ts';
export { type ParsedWebhook, readWebhook } from './webhook.ts';
