import ipaddr from 'ipaddr.js';

/**
 * Whether a URL says by itself that it leads to this machine, to a private or to a reserved network. A name is judged
 * by what it resolves to, and that when it is called. @param url an http or https URL
 */
export function hasPrivateHost(url: string): boolean {
  // A URL has written every form of an IPv4 address (127.1, 0x7f.1, 2130706433) as four numbers by now.
  const host = new URL(url).hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (isLocalhost(host)) return true;
  return ipaddr.isValid(host) && ipaddr.parse(host).range() !== 'unicast';
}

function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}
