import type { Session } from "../signin/session";

import type { Tokens } from "./tokenLink";

/** Takes tokens from the session; while nobody is signed in, requests wait for the sign-in. */
export function sessionTokens(session: Pick<Session, "accessToken" | "replaceToken" | "state" | "subscribe">): Tokens {
  return {
    async token() {
      for (;;) {
        const token = await session.accessToken();
        if (token !== undefined) {
          return token;
        }
        await signedIn(session);
      }
    },
    replaceToken: (refused) => session.replaceToken(refused),
  };
}

function signedIn(session: Pick<Session, "state" | "subscribe">): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (session.state().status === "signedIn") {
        stop();
        resolve();
      }
    };
    const stop = session.subscribe(check);
    check();
  });
}
