// SHA-256 in JavaScript, because that of browsers is asynchronous. It replaces `createHash('sha256')` in the bundle.
const K = new Uint32Array(64);
const START = new Uint32Array(8);
for (let n = 2, count = 0; count < 64; n += 1) {
  let isPrime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) isPrime = false;
  if (!isPrime) continue;
  if (count < 8) START[count] = (Math.sqrt(n) % 1) * 2 ** 32;
  K[count] = (Math.cbrt(n) % 1) * 2 ** 32;
  count += 1;
}

const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

function mix(state, view, offset) {
  const words = new Uint32Array(64);
  for (let n = 0; n < 64; n += 1) {
    if (n < 16) words[n] = view.getUint32(offset + n * 4);
    else {
      const [a, b] = [words[n - 15], words[n - 2]];
      const low = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const high = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      words[n] = words[n - 16] + low + words[n - 7] + high;
    }
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let n = 0; n < 64; n += 1) {
    const one = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[n] + words[n];
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, n) => {
    state[n] += word;
  });
}

function digest(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = START.slice();
  for (let offset = 0; offset < padded.length; offset += 64) mix(state, view, offset);
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** `createHash('sha256')` of Node for one text and a digest in hex. */
export function createHash() {
  let content = '';
  const hash = {
    update: (text) => {
      content += text;
      return hash;
    },
    digest: () => digest(content),
  };
  return hash;
}
