import { createHash } from 'node:crypto';
import { createNoise } from './noise.ts';

/** Metadata of a LoRA file in the format of kohya's scripts, which write all values as text. */
export interface LoraMetadata {
  readonly outputName: string;
  readonly networkDim: number;
  readonly networkAlpha: number;
  readonly learningRate: number;
  readonly steps: number;
  readonly maxTrainSteps: number;
  readonly imageCount: number;
  /** Seed of the weights. */
  readonly seed: string;
}

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

/** Far below the 3072 of Flux: the file is found, named and hashed, but never used to draw. */
const FEATURES = 16;
const MODULES = ['double_blocks_0_img_attn_proj', 'double_blocks_0_txt_attn_qkv', 'single_blocks_0_linear1'];

/** Creates a small valid `.safetensors` file: bf16 tensors with the key names of a Flux LoRA, kohya's metadata and hashes. */
export function createLoraFile(facts: LoraMetadata): Buffer {
  const tensors = MODULES.flatMap((module) => createModuleTensors(module, facts));
  const metadata = toMetadata(facts);
  const data = Buffer.concat(tensors.map(({ bytes }) => bytes));
  const plain = Buffer.concat([createHeader(tensors, metadata), data]);
  const hashes = {
    sshs_model_hash: createHash('sha256').update(data).digest('hex'),
    sshs_legacy_hash: createHash('sha256')
      .update(plain.subarray(0x100000, 0x110000))
      .digest('hex')
      .slice(0, 8),
  };
  return Buffer.concat([createHeader(tensors, { ...metadata, ...hashes }), data]);
}

function createModuleTensors(
  module: string,
  { networkDim, networkAlpha, seed }: LoraMetadata,
): readonly Tensor[] {
  const key = `lora_unet_${module}`;
  const rank = networkDim;
  return [
    { name: `${key}.alpha`, shape: [], bytes: toBf16([networkAlpha]) },
    createTensor(`${key}.lora_down.weight`, [rank, FEATURES], seed),
    createTensor(`${key}.lora_up.weight`, [FEATURES, rank], seed),
  ];
}

function createTensor(name: string, shape: readonly number[], seed: string): Tensor {
  const noise = createNoise(`${seed}/${name}`);
  const count = shape.reduce((product, side) => product * side, 1);
  return { name, shape, bytes: toBf16(Array.from({ length: count }, (_, at) => (noise(at) - 0.5) / 10)) };
}

/** bfloat16 is the upper half of a float32. */
function toBf16(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  const wide = Buffer.alloc(4);
  for (const [at, value] of values.entries()) {
    wide.writeFloatLE(value);
    wide.copy(bytes, at * 2, 2, 4);
  }
  return bytes;
}

function toMetadata(facts: LoraMetadata): Readonly<Record<string, string>> {
  return {
    ss_output_name: facts.outputName,
    ss_session_id: facts.seed,
    ss_network_module: 'networks.lora_flux',
    ss_network_dim: String(facts.networkDim),
    ss_network_alpha: String(facts.networkAlpha),
    ss_learning_rate: String(facts.learningRate),
    ss_steps: String(facts.steps),
    ss_max_train_steps: String(facts.maxTrainSteps),
    ss_num_train_images: String(facts.imageCount),
    ss_mixed_precision: 'bf16',
    ss_base_model_version: 'flux1',
    ss_seed: '42',
    'modelspec.architecture': 'flux-1-dev/lora',
    'modelspec.title': facts.outputName,
  };
}

/** Header of the format: the length as 8 bytes little-endian, then JSON that is padded with blanks to a multiple of 8. */
function createHeader(tensors: readonly Tensor[], metadata: Readonly<Record<string, string>>): Buffer {
  let at = 0;
  const entries = tensors.map(({ name, shape, bytes }) => {
    const begin = at;
    at += bytes.length;
    return [name, { dtype: 'BF16', shape, data_offsets: [begin, at] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const padded = Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}
