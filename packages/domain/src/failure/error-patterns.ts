import type { FailureClass } from './failure.ts';

/** A known error text: its pattern, its class and code, and its description for operators. */
export interface ErrorPattern {
  readonly pattern: RegExp;
  readonly class: FailureClass;
  readonly code: string;
  readonly description: string;
}

const DATA_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern: /has no attribute ['"]num_train_epochs['"]|no data found\. please verify/i,
    class: 'data',
    code: 'no_images',
    description: 'no images found in the dataset folder',
  },
  {
    pattern: /no files were downloaded from s3/i,
    class: 'data',
    code: 'no_files_downloaded',
    description: 'the container could download none of the training files',
  },
  {
    pattern: /caption file is empty|empty caption/i,
    class: 'data',
    code: 'caption_empty',
    description: 'a caption file is empty',
  },
  {
    pattern: /cannot identify image file|UnidentifiedImageError|image file is truncated|broken data stream/i,
    class: 'data',
    code: 'image_unreadable',
    description: 'an image cannot be read',
  },
  {
    pattern: /NoSuchKey|NoSuchBucket|HeadObject operation: Not Found/i,
    class: 'data',
    code: 'object_missing',
    description: 'a training file is not in the object store',
  },
];

const MEMORY_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern: /out of memory|OutOfMemoryError|CUBLAS_STATUS_ALLOC_FAILED/i,
    class: 'out_of_memory',
    code: 'gpu_memory',
    description: 'the GPU ran out of memory',
  },
  {
    pattern: /can't allocate memory|Unable to allocate .* for an array|exit code:? ?137|OOM-?killed/i,
    class: 'out_of_memory',
    code: 'host_memory',
    description: 'the worker ran out of memory',
  },
];

const WORKFLOW_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern: /plot_style/i,
    class: 'configuration',
    code: 'plot_style',
    description: 'the container does not know the plot style (it knows «ggplot»)',
  },
  {
    pattern: /node .{0,80}does not exist|invalid_prompt|IMPORT FAILED|No module named|cannot import name/i,
    class: 'configuration',
    code: 'node_missing',
    description: 'a node of the workflow is not installed in the container',
  },
  {
    pattern:
      /(can.?t|cannot|could not|unable to) load (the )?tokenizer|tokenizer .{0,80}cannot be loaded|couldn.?t connect to .{0,10}huggingface\.co/i,
    class: 'configuration',
    code: 'tokenizer_missing',
    description: 'the container cannot load a tokenizer',
  },
  {
    pattern:
      /(value_not_in_list|value not in list)[\s\S]{0,200}\b(transformer|vae|clip_l|t5)\b|no such file or directory: .{0,200}\.(safetensors|sft|gguf)\b/i,
    class: 'configuration',
    code: 'model_missing',
    description: 'a model file named by the workflow is not in the container',
  },
  {
    pattern:
      /value[_ ]not[_ ]in[_ ]list|value_(smaller_than_min|bigger_than_max)|value .{0,60}(smaller than min|bigger than max)|required[_ ]input[_ ](is )?missing|bad_linked_input|return[_ ]type[_ ]mismatch|invalid_input_type|prompt_(no_outputs|outputs_failed_validation)|exception_during_(inner_)?validation|workflow validation failed/i,
    class: 'configuration',
    code: 'workflow_invalid',
    description: 'the container refused the workflow',
  },
];

const SETTINGS_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern:
      /missing required training_config fields|missing 'workflow' parameter|invalid json format in input|'images' must be a list|KeyError: '(workflow|extra_pnginfo)'/i,
    class: 'configuration',
    code: 'request_incomplete',
    description: 'the request lacks a part that the container needs',
  },
  {
    pattern:
      /does not require .?num_warmup_steps|requires .?relative_step|(shuffle_caption|color_aug|caption_dropout).{0,120}cannot be used/i,
    class: 'configuration',
    code: 'settings_conflict',
    description: 'two training settings exclude each other',
  },
  {
    pattern: /more than one (visible )?gpu|multiple gpus|num_processes.{0,40}greater than 1/i,
    class: 'configuration',
    code: 'several_gpus',
    description: 'the worker has more than one GPU, but the trainer supports one',
  },
  {
    pattern: /expected all tensors to be on the same device/i,
    class: 'configuration',
    code: 'device_mismatch',
    description: 'parts of the model are on different devices (blocks_to_swap must be 0 or 2 to 35)',
  },
  {
    pattern: /loss\b.{0,40}\bnan\b|\bnan\b.{0,40}loss\b/i,
    class: 'configuration',
    code: 'loss_nan',
    description: 'the loss became NaN',
  },
  {
    pattern:
      /unable to locate credentials|InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|HeadObject operation: Forbidden/i,
    class: 'configuration',
    code: 'store_access',
    description: 'the container may not read or write the object store',
  },
];

const TIMEOUT_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern:
      /expired (before|in) (pick-?up|the queue|queue)|never picked up|\bttl\b.{0,40}(expired|elapsed|exceeded)/i,
    class: 'timeout',
    code: 'never_started',
    description: 'no worker started the run before its ttl expired',
  },
  {
    pattern:
      /execution_?\s?timeout|training request timeout|job timed out|timed out after|exceeded .{0,30}timeout/i,
    class: 'timeout',
    code: 'execution_timeout',
    description: 'the run exceeded its execution timeout',
  },
];

const PROVIDER_PATTERNS: readonly ErrorPattern[] = [
  {
    pattern: /no space left on device|less than 2 ?gi?b|insufficient disk space|not enough free disk/i,
    class: 'provider',
    code: 'disk_full',
    description: 'the worker has no disk space left',
  },
  {
    pattern:
      /comfyui server .{0,60}not reachable|websocket communication error|http communication error with comfyui/i,
    class: 'provider',
    code: 'comfyui_unreachable',
    description: 'ComfyUI stopped responding inside the worker',
  },
  {
    pattern:
      /worker .{0,40}(crash|exited|died|lost|terminated|unhealthy|killed)|failed to return job results|exit code:? ?\d+/i,
    class: 'provider',
    code: 'worker_crash',
    description: 'the worker crashed',
  },
  {
    pattern:
      /CUDA error|CUDA driver|no CUDA-capable device|uncorrectable ECC|CUDNN_STATUS|NCCL error|GPU is lost/i,
    class: 'provider',
    code: 'gpu_fault',
    description: 'the worker’s GPU failed',
  },
  {
    pattern:
      /connection (reset|aborted|refused)|temporary failure in name resolution|max retries exceeded|read timed out/i,
    class: 'provider',
    code: 'worker_network',
    description: 'the worker lost its network connection',
  },
];

/**
 * The error texts of the container and the provider, most specific first: a text that names its cause («no images»)
 * precedes the wrapper around it («job processing failed»). Sources: the FluxTrainer nodes and their issues, ComfyUI's
 * validation, worker-comfyui, the provider's SDK and the documents of the legacy API.
 */
export const ERROR_PATTERNS: readonly ErrorPattern[] = [
  ...DATA_PATTERNS,
  ...MEMORY_PATTERNS,
  ...WORKFLOW_PATTERNS,
  ...SETTINGS_PATTERNS,
  ...TIMEOUT_PATTERNS,
  ...PROVIDER_PATTERNS,
];
