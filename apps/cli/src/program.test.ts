import { describe, expect, test } from 'vitest';
import { runProgram } from './program.ts';

async function runCli(args: readonly string[], source: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) =>
    ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
  const code = await runProgram(args, { source, out: stream(out), err: stream(err) });
  return { code, out: out.join(''), err: err.join('') };
}

describe('trainyard preview without a server', () => {
  test('prints the resolution and a workflow as a JSON document', async () => {
    const { code, out } = await runCli(['preview', '--kind', 'actor', '--image-count', '23', '--json']);
    const preview = JSON.parse(out);
    expect(code).toBe(0);
    expect(preview).toMatchObject({
      policy: 'flux-presets',
      preset: 'B',
      epochs_node: 44,
      hyperparameters: { max_train_steps: 2_000, learning_rate: 0.00025, network_dim: 16, network_alpha: 8 },
    });
    expect(preview.workflow['107'].inputs).toMatchObject({
      max_train_steps: 2_000,
      output_name: 'actor_preview',
    });
    expect(preview.estimate.cost_usd).toBeNull();
  });

  test('applies settings and overrides', async () => {
    const args = [
      'preview',
      'noir',
      '--kind',
      'style',
      '--image-count',
      '20',
      '-s',
      'network_dim=32',
      '--json',
    ];
    const { out } = await runCli(args, { SB_HP_STYLE_SPI: '60', GPU_TYPE: 'A100' });
    const preview = JSON.parse(out);
    expect(preview.hyperparameters).toMatchObject({ max_train_steps: 1_200, network_dim: 32 });
    expect(preview.estimate.cost_usd).toBeGreaterThan(0);
    expect(preview.trigger).toBe('style_noir');
  });

  test('prints the preview as lines', async () => {
    const { out } = await runCli(['preview', '--kind', 'actor', '--image-count', '23']);
    expect(out).toMatch(/Steps +2000 \(about 43 epochs\)/);
    expect(out).toMatch(/File +about 153 MB/);
  });

  test('prints the values of the preset table', async () => {
    const { out } = await runCli(['preview', '--kind', 'actor', '--image-count', '25']);
    expect(out).toMatch(/Policy +flux-presets B\n/);
    expect(out).toMatch(/Steps +2000 .*\nLearning rate +0\.00025\nRank\/Alpha +16\/8\nRepeats +2\n/);
    expect(out).toMatch(/Scheduler +cosine, warm-up 400 steps/);
    const many = await runCli(['preview', '--kind', 'actor', '--image-count', '75']);
    expect(many.out).toContain('warning: More than 60 images: curate to the best 30–60');
  });

  test('prints the advice of the style guide', async () => {
    const args = ['preview', '--kind', 'style', '--image-count', '30', '--policy', 'style-guide'];
    const { out } = await runCli(args);
    expect(out).toMatch(/Steps +1200 /);
    expect(out).toContain(
      'advice: 20–30 images (the sweet spot): 800–1200 steps, learning rate 0.0001 or 0.0004',
    );
    expect(out).toContain('advice: For a complex style, try network_dim 32');
  });

  test('exits with 2 and names an invalid value', async () => {
    const { code, err } = await runCli([
      'preview',
      '--kind',
      'actor',
      '--image-count',
      '23',
      '-s',
      'network_dim=9999',
    ]);
    expect(code).toBe(2);
    expect(err).toMatch(/network_dim/);
  });
});

describe('trainyard', () => {
  test('exits with 2 for invalid arguments', async () => {
    expect((await runCli(['list', '--limit', '2abc'])).code).toBe(2);
    expect((await runCli(['bogus'])).code).toBe(2);
    expect((await runCli(['preview', '--kind', 'dog'])).code).toBe(2);
    expect((await runCli(['preview', '--kind', 'actor'])).code).toBe(2);
  });

  test('exits with 3 and a hint when no server answers', async () => {
    const { code, err } = await runCli(['list', '--url', 'http://127.0.0.1:2']);
    expect(code).toBe(3);
    expect(err).toMatch(
      /No server answers at http:\/\/127\.0\.0\.1:2 \(connection refused\)\. Start one with `trainyard up`/,
    );
  });

  test('prints errors as JSON with --json', async () => {
    const { err } = await runCli(['list', '--json', '--url', 'http://127.0.0.1:2']);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'unreachable' } });
  });

  test('prints the exit codes with --help and exits with 0', async () => {
    const { code, out } = await runCli(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n +0 +success/);
  });

  test('refuses invalid settings without printing their values', async () => {
    const { code, err } = await runCli(['list'], { TRAINYARD_URL: 'hunter2' });
    expect(code).toBe(2);
    expect(err).toMatch(/TRAINYARD_URL must be a URL/);
    expect(err).not.toContain('hunter2');
  });
});
