/**
 * What looks like a secret, cut out of a line of the log whatever it stands in: a team's code and a database's driver
 * put into their errors what they like. Every pattern is linear in the line.
 */
const MASK = '[redacted]';

const SECRETS: readonly RegExp[] = [
  // Name and password of an address: amqp://user:password@host
  /(?<=:\/\/)[^\s/"'\\]{1,200}(?=@)/g,
  // The secret of an API key, also where a line was cut.
  /(?<=fgk_[0-9a-f]{12}_)[0-9a-f]{1,64}(?:_[0-9a-f]{1,8})?/g,
  // A JWT: its header begins with `{"`.
  /(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g,
  /(?<=PRIVATE KEY-----)[\w+/=\\\s]+/g,
];

/** Whether any of them may be there: most lines have none, and are looked at once. */
const HINT = /:\/\/|fgk_|eyJ|PRIVATE KEY/;

/** @param line JSON, or a part of it. */
export function maskSecrets(line: string): string {
  if (!HINT.test(line)) return line;
  return SECRETS.reduce((masked, secret) => masked.replaceAll(secret, MASK), line);
}
