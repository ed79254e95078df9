import { HeadersReferrerPolicy } from "aws-cdk-lib/aws-cloudfront";

import written from "./pages.json" with { type: "json" };

/*
 * The web application's page, as the server has it. `go run ./infra/pages` writes the file; a test compares it with the
 * server.
 */

/** The headers of pages that CloudFront has to be told. */
export interface PageHeaders {
  readonly contentSecurityPolicy: string;
  readonly referrerPolicy: HeadersReferrerPolicy;
}

/** The headers that the server sends with the page, with a deployment's origins in their places. */
export function pageHeaders(of: { loginOrigins: readonly string[]; storeOrigin: string }): PageHeaders {
  const { headers } = written;
  const referrerPolicy = Object.values(HeadersReferrerPolicy).find((known: string) => known === headers["Referrer-Policy"]);
  if (referrerPolicy === undefined) {
    throw new Error(`CloudFront has no referrer policy ${headers["Referrer-Policy"]}.`);
  }
  return {
    contentSecurityPolicy: headers["Content-Security-Policy"]
      .replaceAll("${login}", of.loginOrigins.join(" "))
      .replaceAll("${store}", of.storeOrigin),
    referrerPolicy,
  };
}

/** The paths of the page, as the source of a regular expression in which {name} is any one segment. */
export const pagePattern = `^(?:${written.paths.map((path) => path.replaceAll(/\{\w+\}/g, "[^/]+")).join("|")})$`;
