/** Whether one position is later than another. */
export function isAfter(position: string, other: string): boolean {
  const [ms, seq] = parsePosition(position);
  const [otherMs, otherSeq] = parsePosition(other);
  return ms === otherMs ? seq > otherSeq : ms > otherMs;
}

/** A position in the feed: `ms-seq`, as Redis counts. */
function parsePosition(position: string): readonly [bigint, bigint] {
  const [ms = '0', seq = '0'] = position.split('-');
  return [BigInt(ms), BigInt(seq)];
}
