import type { RunOutput } from '@trainyard/domain';
import { errorText } from './error.ts';
import { countOf, defined, firstOf, objectOf, textOf, unwrappedJson } from './values.ts';

/** What the output of a completed run says: a model, or that there is none after all. */
export type ReadOutput =
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
export function readOutput(output: unknown): ReadOutput {
  const layers = peel(output);
  const failure = layers.find(saysFailed);
  if (failure) {
    const wordy = layers.find(({ error }) => errorText(error) !== '') ?? failure;
    return { kind: 'failed', message: errorText(wordy) };
  }
  return { kind: 'produced', output: produced(layers) };
}

type Layer = Readonly<Record<string, unknown>>;

/** The objects from the outermost to the payload. */
function peel(output: unknown, depth = 0): readonly Layer[] {
  const value = unwrappedJson(output);
  if (Array.isArray(value)) return depth < 5 ? peel(value.at(-1), depth + 1) : [];
  if (typeof value === 'string') return isAddress(value) ? [{ loraUrl: value.trim() }] : [];
  const layer = objectOf(value);
  if (!layer) return [];
  const inner = firstOf(layer, ['output', 'result', 'data']);
  return depth < 5 && inner !== undefined ? [layer, ...peel(inner, depth + 1)] : [layer];
}

function saysFailed(layer: Layer): boolean {
  const { status, error } = layer;
  const word = textOf(status)?.trim() ?? '';
  if (FAILED.test(word)) return true;
  return errorText(error) !== '' && !SUCCEEDED.test(word) && addressIn(layer) === undefined;
}

function produced(layers: readonly Layer[]): RunOutput {
  const payload = layers.findLast((layer) => addressIn(layer) !== undefined) ?? layers.at(-1) ?? {};
  const about = objectOf(firstOf(payload, ['model_info', 'modelInfo'])) ?? payload;
  return defined({
    loraUrl: addressIn(payload),
    loraName: textOf(firstOf(payload, ['loraName', 'lora_name']))?.trim(),
    sizeBytes: countOf(firstOf(about, ['size_bytes', 'sizeBytes'])),
  });
}

function addressIn(layer: Layer): string | undefined {
  const address = textOf(firstOf(layer, ['loraUrl', 'lora_url', 'model_url', 'output_key']))?.trim();
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
