import type { UserManager } from "oidc-client-ts";

/**
 * Hands the issuer's answer to the window that opened this one, which then closes it.
 * @returns false where that window cannot be reached: it is gone, or the login's pages have cut the tie.
 */
export async function answerOpener(client: Pick<UserManager, "signinPopupCallback">, opener: unknown = window.opener): Promise<boolean> {
  if (opener === null || opener === undefined) {
    return false;
  }
  await client.signinPopupCallback();
  return true;
}
