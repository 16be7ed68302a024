import { z } from 'zod';
import { LOGIN_PATH } from '../problems/reply.ts';
import { nextPathSchema } from './next-path.ts';

/** Body of the login form. */
export const loginFormSchema = z.object({ key: z.string().min(1).max(512), next: nextPathSchema });

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { display: grid; place-content: center; min-height: 100vh; margin: 0 }
  form { display: grid; gap: .75rem; width: min(22rem, 90vw) }
  input, button { font: inherit; padding: .5rem .75rem }
  [role=alert] { color: #b3261e }
`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/**
 * Renders the login page.
 * @param next path to open after the login
 * @param fault error of the previous login
 */
export function renderLoginPage(next: string, fault?: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Sign in - Trainyard</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<form method="post" action="${LOGIN_PATH}">
  <h1>Trainyard</h1>
  ${fault === undefined ? '' : `<p role="alert">${escapeHtml(fault)}</p>`}
  <label for="key">API key</label>
  <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
  <input type="hidden" name="next" value="${escapeHtml(next)}">
  <button>Sign in</button>
</form>
</html>
`;
}
