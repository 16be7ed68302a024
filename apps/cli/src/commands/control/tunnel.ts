import { type TunnelView, tunnelSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';

/** `trainyard tunnel status|start|stop`: a public address for a machine without one (SPEC §11). */
export function addTunnel(program: Command, run: CommandRunner): void {
  const tunnel = program.command('tunnel').description('a public address for the webhooks of this machine');
  const request = (command: Command, action: string, method: 'GET' | 'POST') =>
    run(command, async ({ server, output }) => {
      const view = await server().request(`/api/ngrok/${action}`, tunnelSchema, { method });
      output.writeResult(view, tunnelLines(view));
      return undefined;
    });
  tunnel
    .command('status')
    .description('whether one is up')
    .action((_, command: Command) => request(command, 'status', 'GET'));
  tunnel
    .command('start')
    .description('start it, or name the one that is up')
    .action((_, command: Command) => request(command, 'start', 'POST'));
  tunnel
    .command('stop')
    .description('stop it; runs that were given its address are found by polling')
    .action((_, command: Command) => request(command, 'stop', 'POST'));
}

function tunnelLines({ running, url, missing }: TunnelView): readonly string[] {
  return [
    running ? `Tunnel: ${url}` : 'Tunnel: none; runs are followed by polling or at GATEWAY_BASE_URL',
    ...(missing === null ? [] : [`${missing}.`]),
  ];
}
