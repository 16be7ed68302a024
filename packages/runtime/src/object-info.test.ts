import { createMemoryObjectStore } from '@trainyard/application';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createObjectInfoWatch, readObjectInfo } from './object-info.ts';

const settings = {
  WORKFLOW_TEMPLATE: 'lora_training_workflow_headless',
  FLUX_TRANSFORMER: 'flux1-dev-fp8.safetensors',
  FLUX_VAE: 'ae.safetensors',
  FLUX_CLIP_L: 'clip_l.safetensors',
  FLUX_T5: 't5xxl_fp8_e4m3fn.safetensors',
  OBJECT_INFO: 'data/object_info.json',
};
const DOCUMENT = JSON.stringify({
  Upscale: { input: { required: { image: ['IMAGE'] } }, output: ['IMAGE'], output_node: true },
});

function createWatch(realMs: (ms: number) => number = (ms) => ms) {
  const objects = createMemoryObjectStore();
  const events: string[] = [];
  const note = (event: string) => void events.push(event);
  const log = { info: note, warn: note, error: note };
  const watch = createObjectInfoWatch({ settings, objects, clock: { realMs }, log });
  onTestFinished(watch.stop);
  return { objects, watch, events };
}

describe('the document of OBJECT_INFO', () => {
  it('is read from a key of the object store, and each difference is logged once', async () => {
    const { objects, watch, events } = createWatch();
    await objects.put(settings.OBJECT_INFO, DOCUMENT);
    const readings: (string | undefined)[] = [];
    await watch.start(async (fault) => void readings.push(fault));
    expect(watch.getKnownClasses().schemas).toHaveProperty('Upscale');
    expect(readings).toEqual([undefined]);
    expect(events).toHaveLength(24);
    expect(new Set(events)).toEqual(new Set(['object_info_difference']));
  });

  it('stays as it was last read while it is unreadable, and is read again', async () => {
    const { objects, watch } = createWatch(() => 1);
    await objects.put(settings.OBJECT_INFO, DOCUMENT);
    const readings: (string | undefined)[] = [];
    await watch.start(async (fault) => void readings.push(fault));
    await objects.put(settings.OBJECT_INFO, '<html>');
    await expect.poll(() => readings.at(-1)).toMatch(/it is not JSON/);
    expect(watch.getKnownClasses().schemas).toHaveProperty('Upscale');
    await objects.put(settings.OBJECT_INFO, DOCUMENT.replace('Upscale', 'Sharpen'));
    await expect.poll(() => watch.getKnownClasses().schemas).toHaveProperty('Sharpen');
    await expect.poll(() => readings.at(-1)).toBeUndefined();
  });

  it('never read leaves the built-in classes, with the reason', async () => {
    const { watch } = createWatch();
    await watch.start(async () => undefined);
    const { schemas, unknownClass } = watch.getKnownClasses();
    expect(Object.keys(schemas)).toHaveLength(24);
    expect(unknownClass).toMatch(
      /OBJECT_INFO was never read \(data\/object_info.json is neither a file nor a key/,
    );
  });

  it.each([
    ['./missing.json', /is neither a file$/],
    ['/', /EISDIR|illegal operation/],
  ])('%s is refused', async (place, reason) => {
    const objects = createMemoryObjectStore();
    await expect(readObjectInfo({ ...settings, OBJECT_INFO: place }, objects)).rejects.toThrow(reason);
  });

  it('above 16 MiB is refused before it is loaded', async () => {
    const head = { key: 'k', etag: 'e', sizeBytes: 17 * 1024 * 1024, lastModifiedMs: 0 };
    const get = async () => expect.unreachable('the object must not be loaded');
    const reading = readObjectInfo(settings, { head: async () => head, get });
    await expect(reading).rejects.toThrow(/at most 16 MiB are read/);
  });
});
