/**
 * Ends the process without a word once nobody reads what it says (`trainyard list | head`). One that closes in order
 * when it is asked to end does so, and is asked once.
 */
export function exitOnClosedPipe(target: NodeJS.Process): void {
  let signalled = false;
  const onStreamError = ({ code }: NodeJS.ErrnoException): void => {
    if (target.listenerCount('SIGTERM') === 0) target.exit(code === 'EPIPE' ? undefined : 1);
    if (!signalled) target.kill(target.pid, 'SIGTERM');
    signalled = true;
  };
  for (const stream of [target.stdout, target.stderr]) stream.on('error', onStreamError);
}
