console.log('hello from', process.version, process.argv.slice(2), process.execPath);
setTimeout(() => {}, Number(process.argv[3] ?? 0));
