import { HeadersReferrerPolicy } from "aws-cdk-lib/aws-cloudfront";

import written from "./page-headers.json" with { type: "json" };

/** The headers of pages that CloudFront has to be told. */
export interface PageHeaders {
  readonly contentSecurityPolicy: string;
  readonly referrerPolicy: HeadersReferrerPolicy;
}

/**
 * The headers that the server sends with its pages, with a deployment's origins in their places. `go run
 * ./infra/pageheaders` writes the file; a test compares it with the server.
 */
export function pageHeaders(of: { loginOrigins: readonly string[]; storeOrigin: string }): PageHeaders {
  const referrerPolicy = Object.values(HeadersReferrerPolicy).find((known: string) => known === written["Referrer-Policy"]);
  if (referrerPolicy === undefined) {
    throw new Error(`CloudFront has no referrer policy ${written["Referrer-Policy"]}.`);
  }
  return {
    contentSecurityPolicy: written["Content-Security-Policy"]
      .replaceAll("${login}", of.loginOrigins.join(" "))
      .replaceAll("${store}", of.storeOrigin),
    referrerPolicy,
  };
}
