import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runProgram } from './program.ts';
import { EXIT } from './terminal/exit.ts';

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
      /No server answers at http:\/\/127\.0\.0\.1:2 \(connection refused\)\. Start one with `npx trainyard up`/,
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

  test('has every exit code in its help and in the documentation', async () => {
    const pages = ['../../../docs/cli.md', '../../../docs/operations/install.md'];
    const documents = pages.map((page) => readFileSync(new URL(page, import.meta.url), 'utf8'));
    const { out } = await runCli(['--help']);
    for (const code of Object.values(EXIT)) {
      expect(out).toMatch(new RegExp(`^ +${code}  \\w`, 'm'));
      for (const text of documents) expect(text).toContain(`\n| ${code} | `);
    }
  });

  test('refuses invalid settings without printing their values', async () => {
    const { code, err } = await runCli(['list'], { TRAINYARD_URL: 'hunter2' });
    expect(code).toBe(2);
    expect(err).toMatch(/TRAINYARD_URL must be a URL/);
    expect(err).not.toContain('hunter2');
  });

  test.each([
    ['enqueue 19 --priority 0', '--priority 0 must be a whole number of 1 or more'],
    ['concurrency x', '<number> x must be a whole number of 1 or more'],
    ['preview --kind dog', '--kind dog is unknown; use actor, style'],
    ['list --limti 3', "unknown option '--limti'\n(Did you mean --limit?)"],
    ['lst', "unknown command 'lst'\n(Did you mean list?)"],
  ])('names the fault of: trainyard %s', async (line, message) => {
    const { code, err } = await runCli(line.split(' '));
    expect([code, err]).toEqual([2, `trainyard: ${message}\n(see trainyard --help)\n`]);
  });

  test('prints its version, and a grouped help with examples that fits 80 columns', async () => {
    expect((await runCli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await runCli(['--version', '--json'])).out)).toEqual({ version: expect.any(String) });
    const { out } = await runCli(['--help']);
    for (const part of ['Trainings:', 'Models:', 'Auto-train:', 'Server:', 'Examples:'])
      expect(out).toContain(`\n${part}\n`);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('has every command and option that the compatibility table names', async () => {
    const table = readFileSync(new URL('../../../docs/compatibility.md', import.meta.url), 'utf8');
    const global = (await runCli(['--help'])).out;
    const named = [...table.matchAll(/`trainyard ([a-z-]+)([^`]*)`/g)];
    expect(named.length).toBeGreaterThan(15);
    for (const [, command = '', rest = ''] of named) {
      const { code, out } = await runCli([command, '--help']);
      // The help of an unknown command is that of the program, with exit code 0.
      expect([code, out]).toEqual([0, expect.stringMatching(new RegExp(`^Usage: trainyard ${command}\\b`))]);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(`${out}${global}`).toContain(option);
    }
  });

  test('refuses a key of typographic quotes or with blanks before any request (case 18)', async () => {
    for (const key of ['\u201cabc\u201d', 'a\u200bb', 'a b', 'schl\u00fcssel']) {
      const cli = await runCli(['list'], { TRAINYARD_API_KEY: key, TRAINYARD_URL: 'http://127.0.0.1:2' });
      expect([cli.code, cli.err]).toEqual([2, expect.stringMatching(/^trainyard: TRAINYARD_API_KEY /)]);
      const server = await runCli(['up'], {
        MODEL_TRAINING_RUNPOD_API_KEY: key,
        MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep',
      });
      expect([server.code, server.err]).toEqual([
        2,
        expect.stringMatching(/^trainyard: MODEL_TRAINING_RUNPOD_API_KEY /),
      ]);
      expect(`${cli.err}${server.err}`).not.toContain(key);
    }
  });

  test('refuses the URL of an endpoint in the place of its id before any request (case 19)', async () => {
    for (const id of ['https://api.runpod.ai/v2/abc123', '\u201cabc123\u201d', 'abc 123', 'abc123/run']) {
      const { code, err } = await runCli(['up'], {
        MODEL_TRAINING_RUNPOD_API_KEY: 'rp_key',
        MODEL_TRAINING_RUNPOD_ENDPOINT_ID: id,
      });
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/^trainyard: MODEL_TRAINING_RUNPOD_ENDPOINT_ID (must be the id|contains)/),
      ]);
    }
  });

  test('names the non-empty settings of a file .env in 80 columns for commands that read them', async () => {
    const readLine = async (command: string): Promise<string> => {
      const err: string[] = [];
      const names = ['MODEL_TRAINING_RUNPOD_API_KEY', 'SLACK_WEBHOOK_URL', 'OBJECT_STORE_URL', 'S3_ENDPOINT'];
      const source = { ...Object.fromEntries(names.map((name) => [name, ' x '])), SLACK_WEBHOOK_URL: '' };
      const write = (lines: string[]) =>
        ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
      const args = [...command.split(' '), '--url', 'http://127.0.0.1:2'];
      await runProgram(args, { source, fromFile: names, out: write([]), err: write(err) });
      return err.find((line) => line.includes('.env')) ?? '';
    };
    const line = await readLine('import no-such-folder');
    expect(line).toMatch(
      /^trainyard: 3 settings from \.env in this folder: MODEL_TRAINING_RUNPOD_API_KEY, …\n$/,
    );
    expect(line.trimEnd().length).toBeLessThanOrEqual(80);
    expect(line).not.toContain('SLACK');
    expect(await readLine('list')).toBe('');
  });

  test('warns of a variable that is close to a setting, and names the settings of a file .env', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const stream = (lines: string[]) =>
      ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
    const environment = {
      source: { TRAINYARD_URL: 'http://127.0.0.1:2', TRAINYARD_APIKEY: 'hunter2' },
      fromFile: ['TRAINYARD_URL', 'TRAINYARD_APIKEY'],
      out: stream(out),
      err: stream(err),
    };
    expect(await runProgram(['list'], environment)).toBe(3);
    expect(err.slice(0, 2)).toEqual([
      'trainyard: 1 setting from .env in this folder: TRAINYARD_URL\n',
      'trainyard: TRAINYARD_APIKEY is not a setting and is ignored; did you mean TRAINYARD_API_KEY?\n',
    ]);
    expect(err.join('')).not.toContain('hunter2');
  });
});
