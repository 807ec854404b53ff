'use strict';
/**
 * A lock between processes that dies with its holder, also by `kill -9`: a local socket whose name is made from
 * what is locked. Nothing is left behind that could be stale. Plain JavaScript, because the launcher uses it
 * before anything is installed, on whatever Node the machine has.
 *
 * Linux has sockets without a file and Windows has named pipes, both gone with the process. Elsewhere the socket
 * is a file in the temporary folder; one that nobody answers on is taken over.
 */
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

/**
 * @param {string} subject what is locked, for example the real path of a folder
 * @param {{ platform?: string }} [options] `platform` as in `process.platform`
 * @returns {Promise<(() => Promise<void>) | null>} the release; `null` when another process holds it
 */
function holdAlone(subject, options) {
  const platform = (options && options.platform) || process.platform;
  const hash = crypto.createHash('sha256').update(subject).digest('hex').slice(0, 32);
  const address = socketAddress(platform, `featuregraph-${hash}`);
  return listen(address).then((release) => {
    if (release !== null || address.file === null) return release;
    return takeOver(address);
  });
}

function socketAddress(platform, name) {
  if (platform === 'linux') return { path: `\0${name}`, file: null };
  if (platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, file: null };
  const file = path.join(os.tmpdir(), `${name}.sock`);
  return { path: file, file: file };
}

function listen(address) {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => {
      socket.destroy();
    });
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address.path, () => {
      server.unref();
      resolve(
        () =>
          new Promise((done) => {
            server.close(() => {
              done();
            });
          }),
      );
    });
  });
}

/** Two processes may find the same dead socket: only the one that moved that very file away may listen. */
function takeOver(address) {
  const seen = inode(address.file);
  return isAnswered(address).then((answered) => {
    if (answered) return null;
    const aside = `${address.file}.${process.pid}`;
    try {
      fs.renameSync(address.file, aside);
    } catch (_) {
      return listen(address); // somebody else moved it
    }
    if (inode(aside) !== seen) {
      fs.renameSync(aside, address.file); // it was a fresh one: give it back
      return null;
    }
    fs.unlinkSync(aside);
    return listen(address);
  });
}

function isAnswered(address) {
  return new Promise((resolve) => {
    const socket = net.connect(address.path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function inode(file) {
  try {
    return fs.statSync(file).ino;
  } catch (_) {
    return null;
  }
}

module.exports = { holdAlone: holdAlone };
