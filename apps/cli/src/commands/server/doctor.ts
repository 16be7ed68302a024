import type { Command } from 'commander';
import { examine } from '../../doctor/doctor.ts';
import { findingLines } from '../../doctor/finding.ts';
import type { Run } from '../../program/context.ts';
import { EXIT } from '../../program/exit-codes.ts';

/** `trainyard doctor`. */
export const addDoctor = (program: Command, run: Run): void => {
  program
    .command('doctor')
    .description('check settings, Redis, object store, endpoint and public URL; exit code 5 for any fault')
    .option('--data <dir>', 'where `trainyard up` keeps its own Redis and store', '.trainyard')
    .action(async ({ data }: { readonly data: string }, command: Command) =>
      run(command, async ({ source, output }) => {
        const findings = await examine(source, data);
        output.answer(findings, findingLines(findings));
        return findings.some(({ verdict }) => verdict === 'fault') ? EXIT.unsuccessful : EXIT.ok;
      }),
    );
};
