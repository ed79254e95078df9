import { useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

/** Changes the parameters of the page's address; it gets them as they are, changes that do not show yet included. */
export type ChangeParameters = (change: (now: URLSearchParams) => URLSearchParams) => void;

/**
 * The parameters of the page's address, and a way to change them without a step in the browser's history. The router
 * shows a change when it has time; one that comes before that builds on it all the same, so that quick keys lose nothing.
 */
export function useParameters(): [URLSearchParams, ChangeParameters] {
  const [parameters, setParameters] = useSearchParams();
  const latest = useRef(parameters);
  useEffect(() => {
    latest.current = parameters;
  }, [parameters]);
  const change: ChangeParameters = (next) => {
    latest.current = next(latest.current);
    setParameters(latest.current, { replace: true });
  };
  return [parameters, change];
}
