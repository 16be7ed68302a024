import { openConfiguredObjectStore } from '@trainyard/runtime';
import type { Command } from 'commander';
import { checkContainer } from '../../doctor/container.ts';
import { examine } from '../../doctor/doctor.ts';
import { type Finding, findingLines } from '../../doctor/finding.ts';
import { planHome, readEmbeddedSettings } from '../../embedded/home.ts';
import { createLiveLines } from '../../report/follow-training.ts';
import { followLine } from '../../report/training-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT } from '../../terminal/exit.ts';

interface DoctorOptions {
  readonly data: string;
  readonly train?: boolean;
}

/** Adds `trainyard doctor`. */
export function addDoctor(program: Command, run: CommandRunner): void {
  program
    .command('doctor')
    .description(
      'check settings, Redis, object store, endpoint, public URL and notifications; exit code 5 for any fault',
    )
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
    .option('--train', 'also check the container with a paid run of 10 steps through the running server')
    .action(async (options: DoctorOptions, command: Command) =>
      run(command, async (context) => {
        const examined = await examine(context.source, options.data);
        const mayTrain = options.train && !examined.some(isFault);
        const findings = mayTrain
          ? [...examined, ...(await runContainerCheck(context, options.data))]
          : examined;
        context.output.writeResult(findings, findingLines(findings));
        return findings.some(isFault) ? EXIT.unsuccessful : EXIT.ok;
      }),
    );
}

function isFault({ verdict }: Finding): boolean {
  return verdict === 'fault';
}

async function runContainerCheck(
  { server, source, output }: Context,
  data: string,
): Promise<readonly Finding[]> {
  const settings = readEmbeddedSettings(source, planHome(data));
  const store = await openConfiguredObjectStore(settings);
  const liveLines = createLiveLines(output);
  try {
    return await checkContainer({
      server: server(),
      store,
      hasWebhookUrl: settings.GATEWAY_BASE_URL !== undefined,
      onChange: (training) => liveLines.redraw([followLine('test run', training)]),
    });
  } finally {
    liveLines.end();
    await store.close();
  }
}
