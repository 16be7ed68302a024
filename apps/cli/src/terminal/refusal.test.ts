import { RefusedError } from '@trainyard/client';
import type { Problem } from '@trainyard/contracts';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addCommands } from '../program.ts';
import { formatRefusal, toParameterName } from './refusal.ts';

const program = new Command();
addCommands(program, async () => undefined);

function findCommand(name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`no command ${name}`);
  return found;
}

function refuse(problem: Partial<Problem>, name = 'enqueue', hasApiKey = false): string {
  const complete = {
    type: 'urn:x',
    title: 'Title',
    status: 422,
    detail: 'detail',
    code: 'x',
    request_id: 'r',
  };
  return formatRefusal(new RefusedError({ ...complete, ...problem }), {
    command: findCommand(name),
    hasApiKey,
  });
}

describe('a field of the API', () => {
  it.each([
    ['enqueue', 'priority', '--priority'],
    ['enqueue', 'subject_id', '<subject>'],
    ['enqueue', 'hyperparameters.network_dim', '--set network_dim'],
    ['enqueue', 'images.3', '--image'],
    ['enqueue', 'budget_usd', '--budget-usd'],
    ['enqueue', 'sample_prompts.0', '--prompt'],
    ['list', 'query.status.0', '--status'],
    ['list', 'query.subject_id', '--subject'],
    ['list', 'query.batch_id', '--batch'],
    ['budgets', 'day_usd', '--day'],
    ['concurrency', 'max_concurrency', '<number>'],
    ['resolve', 'run_is_dead', '--run-is-dead'],
    ['resolve', 'runpod_job_id', '--run'],
    ['mark-good', 'version_id', '<versions>'],
    ['mark-good', 'versions.0.version_id', '<versions> version_id'],
    ['list', 'metadata.a', 'metadata.a'],
  ])('of %s named %s is shown as %s', (name, path, shown) => {
    expect(toParameterName(path, findCommand(name))).toBe(shown);
  });
});

describe('a refusal', () => {
  it('names options, values and choices', () => {
    const issues = [
      { path: 'query.status.0', message: 'done is unknown; use queued, running' },
      { path: 'query.limit', message: 'must be 500 or less' },
    ];
    expect(refuse({ code: 'invalid_request', issues }, 'list')).toBe(
      '--status done is unknown; use queued, running\n--limit must be 500 or less',
    );
  });

  it('has hints of the command line, and offers --force only where the command has it', () => {
    const busy = { code: 'subject_busy', hint: 'Wait, cancel it, or send "force": true.' };
    expect(refuse(busy)).toBe(
      'detail\nWait until that training ends, cancel it with npx trainyard cancel, or add --force.',
    );
    expect(refuse(busy, 'retry')).not.toContain('force');
  });

  it('names the setting of a missing and of an unknown key', () => {
    expect(refuse({ code: 'unauthorized' })).toMatch(/Set TRAINYARD_API_KEY/);
    expect(refuse({ code: 'unauthorized' }, 'list', true)).toMatch(
      /does not know the key in TRAINYARD_API_KEY/,
    );
  });

  it('asks for a flag instead of a field that must be true', () => {
    const issues = [{ path: 'run_is_dead', message: 'must be true: a run may be alive' }];
    expect(refuse({ issues }, 'resolve')).toBe('add --run-is-dead: a run may be alive');
  });

  it('keeps the hint of the server for a problem without own words', () => {
    expect(refuse({ code: 'recover_required', hint: 'Run trainyard recover.' })).toBe(
      'detail\nRun trainyard recover.',
    );
  });
});
