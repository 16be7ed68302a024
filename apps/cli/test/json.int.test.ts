import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { addCommands, runProgram } from '../src/program.ts';
import { openTestSystem } from './test-system.ts';

/** Commands with valid arguments. `up` and `demo` run until Ctrl-C and have tests of their own. */
const CALLS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  enqueue: [['0042', '--description', 'a note']],
  preview: [['0019'], ['--kind', 'actor', '--image-count', '23']],
  list: [[], ['--status', 'queued,failed', '--subject', '19', '--limit', '5']],
  show: [['$TRAINING']],
  watch: [['$CANCELLED']],
  top: [['--once'], []],
  cancel: [['$OTHER']],
  retry: [['$CANCELLED']],
  resolve: [['$TRAINING', 'fail', '--attempt', '1', '--run-is-dead']],
  priority: [['$TRAINING', '7']],
  versions: [['0019']],
  compare: [['0019', 'V1', 'V2']],
  download: [['$TRAINING'], ['0019', 'V1']],
  pictures: [['$TRAINING'], ['0019', 'V1', '$EMPTY/pictures']],
  'mark-good': [['0019', 'V2']],
  candidates: [[]],
  'auto-train': [['--limit', '1', '--dry-run']],
  runs: [[], ['list'], ['show', 'unknown'], ['cancel', 'unknown'], ['priority', 'unknown', '5']],
  schedule: [[], ['show'], ['set', '0 22 * * *', '--limit', '2'], ['off']],
  dataset: [['0019']],
  import: [['$EMPTY', '--dry-run'], ['$EMPTY/missing']],
  export: [['$EMPTY/out']],
  slots: [[]],
  concurrency: [[], ['3']],
  pause: [['--reason', 'a reason']],
  resume: [[]],
  budgets: [[], ['--day', '20']],
  release: [['$TRAINING']],
  deliveries: [[], ['--training', '$TRAINING']],
  redeliver: [['unknown']],
  'notify-test': [[]],
  tunnel: [['status'], ['start'], ['stop']],
  doctor: [[]],
  recover: [['--dry-run']],
  repair: [['--dry-run']],
};
const UNTIL_INTERRUPTED = ['up', 'demo', 'help'];

function listCommands(): readonly string[] {
  const program = new Command();
  addCommands(program, async () => undefined);
  return program.commands.map((command) => command.name());
}

test('every command is called with --json by these tests', () => {
  const known = [...Object.keys(CALLS), ...UNTIL_INTERRUPTED];
  expect(listCommands().filter((name) => !known.includes(name))).toEqual([]);
});

async function openWithTrainings() {
  const system = await openTestSystem();
  const { objects } = system.deps;
  await objects.put('images/a.png', new Uint8Array(20_000));
  const actors = ['0019', '0042', '0043'].map((id) => ({
    id,
    name: `${id} european 20 female`,
    training_data: { s3_urls: [objects.toUri('images/a.png')], count: 1, synced: true },
    training_data_good: true,
  }));
  await objects.put('data/actors.json', JSON.stringify(actors));
  const url = await system.serve();
  const ran = (...args: readonly string[]) => system.ran('--url', url, ...args);
  const json = async (...args: readonly string[]) => {
    const { out, err } = await ran('--json', ...args);
    return JSON.parse(out || err);
  };
  await ran('pause');
  for (const [name, steps] of [
    ['V1', 800],
    ['V2', 900],
  ] as const) {
    const body = { name, status: 'completed', parameters: { max_train_steps: steps }, imageCount: 1 };
    const response = await fetch(`${url}/api/actors/0019/training-versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
  }
  const { id } = await json('enqueue', '19');
  const { id: other } = await json('enqueue', '0042 european 20 female', '--trigger', 'x');
  const { id: cancelled } = await json('enqueue', '0043');
  await ran('cancel', cancelled);
  return { ran, json, id, other, cancelled };
}

test('every command writes a single JSON document with --json, and a documented exit code', async () => {
  const { ran, id, other, cancelled } = await openWithTrainings();
  const empty = mkdtempSync(join(tmpdir(), 'trainyard-json-'));
  onTestFinished(() => rmSync(empty, { recursive: true, force: true }));
  const values = { $TRAINING: id, $OTHER: other, $CANCELLED: cancelled, $EMPTY: empty };
  const known = listCommands();
  for (const [name, calls] of Object.entries(CALLS).filter(([each]) => known.includes(each)))
    for (const call of calls) {
      const args = call.map((text) =>
        Object.entries(values).reduce((result, [key, value]) => result.replace(key, value), text),
      );
      const { code, out, err } = await ran(name, ...args, '--json');
      const label = `trainyard ${name} ${args.join(' ')}: exit code ${code}\n${out}${err}`;
      expect([0, 2, 4, 5], label).toContain(code);
      const isResult = code === 0 || code === 5;
      const document = isResult ? out : (err.trim().split('\n').at(-1) ?? '');
      expect(() => JSON.parse(document), label).not.toThrow();
      if (!isResult) expect(JSON.parse(document), label).toHaveProperty('error.code');
      if (!isResult) expect(out, label).toBe('');
      expect(`${out}${err}`, label).not.toContain('\u001b');
    }
}, 60_000);

test.each([
  [['list', '--limti', '3'], 2],
  [['lst'], 2],
  [['enqueue'], 2],
  [['show'], 2],
  [['list', '--url', 'http://127.0.0.1:2'], 3],
])('the error of %j is a JSON document', async (args, expected) => {
  const { code, out, err } = await runOffline('--json', ...args);
  expect([code, out]).toEqual([expected, '']);
  expect(JSON.parse(err)).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
});

async function runOffline(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = (lines: string[]) =>
    ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
  const code = await runProgram(args, { source: {}, out: stream(out), err: stream(err) });
  return { code, out: out.join(''), err: err.join('') };
}
