// The command `redis-server`, run in Docker. When this process ends in any way, its end of the pipe is closed; the reader in the
// container ends then and kills Redis, so no container stays behind.
import { spawn } from 'node:child_process';

const IMAGE = 'redis:7-bookworm';
const args = process.argv.slice(2);

const argument = (name) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
};

if (args[0] === '--version') {
  spawn('docker', ['run', '--rm', IMAGE, 'redis-server', '--version'], { stdio: 'inherit' });
} else {
  const port = argument('--port') ?? '6379';
  const dir = argument('--dir');
  const inside = args.map((arg, at) => (args[at - 1] === '--bind' ? '0.0.0.0' : arg));
  const script = 'redis-server "$@" & redis=$!; cat >/dev/null; kill -9 $redis';
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
  const mount = dir === undefined ? [] : ['--volume', `${dir}:${dir}`];
  const publish = ['--publish', `127.0.0.1:${port}:${port}`];
  const asked = [...inside, '--protected-mode', 'no'];
  const child = spawn(
    'docker',
    ['run', '--rm', '-i', ...user, ...mount, ...publish, IMAGE, 'sh', '-c', script, 'redis-server', ...asked],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.stdin.end());
  child.on('exit', (code) => process.exit(code ?? 1));
}
