import { expect, it } from 'vitest';
import { createConnection } from './connection.ts';
import { InvalidApiKeyError } from './errors.ts';

it.each(['\u201ca-key-0123456789\u201d', 'a-key\u200b-0123456789', 'a key', 'a-key\n', ''])(
  'a connection with the API key %j fails as a fault of the key, not of the server',
  (apiKey) => {
    expect(() => createConnection({ url: 'http://127.0.0.1:2', apiKey })).toThrow(InvalidApiKeyError);
  },
);
