/**
 * Ends the process without a word once nobody reads what it says (`trainyard list | head`). One that closes in order
 * when it is asked to end does so, and is asked once.
 */
export const exitOnClosedPipe = (leaving: NodeJS.Process): void => {
  let asked = false;
  const leave = ({ code }: NodeJS.ErrnoException): void => {
    if (leaving.listenerCount('SIGTERM') === 0) leaving.exit(code === 'EPIPE' ? undefined : 1);
    if (!asked) leaving.kill(leaving.pid, 'SIGTERM');
    asked = true;
  };
  for (const stream of [leaving.stdout, leaving.stderr]) stream.on('error', leave);
};
