import { openStoreOf } from '@trainyard/runtime';
import type { Command } from 'commander';
import { tryContainer } from '../../doctor/container/trial.ts';
import { examine } from '../../doctor/doctor.ts';
import { type Finding, findingLines } from '../../doctor/finding.ts';
import { plannedHome } from '../../embedded/home.ts';
import { embeddedSettings } from '../../embedded/settings.ts';
import type { Context, Run } from '../../program/context.ts';
import { EXIT } from '../../program/exit-codes.ts';
import { followLine } from '../../report/training-lines.ts';
import { createDrawing } from '../trainings/follow.ts';

interface DoctorOptions {
  readonly data: string;
  readonly train?: boolean;
}

const isFault = ({ verdict }: Finding): boolean => verdict === 'fault';

const train = async ({ server, source, output }: Context, data: string): Promise<readonly Finding[]> => {
  const settings = embeddedSettings(source, plannedHome(data));
  const store = await openStoreOf(settings);
  const drawing = createDrawing(output);
  try {
    return await tryContainer({
      server: server(),
      store,
      hasAddress: settings.GATEWAY_BASE_URL !== undefined,
      onChange: (training) => drawing.show([followLine('trial', training)]),
    });
  } finally {
    drawing.end();
    await store.close();
  }
};

/** `trainyard doctor`. */
export const addDoctor = (program: Command, run: Run): void => {
  program
    .command('doctor')
    .description('check settings, Redis, object store, endpoint and public URL; exit code 5 for any fault')
    .option('--data <dir>', 'where `trainyard up` keeps its own Redis and store', '.trainyard')
    .option(
      '--train',
      'also prove the container by a run of 10 steps, through the running server; this is paid for',
    )
    .action(async (options: DoctorOptions, command: Command) =>
      run(command, async (context) => {
        const examined = await examine(context.source, options.data);
        const mayTrain = options.train && !examined.some(isFault);
        const findings = mayTrain ? [...examined, ...(await train(context, options.data))] : examined;
        context.output.answer(findings, findingLines(findings));
        return findings.some(isFault) ? EXIT.unsuccessful : EXIT.ok;
      }),
    );
};
