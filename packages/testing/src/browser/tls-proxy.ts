import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, request as sendHttp } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

/** Certificate and private key in PEM. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

let certificate: Promise<Certificate> | undefined;

/**
 * Starts a reverse proxy with TLS on a free loopback port and closes it when the test ends. As nginx by default, it sends
 * the address of the upstream as Host; the public host, the protocol and the client address are in `X-Forwarded-*`.
 * @param upstream URL of the server behind the proxy
 * @returns port of the proxy
 */
export async function startTlsProxy(upstream: string): Promise<number> {
  certificate ??= createCertificate();
  const proxy = createServer(await certificate, (request, response) => forward(upstream, request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return (proxy.address() as AddressInfo).port;
}

function forward(upstream: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '/', headers } = request;
  const target = new URL(url, upstream);
  const forwarded = {
    ...headers,
    host: target.host,
    'x-forwarded-host': headers.host,
    'x-forwarded-proto': 'https',
    'x-forwarded-for': request.socket.remoteAddress,
  };
  const sent = sendHttp(target, { method, headers: forwarded }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  sent.on('error', () => response.destroy());
  request.pipe(sent);
}

/** Creates a self-signed certificate for localhost. Throws when `openssl` is not installed. */
async function createCertificate(): Promise<Certificate> {
  const dir = await mkdtemp(join(tmpdir(), 'trainyard-certificate-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-keyout', key, '-out', cert];
  try {
    await promisify(execFile)('openssl', ['req', '-x509', ...algorithm, ...subject]);
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
