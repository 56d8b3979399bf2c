// Loaded before a program of ours: no name can be resolved, as on a machine without a network. Loopback goes on working.
const dns = require('node:dns');
const net = require('node:net');

const { lookup } = dns;

dns.lookup = (host, ...rest) => {
  if (net.isIP(host) !== 0 || host === 'localhost') return lookup(host, ...rest);
  const told = rest.at(-1);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
  process.nextTick(told, error);
};
