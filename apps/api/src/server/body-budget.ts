import { errorCodes } from 'fastify';
import { BodyBudgetError } from '../problems/errors.ts';

/** Budget of the bytes that all bodies together may have while they are received. */
export interface BodyBudget {
  /**
   * Passes the chunks of a body through. The declared length is reserved before the first chunk, and all bytes are freed at
   * the end. Throws BodyBudgetError when the budget is used up, and FST_ERR_CTP_BODY_TOO_LARGE.
   */
  receive(body: AsyncIterable<Uint8Array>, limits: BodyLimits): AsyncGenerator<Uint8Array>;
}

interface BodyLimits {
  /** Length that the caller declares; 0 for a chunked body, whose bytes are reserved as they arrive. */
  readonly declaredBytes: number;
  /** Maximum length of this body. */
  readonly maxBytes: number;
}

/** Creates a budget. @param maxBytes bytes of all bodies together */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let reserved = 0;
  return {
    receive: async function* receive(body, limits) {
      let own = 0;
      const reserveUpTo = (bytes: number): void => {
        if (bytes > limits.maxBytes) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
        if (bytes <= own) return;
        if (reserved + bytes - own > maxBytes) throw new BodyBudgetError(maxBytes);
        reserved += bytes - own;
        own = bytes;
      };
      try {
        reserveUpTo(limits.declaredBytes);
        let received = 0;
        for await (const chunk of body) {
          received += chunk.length;
          reserveUpTo(received);
          yield chunk;
        }
      } finally {
        reserved -= own;
      }
    },
  };
}
