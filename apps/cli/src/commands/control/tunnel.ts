import { type TunnelView, tunnelSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';

/** Adds `trainyard tunnel status|start|stop` (docs/operations/proxy-and-tls.md). */
export function addTunnel(program: Command, run: CommandRunner): void {
  const tunnel = program.command('tunnel').description('public address for webhooks by ngrok');
  const request = (command: Command, action: string, method: 'GET' | 'POST') =>
    run(command, async ({ server, output }) => {
      const view = await server().request(`/api/ngrok/${action}`, tunnelSchema, { method });
      output.writeResult(view, tunnelLines(view));
      return undefined;
    });
  tunnel
    .command('status')
    .description('show the tunnel')
    .action((_, command: Command) => request(command, 'status', 'GET'));
  tunnel
    .command('start')
    .description('start the tunnel, or show the running tunnel')
    .action((_, command: Command) => request(command, 'start', 'POST'));
  tunnel
    .command('stop')
    .description('stop the tunnel; runs with its address are polled')
    .action((_, command: Command) => request(command, 'stop', 'POST'));
}

function tunnelLines({ running, url, missing }: TunnelView): readonly string[] {
  return [
    running ? `Tunnel: ${url}` : 'Tunnel: none; runs are polled, or call back at GATEWAY_BASE_URL',
    ...(missing === null ? [] : [`${missing}.`]),
  ];
}
