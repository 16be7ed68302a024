import {
  findAddressTextFault,
  MAX_PICTURES,
  omitUndefined,
  type RunOutput,
  type RunProgress,
} from '@trainyard/domain';
import {
  findFirst,
  toBoundedText,
  toCount,
  toErrorText,
  toNumber,
  toObject,
  toText,
  unwrapJson,
} from './job.ts';

/** The parsed output of a completed run: a model, or a failure. */
export type ParsedOutput =
  | { readonly kind: 'produced'; readonly output: RunOutput }
  | { readonly kind: 'failed'; readonly message: string };

const FAILED = /^(failed|failure|error|errored)$/i;
const SUCCEEDED = /^(success|succeeded|completed|ok)$/i;

/**
 * Parses the output of a COMPLETED run: the legacy payload (`{status, loraName, loraUrl, model_info}`), the same payload
 * inside envelopes, as text or as the last item of a list, or a plain address. A payload with a failed status is a
 * failure, whatever the envelope holds. An unusable output, or an address that no text of an address can be, has no
 * address, and the caller searches the object store.
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

/** The objects from the outermost envelope to the payload. */
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
    ...toAddress(findAddress(payload)),
    loraName: toBoundedText(findFirst(payload, ['loraName', 'lora_name']), 255),
    sizeBytes: toCount(findFirst(modelInfo, ['size_bytes', 'sizeBytes'])),
    sha256: toSha256(findFirst(payload, ['sha256']) ?? findFirst(modelInfo, ['sha256'])),
    ...toSamples(findFirst(payload, ['samples']) ?? layers.findLast(({ samples }) => samples)?.['samples']),
  });
}

const SHA256 = /^[0-9a-f]{64}$/i;

function toSha256(value: unknown): string | undefined {
  const text = toText(value)?.trim();
  return text !== undefined && SHA256.test(text) ? text.toLowerCase() : undefined;
}

/** The longest address of a picture, and of all together, in UTF-16 code units. */
const MAX_SAMPLE_LENGTH = 1_200;
const MAX_SAMPLES_LENGTH = 16_384;

/** Reads the addresses of pictures; the others, and those beyond the bounds, are counted. */
function toSamples(value: unknown): Pick<RunOutput, 'samples' | 'samplesIgnored'> {
  const given = unwrapJson(value);
  if (!Array.isArray(given)) return {};
  const samples: string[] = [];
  let room = MAX_SAMPLES_LENGTH;
  for (const each of given.slice(0, MAX_PICTURES)) {
    const address = withoutSignature(toText(each)?.trim() ?? '');
    const fits = address.length <= Math.min(room, MAX_SAMPLE_LENGTH);
    if (!fits || findAddressTextFault(address) !== undefined) continue;
    samples.push(address);
    room -= address.length;
  }
  const ignored = given.length - samples.length;
  return {
    ...(samples.length > 0 && { samples }),
    ...(ignored > 0 && { samplesIgnored: ignored }),
  };
}

/** An address of millions of characters or without a valid text is never stored. */
function toAddress(address: string | undefined): Pick<RunOutput, 'loraUrl' | 'addressFault'> {
  if (address === undefined) return {};
  const fault = findAddressTextFault(address);
  return fault === undefined ? { loraUrl: address } : { addressFault: fault };
}

const ADDRESS = ['loraUrl', 'lora_url', 'model_url', 'output_key'];

function findAddress(layer: Layer): string | undefined {
  const address = ADDRESS.map((name) => toText(layer[name])?.trim()).find((text) => text !== undefined);
  return address === undefined ? undefined : withoutSignature(address);
}

/** Removes the query of a presigned address: a signature is a secret, and useless once it has expired. */
function withoutSignature(address: string): string {
  return /^https?:/i.test(address) || isAddress(address) ? address.replace(/[?#].*$/s, '') : address;
}

/** Whether a plain text is the address of a model rather than a message. */
function isAddress(text: string): boolean {
  return /^[^\s?#]+\.safetensors([?#]\S*)?$/i.test(text.trim());
}

const STEP = ['step', 'current_step', 'global_step', 'currentStep'];
const TOTAL = ['total_steps', 'total', 'max_train_steps', 'totalSteps', 'max_steps'];
const LOSS = ['loss', 'avr_loss', 'avg_loss'];
const RATE = ['rate', 'steps_per_second', 'it_per_s', 'stepsPerSecond'];

/**
 * Parses the progress of a run from the `output` of a run in progress: an object, the object as text, an object under
 * `progress`, or the line of a progress bar («12/2000 [00:30<1:20:00, 3.4it/s, avr_loss=0.12]»). Undefined without the
 * step or without the total.
 */
export function readProgress(output: unknown, depth = 0): RunProgress | undefined {
  const value = unwrapJson(output);
  if (typeof value === 'string') return parseLine(value);
  const object = toObject(value);
  if (!object) return undefined;
  const step = findFirst(object, STEP);
  const { progress: inner } = object;
  if (step === undefined && inner !== undefined && depth < 3) return readProgress(inner, depth + 1);
  return toProgress({
    step: toCount(step),
    total: toCount(findFirst(object, TOTAL)),
    loss: toNumber(findFirst(object, LOSS)),
    rate: toNumber(findFirst(object, RATE)),
  });
}

interface Parts {
  readonly step: number | undefined;
  readonly total: number | undefined;
  readonly loss: number | undefined;
  readonly rate: number | undefined;
}

function toProgress({ step, total, loss, rate }: Parts): RunProgress | undefined {
  if (step === undefined || total === undefined || total === 0) return undefined;
  return {
    step: Math.min(step, total),
    totalSteps: total,
    ...(loss === undefined ? {} : { loss }),
    ...(rate === undefined ? {} : { stepsPerSecond: rate }),
  };
}

function parseLine(line: string): RunProgress | undefined {
  const steps = /(\d+)\s*(?:\/|of)\s*(\d+)/.exec(line);
  const perStep = toNumber(/([\d.]+)\s*s\/it/.exec(line)?.[1]);
  return toProgress({
    step: toCount(steps?.[1]),
    total: toCount(steps?.[2]),
    loss: toNumber(/loss\s*[=:]\s*([\d.]+(?:e-?\d+)?)/i.exec(line)?.[1]),
    rate: perStep ? 1 / perStep : toNumber(/([\d.]+)\s*it\/s/.exec(line)?.[1]),
  });
}
