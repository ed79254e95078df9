import { createContext, use, useSyncExternalStore } from "react";

import type { Session, SessionState } from "./session";

/** The session of this page. App provides it. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** The session, to sign in and out with. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) {
    throw new Error("useSession is called outside SessionContext");
  }
  return session;
}

/** The session's state; the component renders anew when it changes. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.state);
}

/** Who is signed in, or was until a moment ago: the person's lasting id, empty where there is nobody. */
export function usePersonId(): string {
  const state = useSessionState();
  switch (state.status) {
    case "signedIn":
      return state.person.id;
    case "signedOut":
      return state.lapsed?.id ?? "";
    case "leaving":
      return "";
  }
}
