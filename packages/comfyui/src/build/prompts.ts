import { WorkflowError, type WorkflowIssue } from '../workflow/error.ts';

/**
 * Joins sample prompts the way the trainer splits them. Thrown when there is none, or one that the sampler would
 * cut, drop or read as options: {@link WorkflowError}.
 */
export function joinPrompts(prompts: readonly string[]): string {
  const trimmed = prompts.map((prompt) => prompt.trim());
  const issues = trimmed.map(checkPrompt).filter((issue) => issue !== undefined);
  if (trimmed.length === 0) issues.push(promptIssue('', 'at least one prompt is needed'));
  if (issues.length > 0) throw new WorkflowError(issues);
  return trimmed.join('|');
}

function checkPrompt(prompt: string): WorkflowIssue | undefined {
  if (prompt === '') return promptIssue(prompt, 'a prompt is empty');
  if (prompt.startsWith('#')) return promptIssue(prompt, `"${prompt}" would be dropped as a comment`);
  if (/[|\r\n]/.test(prompt)) return promptIssue(prompt, `"${prompt}" must not hold "|" or a line break`);
  if (/(^|\s)--/.test(prompt))
    return promptIssue(prompt, `"${prompt}": the part after " --" would be read as options`);
  return undefined;
}

function promptIssue(value: string, detail: string): WorkflowIssue {
  const bound = 'text without "|", line breaks, a leading "#" or " --"';
  return { code: 'not_allowed', input: 'sample_prompts', value, bound, message: `Sample prompts: ${detail}` };
}
