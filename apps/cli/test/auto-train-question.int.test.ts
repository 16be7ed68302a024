import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Deps } from '@trainyard/application';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

async function writeActors({ objects }: Deps, ids: readonly string[]): Promise<void> {
  await objects.put('images/a.png', new Uint8Array(20_000));
  const actors = ids.map((id, at) => ({
    id,
    name: `${id} european 20 female`,
    training_data: { s3_urls: [objects.toUri('images/a.png')], count: 1, synced: true },
    training_data_good: at > 0,
  }));
  await objects.put('data/actors.json', JSON.stringify(actors));
}

async function openWithActors() {
  const system = await openTestSystem({ GPU_TYPE: 'A100' });
  await writeActors(system.deps, ['0001', '0019', '0042']);
  const url = await system.serve();
  return {
    ...system,
    url,
    type: (keys: string, ...args: readonly string[]) => system.runOnTerminal(keys, '--url', url, ...args),
    ran: (...args: readonly string[]) => system.ran('--url', url, ...args),
    listTrainings: async () => (await system.deps.store.list({ limit: 10 })).items,
  };
}

const SENTENCE =
  /2 of 3 actors qualify; 1 starts now: about 40 min \(26 min to 53 min\), about\s+\$1\.80 \(\$1\.20 to \$2\.40, prices of 2026-06-08\); the last ends about \S/;

describe('auto-train on a terminal', () => {
  test('shows count, time and cost and enqueues only after yes', async () => {
    const { type, listTrainings } = await openWithActors();
    for (const keys of ['\n', 'n\n', 'maybe\n', '\u0004']) {
      const { code, out } = await type(keys, 'auto-train', '--limit', '1');
      expect([keys, code]).toEqual([keys, 6]);
      expect(out).toMatch(SENTENCE);
      expect(out).toContain('Start 1 training? [y/N]');
      expect(out).toContain('Nothing was enqueued.');
    }
    expect((await type('\u0003', 'auto-train', '--limit', '1')).code).toBe(130);
    expect(await listTrainings()).toEqual([]);
    const { code, out } = await type('y\n', 'auto-train', '--limit', '1');
    expect(code).toBe(0);
    const [training] = await listTrainings();
    expect(out).toContain(`Job ID: ${training?.request.jobId}`);
    expect(out.match(/Eligible: 0019/g)).toHaveLength(1);
    for (const line of out.split('\n').filter((each) => !each.startsWith('[Auto Train]')))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });

  test('summarizes 280 skipped actors above the plan, which precedes the question directly', async () => {
    const { deps, type, ran } = await openWithActors();
    const ids = Array.from({ length: 289 }, (_, at) => String(at + 1).padStart(4, '0'));
    await writeActors(deps, ids);
    const actors = JSON.parse(new TextDecoder().decode((await deps.objects.get('data/actors.json'))?.body));
    for (const actor of actors.slice(9)) Object.assign(actor, { custom_models_good: true });
    await deps.objects.put('data/actors.json', JSON.stringify(actors));
    const { out } = await type('n\n', 'auto-train', '--limit', '2');
    const lines = out.split(/\r?\n/).map((line) => line.trimEnd());
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThan(30);
    expect(out).toMatch(/ 280 already have a good custom model\r?\n +0010 european 20 female, .*…/);
    expect(out).toContain('[Auto Train] 6 more eligible actors are over the limit of this run');
    expect(out).toMatch(/8 of 289 actors qualify; 2 start now: [^[]*\r?\n\r?\nStart 2 trainings\?/);
    const listed = await ran('candidates', '--all-reasons');
    expect(listed.out.match(/✗ Skipped/g)).toHaveLength(281);
  });

  test('enqueues only actors that the question counted', async () => {
    const { deps, runOnTerminal, url, listTrainings } = await openWithActors();
    const { listActors } = deps.catalogue;
    let reads = 0;
    deps.catalogue.listActors = async () => {
      reads += 1;
      if (reads === 3) await writeActors(deps, ['0001', '0019', '0042', '0077']);
      return listActors();
    };
    expect((await runOnTerminal('y\n', '--url', url, 'auto-train', '--all')).code).toBe(0);
    const trained = (await listTrainings()).map(({ request }) => request.subject.id);
    expect(trained.toSorted()).toEqual(['0019', '0042']);
    expect((await deps.catalogue.listActors()).map(({ id }) => id)).toContain('0077');
  });

  test('names the options that bound a run, and why its trainings will wait', async () => {
    const { type, ran, listTrainings } = await openWithActors();
    const unbounded = await type('y\n', 'auto-train');
    expect(unbounded.code).toBe(2);
    expect(unbounded.out).toContain('Give --limit, --actor, --budget or --all');
    await ran('pause', '--reason', 'holiday');
    const { code, out } = await type('yes\n', 'auto-train', '--all');
    expect(code).toBe(0);
    expect(out).toMatch(/2 of 3 actors qualify; 2 start now:/);
    expect(out).toContain('They will wait: paused: holiday');
    expect(await listTrainings()).toHaveLength(2);
    const none = await type('y\n', 'auto-train', '--all');
    expect([none.code, none.out]).toEqual([0, expect.stringContaining('No eligible actors found')]);
  });
});

describe('auto-train without a terminal', () => {
  test('refuses with a remedy unless --yes is given, and a dry run needs neither', async () => {
    const { ran, listTrainings } = await openWithActors();
    for (const args of [
      ['auto-train', '--all'],
      ['--json', 'auto-train', '--all'],
    ]) {
      const refused = await ran(...args);
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/Add --yes .*--dry-run/)]);
    }
    const dry = await ran('auto-train', '--dry-run');
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringMatching(/2 of 3 actors qualify; 2 start now: about/),
    ]);
    const unbounded = await ran('auto-train', '--yes');
    expect([unbounded.code, unbounded.err]).toEqual([
      2,
      'trainyard: Give --limit, --actor, --budget or --all, unless AUTO_TRAIN_LIMIT is set.\n',
    ]);
    expect((await ran('auto-train', '--yes', '--all', '--limit', '2')).code).toBe(2);
    expect(await listTrainings()).toEqual([]);
    expect((await ran('auto-train', '--limit', '1', '--yes')).code).toBe(0);
    expect(await listTrainings()).toHaveLength(1);
    const open = await ran('runs', 'show', JSON.parse((await ran('--json', 'runs')).out).runs[0].id);
    expect(open.out).toContain('1 enqueued, 2 skipped');
    expect(open.out).toContain('So far\n');
  });
});

