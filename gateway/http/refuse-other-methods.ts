/** A path that exists, asked by a method that it does not have: 405, with the methods that it has. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { FeaturegraphError } from '../../src/core/errors.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export function refuseOtherMethods(app: FastifyInstance, url: string, allowed: readonly HTTPMethods[]): void {
  app.route({
    method: METHODS.filter((method) => !allowed.includes(method)),
    url,
    // Before the body is read, which may be of any type.
    onRequest: (request, reply, done) => {
      reply.code(405).header('allow', allowed.join(', '));
      done(
        new FeaturegraphError(
          'METHOD_NOT_ALLOWED',
          `${request.method} is not served at ${url}; send ${allowed.join(' or ')}.`,
        ),
      );
    },
    handler: () => {
      throw new Error('The hook refuses before.');
    },
  });
}
