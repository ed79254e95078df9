// Stands in for AppSync's own module in as far as the resolver's code uses it. util.error ends the function, and what it
// gives is the field's error; util.appendError adds one and lets the function go on. Source: "Error handling" in
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html.
export const appended = [];

export class FieldError extends Error {
  constructor(error) {
    super(error.message);
    this.error = error;
  }
}

function described(message, type = null, data = null, info = null) {
  if (typeof message !== 'string' || (type !== null && typeof type !== 'string')) {
    throw new TypeError('message and type of an error are texts');
  }
  if (info !== null && (typeof info !== 'object' || Array.isArray(info))) {
    throw new TypeError('errorInfo is a map');
  }
  return { message, type, data, info };
}

export const util = {
  error(...args) {
    throw new FieldError(described(...args));
  },
  appendError(...args) {
    appended.push(described(...args));
  },
};
