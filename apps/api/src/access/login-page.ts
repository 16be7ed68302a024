import { z } from 'zod';
import { LOGIN_PATH } from '../problems/reply.ts';

/**
 * Path to open after the login. Anything but a path of this server becomes `/admin/queues`, so that no link leads to a
 * different site.
 */
export const nextPathSchema = z
  .string()
  .regex(/^\/(?![/\\])[\w\-./]*$/)
  .catch('/admin/queues');

/** Body of the login form. */
export const loginFormSchema = z.object({ key: z.string().min(1).max(512), next: nextPathSchema });

/** Content security policy of the login page: the form and its inline style, no scripts. */
export const LOGIN_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { display: grid; place-content: center; min-height: 100vh; margin: 0 }
  form { display: grid; gap: .75rem; width: min(22rem, 90vw) }
  input, button { font: inherit; padding: .5rem .75rem }
  [role=alert] { color: #b3261e }
`;

/**
 * Renders the login page.
 * @param next path to open after the login; must have passed {@link nextPathSchema}, because it is not escaped
 * @param fault error of the previous login
 */
export function renderLoginPage(next: string, fault?: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Sign in - Trainyard</title>
<style>${STYLE}</style>
<form method="post" action="${LOGIN_PATH}">
  <h1>Trainyard</h1>
  ${fault === undefined ? '' : `<p role="alert">${fault}</p>`}
  <label for="key">API key</label>
  <input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
  <input type="hidden" name="next" value="${next}">
  <button>Sign in</button>
</form>
</html>
`;
}
