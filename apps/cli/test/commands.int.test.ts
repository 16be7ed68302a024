import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { runProgram } from '../src/program.ts';
import { openTestSystem } from './test-system.ts';

const NAME = '0019 european 20 female';

/** Terminal that keeps its output, and whose keys a test presses. */
function createTerminal(columns = 80) {
  const written: string[] = [];
  const out = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows: 24,
    write: (text: string) => written.push(text) > 0,
  });
  const modes: boolean[] = [];
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (mode: boolean) => modes.push(mode),
    resume: () => undefined,
    pause: () => undefined,
  });
  return { out, input, modes, getText: () => written.join('') };
}

async function openCommands(env: Readonly<Record<string, string>> = {}) {
  const system = await openTestSystem(env);
  const { objects } = system.deps;
  await objects.put('images/a.png', new Uint8Array(20_000));
  const s3_urls = [objects.toUri('images/a.png')];
  const actors = [
    ['0019', NAME],
    ['0042', 'Ada'],
    ['0043', 'ada'],
  ].map(([id, name]) => ({ id, name, training_data: { s3_urls, count: 1, synced: true } }));
  await objects.put('data/actors.json', JSON.stringify(actors));
  const url = await system.serve();
  const ran = (...args: readonly string[]) => system.ran('--url', url, ...args);
  await ran('pause', '--reason', 'lunch');
  const { out } = await ran('--json', 'enqueue', NAME.toUpperCase());
  const { id }: { id: string } = JSON.parse(out);
  return { ran, url, id, shortId: id.slice(-8) };
}

test('trainings are named by short ids and subjects by names, in every command', async () => {
  const { ran, shortId } = await openCommands();
  const list = await ran('list', '--subject', NAME);
  expect(list.out).not.toContain('simulated');
  expect(list.out).toMatch(new RegExp(`^${shortId} +queued +${NAME} .*lunch$`, 'm'));
  for (const character of ['\u001b', '\t']) expect(list.out).not.toContain(character);
  expect(list.out).toContain('next in the queue, paused: lunch');
  const shown = (await ran('show', shortId.toUpperCase())).out;
  expect(shown).toContain(`Training  ${shortId} (`);
  expect(shown).toMatch(/^Position +next in the queue$/m);
  expect((await ran('priority', shortId, '3')).out).toMatch(/Priority +3/);
  expect((await ran('deliveries', '--training', shortId)).code).toBe(0);
  expect((await ran('concurrency', '3')).out).toContain('concurrency limit 3');
  expect((await ran('slots')).out).toMatch(
    new RegExp(`^0 of 3 slots in use, 3 free, 1 waiting\\nPaused: lunch.*\\n\\n.*\\n${shortId}  ${NAME}`),
  );
  expect((await ran('top')).out).toContain(`${shortId}  ${NAME}`);
  const ambiguous = await ran('enqueue', 'ADA');
  expect([ambiguous.code, ambiguous.err]).toEqual([
    2,
    'trainyard: "ADA" is the name of 2 subjects: actor 0042, actor 0043. Pass an id.\n',
  ]);
  expect((await ran('cancel', shortId)).out).toMatch(/Status +cancelled/);
});

test('enqueue names the version, the place in the queue and the command that follows the training', async () => {
  const { ran } = await openCommands();
  await ran('resume');
  const { out } = await ran('enqueue', '42');
  expect(out).toMatch(/^Reason +2nd in the queue$/m);
  expect(out).toMatch(/^Version +assigned at dispatch$/m);
  expect(out).toMatch(/\nFollow it: {2}npx trainyard watch [0-9a-f]{8}\n$/);
});

test('simulated times are marked once in every view of trainings, and not in JSON', async () => {
  const anchor = String(Date.now());
  const { ran, shortId } = await openCommands({ TIME_FACTOR: '200', TIME_ANCHOR_MS: anchor });
  const NOTE = 'Times are simulated, 200 times as fast.\n';
  await ran('cancel', shortId);
  for (const args of [['list'], ['show', shortId], ['watch', shortId], ['top'], ['slots']]) {
    const { out } = await ran(...args);
    expect(out.split(NOTE), args.join(' ')).toHaveLength(2);
    expect(out.startsWith(NOTE), args.join(' ')).toBe(true);
  }
  expect((await ran('--json', 'list')).out).not.toContain('simulated');
});

test('cancel and priority take a subject with one live training, and refuse several and none', async () => {
  const { ran, id, shortId } = await openCommands();
  expect((await ran('priority', '19', '3')).out).toMatch(/Priority +3/);
  const second = JSON.parse((await ran('--json', 'enqueue', '19', '--force')).out).id;
  const several = await ran('cancel', '0019');
  expect([several.code, several.err]).toEqual([2, expect.stringContaining('can mean 2 trainings')]);
  for (const each of [shortId, second.slice(-8)]) expect(several.err).toContain(each);
  await ran('cancel', second);
  expect((await ran('cancel', NAME)).out).toMatch(new RegExp(`\\(${id}\\)\nStatus +cancelled`));
  const none = await ran('cancel', '19');
  expect([none.code, none.err]).toEqual([
    4,
    'trainyard: No training has the id 19, and actor 19 has no live training\nnpx trainyard list shows the trainings.\n',
  ]);
});

