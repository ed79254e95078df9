// Calls the resolver's functions as AppSync does: reads a list of {"call": "request" or "response", "ctx": {...}} and writes
// for each what came of it: {"value": ..., "error": ..., "appended": [...]}.
import { readFileSync } from 'node:fs';
import { appended, FieldError } from '@aws-appsync/utils';
import * as resolver from './resolver.js';

const outcomes = JSON.parse(readFileSync(0, 'utf8')).map(({ call, ctx }) => {
  appended.length = 0;
  let value = null;
  let error = null;
  try {
    value = resolver[call](ctx) ?? null;
  } catch (thrown) {
    if (!(thrown instanceof FieldError)) {
      throw thrown;
    }
    error = thrown.error;
  }
  return { value, error, appended: [...appended] };
});
process.stdout.write(JSON.stringify(outcomes));
