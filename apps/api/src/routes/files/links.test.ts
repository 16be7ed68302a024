import { expect, it } from 'vitest';
import { InvalidLinkError } from '../../problems/errors.ts';
import { createLinks, type Link } from './links.ts';

const link: Link = { may: 'get', uri: 's3://b/k', until: 1_000 };
function getLinkText(path: string) {
  return new URLSearchParams(path.split('?')[1]).get('link') ?? '';
}

it('a signed link is read by every process with the same secret', () => {
  const text = getLinkText(createLinks('secret').write(link));
  expect(createLinks('secret', () => 999).read('get', text)).toEqual(link);
});

it('a signed link is refused when it is changed, expired, for a different operation or signed with a different secret', () => {
  const text = getLinkText(createLinks('secret').write(link));
  const forged = `${Buffer.from(JSON.stringify({ ...link, uri: 's3://b/other' })).toString('base64url')}.${text.split('.')[1]}`;
  const { read } = createLinks('secret', () => 999);
  for (const wrong of [forged, `${text}x`, text.split('.')[0] ?? '', '', '.'])
    expect(() => read('get', wrong)).toThrow(InvalidLinkError);
  expect(() => read('put', text)).toThrow(InvalidLinkError);
  expect(() => createLinks('secret', () => 1_000).read('get', text)).toThrow(InvalidLinkError);
  expect(() => createLinks('another', () => 999).read('get', text)).toThrow(InvalidLinkError);
  expect(() => createLinks(undefined, () => 999).read('get', text)).toThrow(InvalidLinkError);
});
