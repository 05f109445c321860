// Reads the authentication certificate of a My Number card through @pokusew/pcsclite: node read.js READER
'use strict';
const pcsc = require('@pokusew/pcsclite')();
const wanted = process.argv[2];

pcsc.on('error', fail);
pcsc.on('reader', reader => {
  if (reader.name !== wanted) return;
  reader.on('error', fail);
  reader.on('status', status => {
    const changes = reader.state ^ status.state;
    if (!(changes & reader.SCARD_STATE_PRESENT) || !(status.state & reader.SCARD_STATE_PRESENT)) return;
    reader.connect({ share_mode: reader.SCARD_SHARE_EXCLUSIVE }, (error, protocol) => {
      if (error) return fail(error);
      read(reader, protocol).then(done, fail);
    });
  });
});

async function read(reader, protocol) {
  const send = hex => new Promise((resolve, reject) =>
    reader.transmit(Buffer.from(hex, 'hex'), 258, protocol, (error, answer) =>
      error ? reject(error) : resolve(answer)));
  await send('00a4040c0ad392f000260100000001');
  await send('00a4020c02000a');
  const header = await send('00b0000004');
  const length = header.readUInt16BE(2) + 4;
  let certificate = Buffer.alloc(0);
  while (certificate.length < length) {
    const at = certificate.length.toString(16).padStart(4, '0');
    const le = (Math.min(256, length - certificate.length) & 0xff).toString(16).padStart(2, '0');
    const part = await send('00b0' + at + le);
    certificate = Buffer.concat([certificate, part.subarray(0, -2)]);
  }
  return certificate.toString('hex');
}

function done(hex) {
  console.log(hex);
  process.exit(0);
}

function fail(error) {
  console.error(error.message);
  process.exit(1);
}
