import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TEMPLATE } from '../test/fixtures.ts';
import { listWorkflowTemplates, loadWorkflowTemplate } from './template.ts';

describe('the templates of the repository', () => {
  it('include the headless LoRA training', async () => {
    expect(await listWorkflowTemplates()).toContain('lora_training_workflow_headless');
    expect((await loadWorkflowTemplate()).name).toBe('lora_training_workflow_headless');
  });

  it('are all valid', async () => {
    for (const name of await listWorkflowTemplates()) {
      expect((await loadWorkflowTemplate(name)).name).toBe(name);
    }
  });
});

describe('a folder of templates', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
    await writeFile(join(folder, 'mine.json'), JSON.stringify(TEMPLATE));
    await writeFile(join(folder, 'broken.json'), '{');
    await writeFile(join(folder, 'README.md'), '# no template');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lists its JSON files by name', async () => {
    expect(await listWorkflowTemplates(folder)).toEqual(['broken', 'mine']);
    expect((await loadWorkflowTemplate('mine', folder)).workflow).toEqual(TEMPLATE);
  });

  it.each(['other', '../templates/mine', '..', '', 'mine.json', '/etc/passwd', 'README', 'mine\0'])(
    'has no template %j',
    async (name) => {
      await expect(loadWorkflowTemplate(name, folder)).rejects.toMatchObject({
        code: 'unknown_template',
        template: name,
        message: `"${name}" is not a known workflow template; known templates: broken, mine`,
      });
    },
  );

  it('rejects a template that is not JSON', async () => {
    await expect(loadWorkflowTemplate('broken', folder)).rejects.toMatchObject({ code: 'invalid_template' });
  });
});
