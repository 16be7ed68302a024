import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOutput } from '../../terminal/output.ts';
import { downloadFile, planTarget } from './download-file.ts';

const MODEL = Buffer.alloc(300_000, 'lora');
const SHA256 = createHash('sha256').update(MODEL).digest('hex');
const sink = { write: () => true } as unknown as NodeJS.WriteStream;
const context = { output: createOutput({ json: false, out: sink, err: sink }), screen: sink };

function createFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-download-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Serves the model; `/cut` closes the connection halfway, `/gone` answers 404. */
async function serveModel(): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url === '/gone') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': MODEL.length });
    if (url !== '/cut') return void response.end(MODEL);
    response.write(MODEL.subarray(0, 100_000), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

const download = {
  force: false,
  sizeBytes: MODEL.length,
  sha256: SHA256,
  signal: new AbortController().signal,
};

test('a download is complete, checked and has its final name', async () => {
  const [url, dir] = [await serveModel(), createFolder()];
  const target = await planTarget(dir, 'actor_0019_V7.safetensors', false);
  expect(target).toBe(join(dir, 'actor_0019_V7.safetensors'));
  expect(await downloadFile({ ...download, url: `${url}/model`, target }, context)).toEqual({
    size_bytes: MODEL.length,
    sha256: SHA256,
    checked: 'sha256',
  });
  expect(readFileSync(target).equals(MODEL)).toBe(true);
  expect(readdirSync(dir)).toEqual(['actor_0019_V7.safetensors']);
});

test.each([
  ['/cut', {}, /ended after|bytes, but/],
  ['/gone', {}, /refused the download with status 404/],
  ['/model', { sizeBytes: 5 }, /has 5 bytes, but 300000 were received/],
  ['/model', { sha256: 'f'.repeat(64) }, /checksum of the model is f+, but/],
])('a faulty download (%s %j) leaves no file', async (path, differing, message) => {
  const [url, dir] = [await serveModel(), createFolder()];
  const target = join(dir, 'a.safetensors');
  const failing = downloadFile({ ...download, ...differing, url: `${url}${path}`, target }, context);
  await expect(failing).rejects.toThrow(message);
  expect(readdirSync(dir)).toEqual([]);
});

test('an existing file is kept without --force, also if it appears during the download', async () => {
  const [url, dir] = [await serveModel(), createFolder()];
  const target = join(dir, 'a.safetensors');
  writeFileSync(target, 'mine');
  await expect(planTarget(target, 'b.safetensors', false)).rejects.toThrow(/already exists.*--force/);
  await expect(downloadFile({ ...download, url: `${url}/model`, target }, context)).rejects.toThrow(
    /--force/,
  );
  expect(readFileSync(target, 'utf8')).toBe('mine');
  await downloadFile({ ...download, url: `${url}/model`, target, force: true }, context);
  expect(readFileSync(target).equals(MODEL)).toBe(true);
  expect(readdirSync(dir)).toEqual(['a.safetensors']);
});

test('the name of a model never leaves the folder', async () => {
  const dir = createFolder();
  expect(await planTarget(dir, '../../etc/passwd', false)).toBe(join(dir, 'passwd'));
  expect(await planTarget(dir, 'a\\b.safetensors', false)).toBe(join(dir, 'b.safetensors'));
});
