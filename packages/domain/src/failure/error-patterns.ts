import type { FailureClass } from './failure.ts';

/** A known error text: its pattern, its class and code, its description for operators, and the program that prints it. */
export interface ErrorPattern {
  readonly pattern: RegExp;
  readonly class: FailureClass;
  readonly code: string;
  readonly description: string;
  readonly source: string;
}

type Rows = Readonly<Record<string, Omit<ErrorPattern, 'class' | 'code'>>>;

/** The patterns of a class; the name of a row is its code. */
function listPatterns(cls: FailureClass, rows: Rows): readonly ErrorPattern[] {
  return Object.entries(rows).map(([code, row]) => ({ ...row, class: cls, code }));
}

const DATA_PATTERNS = listPatterns('data', {
  no_images: {
    pattern:
      /has no attribute ['"]?num_train_epochs|no data found\. please verify|no images? (files? )?found/i,
    description: 'no images found in the dataset folder',
    source: 'sd-scripts, FluxTrainer',
  },
  no_files_downloaded: {
    pattern: /no files were downloaded from s3/i,
    description: 'the container could download none of the training files',
    source: 'training container',
  },
  caption_empty: {
    pattern: /caption file is empty|empty caption/i,
    description: 'a caption file is empty',
    source: 'sd-scripts',
  },
  caption_unreadable: {
    pattern:
      /codec can.?t decode|Unicode(Decode)?Error: .{0,40}(decod|UTF|BOM|truncated)|UnicodeDecodeError/i,
    description: 'a caption file is not UTF-8',
    source: 'Python (codecs)',
  },
  image_unreadable: {
    pattern:
      /cannot identify image file|UnidentifiedImageError|image file is truncated|broken data stream|broken PNG file|corrupt JPEG|truncated file read|DecompressionBombError/i,
    description: 'an image cannot be read',
    source: 'Pillow, libjpeg',
  },
  object_missing: {
    pattern: /NoSuchKey|NoSuchBucket|HeadObject operation: Not Found/i,
    description: 'a training file is not in the object store',
    source: 'botocore',
  },
});

const MEMORY_PATTERNS = listPatterns('out_of_memory', {
  host_memory: {
    pattern:
      /can(no|')?t allocate memory|unable to allocate .* for an array|\bMemoryError\b|bad_alloc|out of shared memory|SIGKILL|\bsignal:? ?9\b|oom[-_ ]?kill|killed process \d+|\b(exit|return)\w*( with)?( exit)?[ _-]?(code|status)?[\s:=]{0,3}(137|-9)\b/i,
    description: 'the worker ran out of memory, for which the kernel kills a process (SIGKILL)',
    source: 'NumPy, PyTorch (DefaultCPUAllocator, DataLoader), libstdc++, Linux, Python (subprocess), Docker',
  },
  gpu_memory: {
    pattern: /out[ _]of[ _]memory|OutOfMemoryError|allocation on device|CUBLAS_STATUS_ALLOC_FAILED/i,
    description: 'the GPU ran out of memory',
    source: 'PyTorch (CUDA caching allocator), ComfyUI, cuBLAS',
  },
});

/** Faults of the worker's machine that name their cause. They precede faults of the request, which name it less exactly. */
const MACHINE_PATTERNS = listPatterns('provider', {
  disk_full: {
    pattern: /no space left on device|less than 2 ?gi?b|insufficient disk space|not enough free disk/i,
    description: 'the worker has no disk space left',
    source: 'Linux, training container',
  },
  gpu_driver: {
    pattern:
      /nvidia[- ]driver|CUDA driver|driver\/library version mismatch|driver not loaded|nvidia-container-cli|nvidia-smi has failed|could not select device driver|\bNVML|nvmlInit|initialize NVML/i,
    description: 'the GPU driver of the worker does not work',
    source: 'PyTorch (CUDA initialization), NVML, NVIDIA container toolkit',
  },
  gpu_fault: {
    pattern:
      /CUDA[ _](unknown )?error|CUDA initialization|CUDA unknown|cudaError|cudaGetDeviceCount|\bcuInit\b|no CUDA[- ](capable device|GPUs)|CUDA-capable device|cuda\.is_available\(\) is False|uncorrectable ECC|CUDNN_STATUS|cuDNN error|CUBLAS_STATUS|NCCL error|GPU (is lost|has fallen off)|\bXid\b/i,
    description: 'the GPU of the worker failed',
    source: 'PyTorch, CUDA runtime, cuDNN, cuBLAS, NVIDIA kernel driver',
  },
});

const WORKFLOW_PATTERNS = listPatterns('configuration', {
  plot_style: {
    pattern: /plot_style/i,
    description: 'the container does not know the plot style (it knows «ggplot»)',
    source: 'FluxTrainer',
  },
  node_missing: {
    pattern: /node .{0,80}does not exist|invalid_prompt|IMPORT FAILED|No module named|cannot import name/i,
    description: 'a node of the workflow is not installed in the container',
    source: 'ComfyUI, Python (import)',
  },
  tokenizer_missing: {
    pattern:
      /(can.?t|cannot|could not|unable to) load (the )?tokenizer|tokenizer .{0,80}cannot be loaded|couldn.?t connect to .{0,10}huggingface\.co/i,
    description: 'the container cannot load a tokenizer',
    source: 'Hugging Face transformers',
  },
  model_missing: {
    pattern:
      /(value_not_in_list|value not in list)[\s\S]{0,200}\b(transformer|vae|clip_l|t5)\b|no such file or directory: .{0,200}\.(safetensors|sft|gguf)\b/i,
    description: 'a model file named by the workflow is not in the container',
    source: 'ComfyUI, Python (open)',
  },
  model_unreadable: {
    pattern:
      /error while deserializing|header ?too ?(large|small)|InvalidHeader|MetadataIncompleteBuffer|incomplete metadata, file not fully covered|TensorInvalidInfo|invalid load key|PytorchStreamReader failed/i,
    description: 'a model file of the container is damaged or incomplete',
    source: 'safetensors, PyTorch (torch.load)',
  },
  workflow_invalid: {
    pattern:
      /value[_ ]not[_ ]in[_ ]list|value_(smaller_than_min|bigger_than_max)|value .{0,60}(smaller than min|bigger than max)|required[_ ]input[_ ](is )?missing|bad_linked_input|return[_ ]type[_ ]mismatch|invalid_input_type|prompt_(no_outputs|outputs_failed_validation)|exception_during_(inner_)?validation|workflow validation failed/i,
    description: 'the container refused the workflow',
    source: 'ComfyUI (execution.py), worker-comfyui',
  },
});

const SETTINGS_PATTERNS = listPatterns('configuration', {
  request_incomplete: {
    pattern:
      /missing required training_config fields|missing 'workflow' parameter|invalid json format in input|'images' must be a list|KeyError: '(workflow|extra_pnginfo)'/i,
    description: 'the request lacks a part that the container needs',
    source: 'worker-comfyui, training container',
  },
  settings_conflict: {
    pattern:
      /does not require .?num_warmup_steps|requires .?relative_step|(shuffle_caption|color_aug|caption_dropout).{0,120}cannot be used/i,
    description: 'two training settings exclude each other',
    source: 'sd-scripts',
  },
  several_gpus: {
    pattern: /more than one (visible )?gpu|multiple gpus|num_processes.{0,40}greater than 1/i,
    description: 'the worker has more than one GPU, but the trainer supports one',
    source: 'FluxTrainer, accelerate',
  },
  device_mismatch: {
    pattern: /expected all tensors to be on the same device/i,
    description: 'parts of the model are on different devices (blocks_to_swap must be 0 or 2 to 35)',
    source: 'PyTorch',
  },
  loss_nan: {
    pattern: /loss\b.{0,40}\bnan\b|\bnan\b.{0,40}loss\b/i,
    description: 'the loss became NaN',
    source: 'sd-scripts',
  },
  store_access: {
    pattern:
      /unable to locate credentials|InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|HeadObject operation: Forbidden/i,
    description: 'the container may not read or write the object store',
    source: 'botocore, S3',
  },
});

/** The platform gave up a run whose worker did not answer; the words resemble those of an exceeded timeout. */
const UNANSWERED_PATTERNS = listPatterns('provider', {
  worker_crash: {
    pattern: /timed out after \d+ (re)?(try|tries)\b/i,
    description: 'the worker took the run and did not answer',
    source: 'serverless platform',
  },
});

const TIMEOUT_PATTERNS = listPatterns('timeout', {
  never_started: {
    pattern:
      /expired (before|in) (pick-?up|the queue|queue)|never picked up|\bttl\b.{0,40}(expired|elapsed|exceeded)/i,
    description: 'no worker started the run before its ttl expired',
    source: 'serverless platform',
  },
  execution_timeout: {
    pattern:
      /execution_?\s?timeout|training request timeout|job timed out|timed out after|exceeded .{0,30}timeout/i,
    description: 'the run exceeded its execution timeout',
    source: 'serverless platform, legacy API',
  },
});

const WORKER_PATTERNS = listPatterns('provider', {
  comfyui_unreachable: {
    pattern:
      /comfyui server .{0,60}not reachable|websocket communication error|http communication error with comfyui/i,
    description: 'ComfyUI stopped responding inside the worker',
    source: 'worker-comfyui',
  },
  worker_crash: {
    pattern:
      /worker .{0,40}(crash|exited|died|lost|terminated|unhealthy|killed)|failed to return job results|SIG(SEGV|TERM|ABRT|BUS)|segmentation fault|\bexit(ed)?( with)?( exit)?[ _-]?(code|status):? ?-?\d+/i,
    description: 'the worker crashed',
    source: 'serverless platform, Python SDK of the platform, Linux',
  },
  worker_network: {
    pattern:
      /connection (reset|aborted|refused)|temporary failure in name resolution|max retries exceeded|read timed out/i,
    description: 'the worker lost its network connection',
    source: 'urllib3, botocore',
  },
});

/**
 * The error texts of the container and the provider, with their sources, most specific first: a text that names its
 * cause («no images») precedes the wrapper around it («job processing failed»). The texts are matched in the form of
 * {@link ErrorPattern.pattern}, without regard to case.
 */
export const ERROR_PATTERNS: readonly ErrorPattern[] = [
  ...DATA_PATTERNS,
  ...MEMORY_PATTERNS,
  ...MACHINE_PATTERNS,
  ...WORKFLOW_PATTERNS,
  ...SETTINGS_PATTERNS,
  ...UNANSWERED_PATTERNS,
  ...TIMEOUT_PATTERNS,
  ...WORKER_PATTERNS,
];
