import { useSyncExternalStore, type ReactNode } from "react";

import type { Session, SessionState } from "../signin/session";

/** The bar above GraphiQL: what this is, who is signed in, and what went wrong with that. */
export function Header({ session }: { session: Session }): ReactNode {
  const state = useSyncExternalStore(session.subscribe, session.state);
  const actions = { signIn: () => void session.signIn(), signOut: () => void session.signOut() };
  const problem = state.status === "leaving" ? undefined : state.problem;
  return (
    <header className="header">
      <div className="header-bar">
        <h1>PAM API</h1>
        <Account state={state} {...actions} />
      </div>
      {problem && (
        <p className="header-problem" role="alert">
          <span>{problem.message}</span>
          <button type="button" onClick={actions[problem.retry]}>
            Try again
          </button>
        </p>
      )}
    </header>
  );
}

interface AccountProps {
  state: SessionState;
  signIn: () => void;
  signOut: () => void;
}

function Account({ state, signIn, signOut }: AccountProps): ReactNode {
  switch (state.status) {
    case "leaving":
      return (
        <p className="header-note" role="status">
          One moment…
        </p>
      );
    case "signedOut":
      return (
        <>
          <p className="header-note">Queries need you to sign in. The documentation does not.</p>
          <button type="button" className="header-primary" onClick={signIn}>
            Sign in
          </button>
        </>
      );
    case "signedIn":
      return (
        <>
          <p className="header-note">
            Signed in as <strong>{state.person.name}</strong>
          </p>
          <ul className="header-scopes" aria-label="Granted scopes">
            {state.person.scopes.filter(isOfApi).map((scope) => (
              <li key={scope}>{scope}</li>
            ))}
          </ul>
          <button type="button" onClick={signOut}>
            Sign out
          </button>
        </>
      );
  }
}

/** Says whether a scope opens something in this API; the others (`openid`, `email`) are about the id token. */
function isOfApi(scope: string): boolean {
  return scope.startsWith("pam/");
}
