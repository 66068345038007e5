// Node's tls module as a peer: see ../README.md for the words it takes.
'use strict';
const fs = require('node:fs');
const tls = require('node:tls');

const [role, ...rest] = process.argv.slice(2);
const words = Object.fromEntries(rest.map((word) => word.split(/=(.*)/s).slice(0, 2)));
const curves = { x25519: 'X25519', secp256r1: 'prime256v1' };

function configuration() {
  const options = {
    minVersion: `TLSv${words.version}`,
    maxVersion: `TLSv${words.version}`,
    ca: fs.readFileSync(words.root),
    ciphers: words.suite ? words.suite.split(',')[1] : 'ALL:@SECLEVEL=0',
  };
  if (words.version === '1.2') options.ciphers += ':@SECLEVEL=0';
  if (words.cert) {
    options.cert = fs.readFileSync(words.cert);
    options.key = fs.readFileSync(words.key);
  }
  if (words.group) options.ecdhCurve = curves[words.group] || words.group;
  const constants = require('node:constants');
  if (words.tickets === 'no') options.secureOptions = constants.SSL_OP_NO_TICKET;
  // Node has no name for SSL_OP_NO_ENCRYPT_THEN_MAC.
  if (words.etm === 'no') options.secureOptions = 1 << 19;
  return options;
}

function serve() {
  const demand = words.demand === 'yes';
  const options = { ...configuration(), requestCert: demand, rejectUnauthorized: demand, dhparam: 'auto' };
  const page = 'a page from Node\n';
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`;
  const server = tls.createServer(options, (stream) => {
    let request = '';
    stream.setTimeout(120000, () => stream.destroy());
    stream.on('error', (error) => console.error(error.message));
    stream.on('data', (piece) => {
      request += piece;
      if (request.endsWith('\r\n\r\n')) stream.end(answer);
    });
  });
  const sessions = new Map();
  server.on('newSession', (id, session, done) => { sessions.set(id.toString('hex'), session); done(); });
  server.on('resumeSession', (id, done) => done(null, sessions.get(id.toString('hex')) || null));
  server.on('tlsClientError', (error) => console.error(error.message));
  server.listen(Number(words.port), '127.0.0.1');
}

function fetch(left, session) {
  const options = { ...configuration(), host: '127.0.0.1', port: Number(words.port), servername: 'localhost', session };
  let latest = session;
  const stream = tls.connect(options, () => {
    stream.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  });
  stream.setTimeout(120000, () => stream.destroy(new Error('timed out')));
  stream.on('session', (given) => { latest = given; });
  stream.on('data', (piece) => process.stdout.write(piece));
  stream.on('error', (error) => { console.error(error); process.exitCode = 1; });
  stream.on('close', () => { if (left > 1 && !process.exitCode) fetch(left - 1, latest || stream.getSession()); });
}

if (role === 'serve') serve();
else fetch(Number(words.times || 1), undefined);
