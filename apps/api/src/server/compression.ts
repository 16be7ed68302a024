import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Types of texts. Pictures and models are compressed already, and a stream is sent event by event. */
const TEXT_TYPE =
  /^(?:application\/(?:(?:[\w.-]+\+)?json|javascript)|text\/(?:html|css|plain)|image\/svg\+xml)(?:;|$)/;
/** Smaller texts gain nothing, in bytes. */
const MIN_BYTES = 1_024;

/**
 * Compresses JSON, text and the files of the studio by brotli or gzip, for every route that is registered afterwards.
 * Compressed request bodies are refused, because the limits of bodies count bytes as they are received.
 */
export async function registerCompression(app: FastifyInstance): Promise<void> {
  // This hook of the app runs before that of a route, by which the plugin compresses. The plugin would also compress other
  // types, such as the binary files of models.
  app.addHook('onSend', async (request, reply, payload) => {
    if (!TEXT_TYPE.test(String(reply.getHeader('content-type') ?? '')))
      request.headers['x-no-compression'] = '1';
    return payload;
  });
  await app.register(compress, {
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: MIN_BYTES,
  });
}
