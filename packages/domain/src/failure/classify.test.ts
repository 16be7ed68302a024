import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from './classify.ts';
import { FAILURE_CLASSES, type FailureClass } from './failure.ts';

const texts: readonly [text: string, expected: FailureClass, code: string][] = [
  ["'FluxNetworkTrainer' object has no attribute 'num_train_epochs'", 'data', 'no_images'],
  ['No files were downloaded from S3', 'data', 'no_files_downloaded'],
  ['AssertionError: caption file is empty: /training_data/a.txt', 'data', 'caption_empty'],
  ["cannot identify image file '/training_data/a.png'", 'data', 'image_unreadable'],
  ['An error occurred (NoSuchKey) when calling the GetObject operation', 'data', 'object_missing'],
  ['CUDA out of memory. Tried to allocate 2.00 GiB', 'out_of_memory', 'gpu_memory'],
  ["<class 'torch.OutOfMemoryError'>: Allocation on device", 'out_of_memory', 'gpu_memory'],
  ["DefaultCPUAllocator: can't allocate memory", 'out_of_memory', 'host_memory'],
  ['worker exited with exit code 137', 'out_of_memory', 'host_memory'],
  ["Can't load tokenizer for 'openai/clip-vit-large-patch14'", 'configuration', 'tokenizer_missing'],
  ['the tokenizer google/t5-v1_1-xxl cannot be loaded', 'configuration', 'tokenizer_missing'],
  ['Cannot execute because node FluxTrainLoop does not exist.', 'configuration', 'node_missing'],
  [
    "Workflow validation failed:\n• Node 70 (errors): [{'type': 'value_not_in_list', 'details': \"plot_style: 'default' not in [...]\"}]",
    'configuration',
    'plot_style',
  ],
  [
    "Workflow validation failed:\n• Node 2 (errors): [{'type': 'value_not_in_list', 'details': \"transformer: 'flux1-dev-fp8.safetensors' not in []\"}]",
    'configuration',
    'model_missing',
  ],
  ['value_bigger_than_max: steps 20000', 'configuration', 'workflow_invalid'],
  ['Prompt outputs failed validation: Required input is missing', 'configuration', 'workflow_invalid'],
  ['prompt_no_outputs', 'configuration', 'workflow_invalid'],
  ['Missing required training_config fields: user_id, model_name', 'configuration', 'request_incomplete'],
  ["Missing 'workflow' parameter", 'configuration', 'request_incomplete'],
  ['`constant` does not require `num_warmup_steps`. Set None or 0.', 'configuration', 'settings_conflict'],
  [
    'when caching Text Encoder output, either shuffle_caption, token_warmup_step or caption_tag_dropout_rate cannot be used',
    'configuration',
    'settings_conflict',
  ],
  [
    'Expected all tensors to be on the same device, but found cpu and cuda:0',
    'configuration',
    'device_mismatch',
  ],
  ['avr_loss is nan', 'configuration', 'loss_nan'],
  ['Unable to locate credentials', 'configuration', 'store_access'],
  ['executionTimeout exceeded', 'timeout', 'execution_timeout'],
  ['job timed out after 600s', 'timeout', 'execution_timeout'],
  ['Training request timeout', 'timeout', 'execution_timeout'],
  ['Worker exited unexpectedly', 'provider', 'worker_crash'],
  ['worker abc123 crashed', 'provider', 'worker_crash'],
  [
    'ComfyUI server (127.0.0.1:8188) not reachable after multiple retries.',
    'provider',
    'comfyui_unreachable',
  ],
  ['WebSocket communication error: Connection closed', 'provider', 'comfyui_unreachable'],
  ['CUDA error: unspecified launch failure', 'provider', 'gpu_fault'],
  ['OSError: [Errno 28] No space left on device', 'provider', 'disk_full'],
  ['ValueError: Insufficient disk space. Required: 2GB. Available: 1GB', 'provider', 'disk_full'],
  [
    'No data found. Please verify arguments (train_data_dir must be the parent of folders)',
    'data',
    'no_images',
  ],
  [
    "ImportError: cannot import name 'cached_download' from 'huggingface_hub'",
    'configuration',
    'node_missing',
  ],
  [
    "OSError: We couldn't connect to 'https://huggingface.co' to load this file",
    'configuration',
    'tokenizer_missing',
  ],
  ["No such file or directory: '/models/vae/ae.safetensors'", 'configuration', 'model_missing'],
  ["'images' must be a list of objects with 'name' and 'image' keys", 'configuration', 'request_incomplete'],
  ["KeyError: 'workflow'", 'configuration', 'request_incomplete'],
  ['Invalid JSON format in input', 'configuration', 'request_incomplete'],
  ['ValueError: adafactor scheduler requires relative_step', 'configuration', 'settings_conflict'],
  [
    'when caching latents, either color_aug or random_crop cannot be used',
    'configuration',
    'settings_conflict',
  ],
  ['the trainer found more than one visible GPU', 'configuration', 'several_gpus'],
  ['exception_during_inner_validation', 'configuration', 'workflow_invalid'],
  ['HTTP communication error with ComfyUI: 500', 'provider', 'comfyui_unreachable'],
  ['job removed: TTL expired', 'timeout', 'never_started'],
  // sd-scripts reads captions as UTF-8; the bytes are a Windows-1252 apostrophe and a UTF-16 mark.
  [
    "<class 'UnicodeDecodeError'>: 'utf-8' codec can't decode byte 0x92 in position 24: invalid start byte",
    'data',
    'caption_unreadable',
  ],
  [
    "'ascii' codec can't decode byte 0xc3 in position 3: ordinal not in range(128)",
    'data',
    'caption_unreadable',
  ],
  ['UnicodeError: UTF-16 stream does not start with BOM', 'data', 'caption_unreadable'],
  ['Allocation on device 0 would exceed allowed memory.', 'out_of_memory', 'gpu_memory'],
  ['Allocation on device ', 'out_of_memory', 'gpu_memory'],
  ['cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY', 'out_of_memory', 'gpu_memory'],
  ["Command '['python3', 'flux_train.py']' died with <Signals.SIGKILL: 9>.", 'out_of_memory', 'host_memory'],
  ['the trainer returned exit status -9', 'out_of_memory', 'host_memory'],
  ['OSError: [Errno 12] Cannot allocate memory', 'out_of_memory', 'host_memory'],
  ['DataLoader worker (pid 77) is killed by signal: Killed (signal 9)', 'out_of_memory', 'host_memory'],
  ['job timed out after 1 retries', 'provider', 'worker_crash'],
  ['job timed out after 3 retries', 'provider', 'worker_crash'],
  ['Segmentation fault (core dumped)', 'provider', 'worker_crash'],
  ['the worker was stopped by SIGTERM', 'provider', 'worker_crash'],
  [
    'RuntimeError: The NVIDIA driver on your system is too old (found version 11040).',
    'provider',
    'gpu_driver',
  ],
  ['RuntimeError: Found no NVIDIA driver on your system.', 'provider', 'gpu_driver'],
  ['CUDA driver version is insufficient for CUDA runtime version', 'provider', 'gpu_driver'],
  ['Failed to initialize NVML: Driver/library version mismatch', 'provider', 'gpu_driver'],
  ["Can't initialize NVML", 'provider', 'gpu_driver'],
  ['NVML: Unknown Error', 'provider', 'gpu_driver'],
  ['nvidia-container-cli: initialization error: driver not loaded', 'provider', 'gpu_driver'],
  [
    'CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment',
    'provider',
    'gpu_fault',
  ],
  ['RuntimeError: No CUDA GPUs are available', 'provider', 'gpu_fault'],
  ['Unexpected error from cudaGetDeviceCount(). Error 804: forward compatibility', 'provider', 'gpu_fault'],
  ['RuntimeError: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED', 'provider', 'gpu_fault'],
  ['Unable to determine the device handle: GPU is lost.', 'provider', 'gpu_fault'],
  ['SafetensorError: Error while deserializing header: HeaderTooLarge', 'configuration', 'model_unreadable'],
  [
    'safetensors_rust.SafetensorError: Error while deserializing header: MetadataIncompleteBuffer',
    'configuration',
    'model_unreadable',
  ],
  ['incomplete metadata, file not fully covered', 'configuration', 'model_unreadable'],
  [
    'SafetensorError: Error while serializing: IoError(Os { code: 28, message: "No space left on device" })',
    'provider',
    'disk_full',
  ],
  ['something new', 'unknown', 'unknown'],
  ['', 'unknown', 'unknown'],
];

