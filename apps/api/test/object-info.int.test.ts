import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseObjectInfo, toNodeSchemas } from '@trainyard/comfyui';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActorBody, createWorkflow } from './legacy-bodies.ts';
import { openFullSystem, openTestSystem, type TestSystem } from './test-system.ts';

const DOCUMENT = JSON.stringify({
  StringConstantMultiline: {
    input: { required: { string: ['STRING', { multiline: true }], strip_newlines: ['BOOLEAN', {}] } },
    output: ['STRING'],
    output_node: false,
  },
});

async function writeDocument(text: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-object-info-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'object_info.json');
  await writeFile(path, text);
  return path;
}

/** The legacy request of an actor whose workflow takes its prompts from a node of a different pack. */
async function createForeignBody(
  images: readonly string[],
  inputs: object = { string: 'a', strip_newlines: true },
) {
  const body = await createActorBody(images);
  const changes = { '107': { learning_rate: 0.0004, sample_prompts: ['135', 0] } };
  const workflow = {
    ...(await createWorkflow(changes)),
    '135': { class_type: 'StringConstantMultiline', inputs },
  };
  return { ...body, input: { ...body.input, workflow } };
}

const IMAGES = ['a', 'b', 'c', 'd', 'e'].map((stem) => `s3://some-bucket/x/${stem}.jpg`);

async function start(system: TestSystem, body: object) {
  return (await system.call('POST', '/api/training/start', body)).json();
}

describe('a workflow with classes of the container', () => {
  it('is validated against the document of OBJECT_INFO and keeps the classes that it uses', async () => {
    const system = await openTestSystem({ env: { OBJECT_INFO: await writeDocument(DOCUMENT) } });
    const refused = await start(system, await createForeignBody(IMAGES, { string: 7, strip_newlines: true }));
    expect(refused.issues).toMatchObject([{ path: 'input.workflow.135.string', bound: 'text' }]);
    const accepted = await start(system, await createForeignBody(IMAGES));
    const { request } = (await system.deps.store.load(accepted.training_id))!;
    expect(Object.keys(request.nodeClasses ?? {})).toEqual(['StringConstantMultiline']);
    expect(request.nodeClasses).toHaveProperty('StringConstantMultiline.inputs.string.type', 'STRING');
    expect(system.lines.filter(({ event }) => event === 'object_info_difference')).not.toEqual([]);
  });

  it('is refused without OBJECT_INFO, and the error names the setting', async () => {
    const system = await openTestSystem();
    const refused = await start(system, await createForeignBody(IMAGES));
    expect(refused.error).toMatch(/only the built-in classes are known; set OBJECT_INFO/);
  });

  it('is refused with the reason while the document was never read, and an alarm names it', async () => {
    const system = await openTestSystem({ as: 'admin', env: { OBJECT_INFO: await writeDocument('{') } });
    const refused = await start(system, await createForeignBody(IMAGES));
    expect(refused.error).toMatch(/OBJECT_INFO was never read \(it is not JSON/);
    const { alarms } = (await system.call('GET', '/api/dispatch')).json();
    expect(alarms).toMatchObject([
      { code: 'object_info_unreadable', detail: { text: expect.stringMatching(/not JSON/) } },
    ]);
  });

  it('is trained by a container that has them', async () => {
    const document = await writeDocument(DOCUMENT);
    const nodeSchemas = toNodeSchemas(parseObjectInfo(new TextEncoder().encode(DOCUMENT)));
    const system = await openFullSystem({ OBJECT_INFO: document }, { nodeSchemas });
    const images = (await system.call('GET', '/api/actors/0019/training-data')).json().s3_urls;
    const { training_id: id } = await start(system, await createForeignBody(images));
    const load = async () => (await system.call('GET', `/api/trainings/${id}`)).json();
    await expect.poll(async () => (await load()).status, { timeout: 60_000 }).toBe('completed');
  });
});
