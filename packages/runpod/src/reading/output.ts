import { omitUndefined, type RunOutput } from '@trainyard/domain';
import { toErrorText } from './error.ts';
import { findFirst, toCount, toObject, toText, unwrapJson } from './values.ts';

/** What the output of a completed run says: a model, or that there is none after all. */
export type ParsedOutput =
  | { readonly kind: 'produced'; readonly output: RunOutput }
  | { readonly kind: 'failed'; readonly message: string };

const FAILED = /^(failed|failure|error|errored)$/i;
const SUCCEEDED = /^(success|succeeded|completed|ok)$/i;

/**
 * Reads the output of a run that RunPod calls COMPLETED: the seeds' payload (`{status, loraName, loraUrl,
 * model_info}`), the same below one or more envelopes, as text, as the last of a list, or a bare address. A payload
 * that says it failed is a failure, whatever the envelope says; nothing usable is an output without an address, which
 * the caller looks up in the store.
 */
export function readOutput(output: unknown): ParsedOutput {
  const layers = unwrapLayers(output);
  const failure = layers.find(reportsFailure);
  if (failure) {
    const withMessage = layers.find(({ error }) => toErrorText(error) !== '') ?? failure;
    return { kind: 'failed', message: toErrorText(withMessage) };
  }
  return { kind: 'produced', output: toRunOutput(layers) };
}

type Layer = Readonly<Record<string, unknown>>;

/** The objects from the outermost to the payload. */
function unwrapLayers(output: unknown, depth = 0): readonly Layer[] {
  const value = unwrapJson(output);
  if (Array.isArray(value)) return depth < 5 ? unwrapLayers(value.at(-1), depth + 1) : [];
  if (typeof value === 'string') return isAddress(value) ? [{ loraUrl: value.trim() }] : [];
  const layer = toObject(value);
  if (!layer) return [];
  const inner = findFirst(layer, ['output', 'result', 'data']);
  return depth < 5 && inner !== undefined ? [layer, ...unwrapLayers(inner, depth + 1)] : [layer];
}

function reportsFailure(layer: Layer): boolean {
  const { status, error } = layer;
  const statusText = toText(status)?.trim() ?? '';
  if (FAILED.test(statusText)) return true;
  return toErrorText(error) !== '' && !SUCCEEDED.test(statusText) && findAddress(layer) === undefined;
}

function toRunOutput(layers: readonly Layer[]): RunOutput {
  const payload = layers.findLast((layer) => findAddress(layer) !== undefined) ?? layers.at(-1) ?? {};
  const modelInfo = toObject(findFirst(payload, ['model_info', 'modelInfo'])) ?? payload;
  return omitUndefined({
    loraUrl: findAddress(payload),
    loraName: toText(findFirst(payload, ['loraName', 'lora_name']))?.trim(),
    sizeBytes: toCount(findFirst(modelInfo, ['size_bytes', 'sizeBytes'])),
  });
}

function findAddress(layer: Layer): string | undefined {
  const address = toText(findFirst(layer, ['loraUrl', 'lora_url', 'model_url', 'output_key']))?.trim();
  return address === undefined ? undefined : withoutSignature(address);
}

/** A presigned address goes without its query: a signature is a secret, and useless once it has run out. */
function withoutSignature(address: string): string {
  return /^https?:/i.test(address) || isAddress(address) ? address.replace(/[?#].*$/s, '') : address;
}

/** Whether a bare text is the address of a model rather than a message. */
function isAddress(text: string): boolean {
  return /^[^\s?#]+\.safetensors([?#]\S*)?$/i.test(text.trim());
}