describe('the classification of a failure', () => {
  it.each(texts)('classifies «%s» as %s (%s)', (message, expected, code) => {
    expect(classifyFailure({ status: 'failed', message })).toMatchObject({ class: expected, code });
  });

  it('describes a missing dataset and keeps the original text', () => {
    const message = "'FluxNetworkTrainer' object has no attribute 'num_train_epochs'";
    const failure = classifyFailure({ status: 'failed', message });
    expect(failure.message).toContain('no images found');
    expect(failure.message).toContain(message);
  });

  it('selects the cause rather than the wrapper around it', () => {
    const message =
      'Job processing failed: Node Type: InitFluxLoRATraining, Message: CUDA out of memory; worker exited';
    expect(classifyFailure({ status: 'failed', message }).class).toBe('out_of_memory');
  });

  it('is a timeout for every timed-out run, whatever its text', () => {
    expect(classifyFailure({ status: 'timed_out', message: 'CUDA out of memory' })).toMatchObject({
      class: 'timeout',
      code: 'timed_out',
    });
    expect(classifyFailure({ status: 'timed_out', message: 'job expired before pick-up' }).code).toBe(
      'never_started',
    );
  });

  it('is never retryable for a cancelled run', () => {
    const failure = classifyFailure({ status: 'cancelled', message: 'worker crashed' });
    expect(failure).toMatchObject({ class: 'unknown', code: 'cancelled' });
  });

  it('does not depend on case, nesting in JSON strings, or text around the error', () => {
    const noise = fc
      .array(fc.constantFrom('#', '|', '»', '\n', ' ', '[12:00:01]', '=====', '\u001b[31m', 'qzx'), {
        maxLength: 40,
      })
      .map((parts) => parts.join(' '));
    const known = texts.filter(([message]) => message.trim() !== '');
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.record({ before: noise, after: noise, nesting: fc.nat(4), wrapped: fc.boolean() }),
        fc.constantFrom('toString', 'toUpperCase', 'toLowerCase' as const),
        ([message, expected, code], { before, after, nesting, wrapped }, toCase) => {
          let text = `${before} ${message} ${after}`;
          for (let level = 0; level < nesting; level += 1)
            text = JSON.stringify(wrapped ? { detail: text } : text);
          expect(classifyFailure({ status: 'failed', message: text[toCase]() })).toMatchObject({
            class: expected,
            code,
          });
        },
      ),
    );
  });

  it('finds an error in the middle of a long log that its redactor cuts', () => {
    const message = `${'downloading a shard\n'.repeat(1_000)}CUDA out of memory${'\nat line 1'.repeat(1_000)}`;
    const failure = classifyFailure({ status: 'failed', message }, (text) => text.slice(0, 4_000));
    expect(failure).toMatchObject({ class: 'out_of_memory', code: 'gpu_memory' });
    expect(failure.message.length).toBeLessThanOrEqual(2_000);
  });

  it('always returns a known class and a bounded message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('failed', 'timed_out', 'cancelled'),
        fc.string({ maxLength: 5_000 }),
        (status, message) => {
          const failure = classifyFailure({ status, message });
          expect(FAILURE_CLASSES).toContain(failure.class);
          expect(failure.message.length).toBeGreaterThan(0);
          expect(failure.message.length).toBeLessThanOrEqual(2_000);
        },
      ),
    );
  });
});
