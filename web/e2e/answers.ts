import type { Page, Route } from "playwright-core";

/** What a test has the API answer: the body, or what it makes of the real one. */
export type Answer = object | ((real: () => Promise<object>) => Promise<object> | object);

/**
 * Answers one operation in the API's place, for states that cannot be had at will. All else goes to the real API.
 * @returns a function that leaves the operation to the API again.
 */
export async function answer(page: Page, operation: string, body: Answer): Promise<() => Promise<void>> {
  const handler = async (route: Route) => {
    const request = route.request().postDataJSON() as { operationName?: string } | null;
    if (request?.operationName !== operation) {
      await route.fallback();
      return;
    }
    const real = async () => (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: typeof body === "function" ? await (body as (real: () => Promise<object>) => Promise<object> | object)(real) : body });
  };
  await page.route("**/graphql", handler);
  return () => page.unroute("**/graphql", handler);
}

/** An error as the API gives it. */
export function refusal(code: string, requestId: string): object {
  return { data: null, errors: [{ message: "something went wrong", extensions: { code, requestId } }] };
}