test('versions are listed and compared as far as they are known', async () => {
  const { ran, url } = await openCommands();
  for (const version of [
    { name: 'V1', parameters: { max_train_steps: 800, network_dim: 16 }, loraUrl: 's3://old/v1.safetensors' },
    { name: 'V2', parameters: { max_train_steps: 900, network_dim: 16 }, final_loss: 0.0312 },
  ])
    await fetch(`${url}/api/actors/0019/training-versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'completed', imageCount: 1, ...version }),
    });
  expect((await ran('mark-good', NAME, 'V2')).out).toBe(
    [
      'Version V2 of actor 0019: good',
      'Auto-train skips actor 0019 while it has a good version. To take it back:',
      '  npx trainyard mark-good 0019 V2 --clear',
      '',
    ].join('\n'),
  );
  expect((await ran('mark-good', '19', '--data', '--not-good')).out).toMatch(
    /: not good\nAuto-train skips actor 19 until .* good:\n {2}npx trainyard mark-good 19 --data\n$/,
  );
  const versions = await ran('versions', NAME);
  expect(versions.out).toMatch(new RegExp(`^${NAME}: 2 versions\n`));
  expect(versions.out).toMatch(/^V2 +completed +good +1 +900 +0\.0312/m);
  const compared = await ran('compare', '19', 'V1', 'v2');
  expect(compared.out).toMatch(/^max_train_steps +800 +900$/m);
  expect(compared.out).toContain('it was imported or pruned');
  expect(compared.out).not.toContain('network_dim');
  expect((await ran('compare', '19', 'V1', 'V9')).err).toBe(
    'trainyard: actor 19 has no version V9; it has V1, V2.\n',
  );
  expect((await ran('download', '19', 'V1')).err).toContain('Its model is at s3://old/v1.safetensors.');
});

test('mark-good records and clears the verdicts of many versions, and refuses many good ones', async () => {
  const { ran, url } = await openCommands();
  for (const name of ['V1', 'V2', 'V3'])
    await fetch(`${url}/api/actors/0019/training-versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'completed', imageCount: 1, name }),
    });
  const readVerdicts = async () => {
    const { versions } = JSON.parse((await ran('--json', 'versions', '19')).out);
    return Object.fromEntries(
      versions.map(({ name, verdict }: Record<string, string | null>) => [name, verdict]),
    );
  };
  const many = await ran('mark-good', NAME, 'V1', 'V2', '--not-good');
  expect([many.code, many.out]).toEqual([
    0,
    'Version V1 of actor 0019: not good\nVersion V2 of actor 0019: not good\n',
  ]);
  await ran('mark-good', NAME, 'V3');
  expect(await readVerdicts()).toEqual({ V1: 'not_good', V2: 'not_good', V3: 'good' });
  const refused = await ran('mark-good', NAME, 'V1', 'V2');
  expect([refused.code, refused.err]).toEqual([
    2,
    expect.stringContaining('at most one good version, not 2'),
  ]);
  const unknown = await ran('mark-good', NAME, 'V1', 'V9', '--clear');
  expect([unknown.code, unknown.err]).toEqual([4, expect.stringContaining('V9')]);
  expect(await readVerdicts(), 'a refused call changes no verdict').toMatchObject({ V1: 'not_good' });
  expect((await ran('mark-good', NAME, 'V1', 'V3', '--clear')).out).toBe(
    'Version V1 of actor 0019: no verdict\nVersion V3 of actor 0019: no verdict\n',
  );
  expect(await readVerdicts()).toEqual({ V1: null, V2: 'not_good', V3: null });
});

test('top draws the whole terminal, and q restores it', async () => {
  const { url, shortId } = await openCommands();
  const { out, input, modes, getText } = createTerminal();
  const ending = runProgram(['top', '--url', url], {
    source: {},
    out: out as unknown as NodeJS.WriteStream,
    err: out as unknown as NodeJS.WriteStream,
    input: input as unknown as NodeJS.ReadStream,
  });
  await expect.poll(getText, { timeout: 20_000 }).toContain(`${shortId}  ${NAME}`);
  input.emit('data', Buffer.from('q'));
  expect(await ending).toBe(0);
  expect(modes).toEqual([true, false]);
  expect(getText().startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  expect(getText().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});

test('Ctrl-C ends a watch, and names the training that goes on and how to stop it', async () => {
  const { url, shortId } = await openCommands();
  const { out, getText } = createTerminal();
  const interrupts = new EventEmitter();
  const stream = out as unknown as NodeJS.WriteStream;
  const ending = runProgram(['watch', shortId, '--url', url], {
    source: {},
    out: stream,
    err: stream,
    interrupts,
  });
  await expect.poll(getText, { timeout: 20_000 }).toContain('queued');
  interrupts.emit('SIGINT');
  expect(await ending).toBe(130);
  expect(getText()).toContain(`Training ${shortId} (queued) goes on.`);
  expect(getText()).toContain(`npx trainyard cancel ${shortId}`);
});

test('a server that is not Trainyard is named with the setting of its address', async () => {
  const server = createServer((_, response) => response.writeHead(404).end('no')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) } as unknown as NodeJS.WriteStream;
  const source = { TRAINYARD_URL: `http://127.0.0.1:${port}` };
  expect(await runProgram(['list'], { source, out: stream, err: stream })).toBe(1);
  server.close();
  expect(lines.join('')).toMatch(/different version of Trainyard/);
});
