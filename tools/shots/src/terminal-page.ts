/** A terminal window as a page: its command, and the lines that the command printed. Pure. @returns HTML */
export function toTerminalPage(command: string, lines: readonly string[]): string {
  const body = lines.map((line) => `<span class="${getTone(line)}">${escapeHtml(line)}</span>`).join('\n');
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><main><header>${escapeHtml(command)}</header><pre>${body}</pre></main>`;
}

const STYLE = `
  body { margin: 0; background: #0e1116; }
  main { padding: 16px 20px; width: max-content; min-width: 760px; color: #e6eaf0;
    font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
  header { color: #a7b1be; margin-bottom: 8px; }
  header::before { content: "$ "; color: #4cc38a; }
  pre { margin: 0; font: inherit; }
  .ok { color: #4cc38a; } .fault { color: #ff7b72; } .demo { color: #f0b429; } .faint { color: #8a95a3; }
`;

/** The tone of a line of the demo: success, fault, the demo's own remarks, and everything else. */
function getTone(line: string): string {
  if (/^\[Demo\]/.test(line)) return 'demo';
  if (line.includes('✓')) return 'ok';
  if (line.includes('✗')) return 'fault';
  return /^\[Auto Train\] \[\d+m\]/.test(line) ? 'faint' : 'plain';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