const bin = fileURLToPath(new URL('../bin/trainyard.mjs', import.meta.url));

/** Runs a command on a pseudo-terminal; a part of util-linux. */
const SCRIPT = '/usr/bin/script';

/** Starts the CLI as a process on a pseudo-terminal of 80 columns. */
function spawnOnPty(url: string, args: readonly string[]) {
  const command = `stty cols 80 rows 24; exec ${process.execPath} ${bin} --url ${url} ${args.join(' ')}`;
  const env = { ...process.env, NO_COLOR: '1', TERM: 'xterm' };
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += stripVTControlCharacters(chunk.toString());
  });
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    exited,
    read: () => shown,
    shows: (pattern: RegExp) => expect.poll(() => shown, { timeout: 30_000 }).toMatch(pattern),
    type: (keys: string) => child.stdin.write(keys),
  };
}

describe('the program on a pseudo-terminal', () => {
  test.skipIf(!existsSync(SCRIPT))(
    'asks, watches, and after Ctrl-C names what goes on and the commands that stop it',
    async () => {
      const { url, listTrainings } = await openWithActors();
      const run = spawnOnPty(url, ['auto-train', '--limit', '1', '--watch']);
      await run.shows(/Start 1 training\? \[y\/N\]/);
      expect(run.read()).toMatch(SENTENCE);
      run.type('y\r');
      await run.shows(/Status: IN_QUEUE/);
      run.type('\u0003');
      expect(await run.exited).toBe(130);
      const [training] = await listTrainings();
      expect(run.read()).toContain('The watch has ended. Its trainings go on: 1 queued, which will start.');
      expect(run.read()).toContain(`npx trainyard runs cancel ${training?.request.batchId}`);
      expect(training?.status).toBe('queued');
    },
    60_000,
  );

  test.skipIf(!existsSync(SCRIPT))(
    'ends every watch of a training with the commands that watch and stop it',
    async () => {
      const { url, listTrainings } = await openWithActors();
      const enqueued = spawnOnPty(url, ['enqueue', '0042', '--watch']);
      await enqueued.shows(/queued/);
      enqueued.type('\u0003');
      expect(await enqueued.exited).toBe(130);
      const shortId = (await listTrainings())[0]?.id.slice(-8) ?? '';
      const watched = spawnOnPty(url, ['watch', shortId]);
      await watched.shows(/queued/);
      watched.type('\u0003');
      expect(await watched.exited).toBe(130);
      for (const { read } of [enqueued, watched]) {
        expect(read()).toContain(`npx trainyard cancel ${shortId}`);
        expect(read()).toContain(`npx trainyard watch ${shortId}`);
      }
      expect((await listTrainings())[0]?.status).toBe('queued');
    },
    60_000,
  );

  test('a pipe as input is refused with exit code 2', async () => {
    const { url } = await openWithActors();
    const child = spawn(process.execPath, [bin, '--url', url, 'auto-train', '--all']);
    child.stdin.end('y\n');
    const exited = new Promise((resolve) => child.on('exit', resolve));
    const [message, code] = await Promise.all([text(child.stderr), exited]);
    expect([code, message]).toEqual([2, expect.stringContaining('Add --yes')]);
  });
});
