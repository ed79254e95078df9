// The code of every AppSync resolver: each field of Query and Mutation, Label.photos and Photo.url. Runtime APPSYNC_JS
// 1.0.0, unit resolver, data source the api function, maxBatchSize 1 or more (20 suits).
//
// It is needed for errors alone: a resolver without code tells AppSync's type Lambda:Unhandled for each of them, and
// neither field nor request id. See docs/api.md.
import { util } from '@aws-appsync/utils';

// AppSync leaves the selection out where the whole of info is handed on, so its parts are named.
export function request(ctx) {
  const { fieldName, parentTypeName, variables, selectionSetList, selectionSetGraphQL } = ctx.info;
  return {
    operation: 'BatchInvoke',
    payload: {
      arguments: ctx.arguments,
      source: ctx.source,
      request: { headers: ctx.request.headers },
      info: { fieldName, parentTypeName, variables, selectionSetList, selectionSetGraphQL },
    },
  };
}

export function response(ctx) {
  if (ctx.error) {
    util.error(ctx.error.message, ctx.error.type);
  }
  const { data, errorMessage, errorType, errorInfo } = ctx.result;
  if (errorMessage && data === null) {
    util.error(errorMessage, errorType, null, errorInfo);
  }
  if (errorMessage) {
    util.appendError(errorMessage, errorType, null, errorInfo);
  }
  return data;
}
