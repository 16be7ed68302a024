import { expect, it } from 'vitest';
import { createDecodeSlots } from './decode-slots.ts';

/** A decoding that ends when `finish` is called. */
function createDecoding(name: string, started: string[]) {
  let finish: (value: string) => void = () => {};
  const done = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const run = () => {
    started.push(name);
    return done;
  };
  return { finish: () => finish(name), run };
}

it('decodes at most two pictures at once, the others in the order of their arrival', async () => {
  const slots = createDecodeSlots({ decodings: 2, waitMs: 60_000 });
  const started: string[] = [];
  const decodings = ['a', 'b', 'c', 'd'].map((name) => createDecoding(name, started));
  const results = decodings.map(({ run }) => slots.run(run));
  await Promise.resolve();
  expect(started).toEqual(['a', 'b']);
  decodings[1]?.finish();
  await results[1];
  await Promise.resolve();
  expect(started).toEqual(['a', 'b', 'c']);
  for (const { finish } of decodings) finish();
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

it('refuses a picture for which no decoder becomes free in time, and keeps its place for no other', async () => {
  const slots = createDecodeSlots({ decodings: 1, waitMs: 1 });
  const started: string[] = [];
  const [first, late, next] = ['first', 'late', 'next'].map((name) => createDecoding(name, started));
  const running = slots.run(first!.run);
  await expect(slots.run(late!.run)).rejects.toMatchObject({ code: 'pictures_busy', retryable: true });
  first!.finish();
  await running;
  next!.finish();
  expect(await slots.run(next!.run)).toBe('next');
  expect(started).toEqual(['first', 'next']);
});

it('frees the decoder of a picture that cannot be decoded', async () => {
  const slots = createDecodeSlots({ decodings: 1, waitMs: 60_000 });
  await expect(slots.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await slots.run(async () => 'next')).toBe('next');
});
