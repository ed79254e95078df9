import type { ReactNode } from "react";

/** Stands in for the page when it has nothing to start with. */
export function StartFailure({ message }: { message: string }): ReactNode {
  return (
    <main className="failure">
      <h1>PAM API</h1>
      <p role="alert">{message}</p>
      <button
        type="button"
        onClick={() => {
          window.location.reload();
        }}
      >
        Try again
      </button>
    </main>
  );
}
