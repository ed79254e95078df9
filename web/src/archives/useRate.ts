import { useEffect, useEffectEvent, useState } from "react";

import { rateOf, withSample, type Sample } from "./progress";

/** How often to look how far it is, in milliseconds. */
const interval = 1000;

/** How fast a number grows, in a second; undefined while it is not seen to grow. */
export function useRate(done: number): number | undefined {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const look = useEffectEvent(() => {
    const sample = { at: performance.now(), done };
    setSamples((before) => withSample(before, sample));
  });
  useEffect(() => {
    const timer = setInterval(() => {
      look();
    }, interval);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return rateOf(samples);
}
