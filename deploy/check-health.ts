/** The image's health check: whether the server in this container is ready to answer. Ends with 1 when not. */
const port = process.env.FEATUREGRAPH_PORT ?? '4000';
/** Below the time that the engine gives a check. */
const TIMEOUT_MS = 2000;

const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`, {
  signal: AbortSignal.timeout(TIMEOUT_MS),
}).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = isReady ? 0 : 1;
